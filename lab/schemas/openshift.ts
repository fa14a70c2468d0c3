import type { KindSchema } from '../apiserver/kind-schema.ts';
import { age } from '../apiserver/table-cells.ts';
import { kinds } from '../kinds.ts';
import { open, partly } from './shapes.ts';

interface BuildParts {
  spec?: { strategy?: { type?: string }; source?: { type?: string } };
  status?: { phase?: string; reason?: string; startTimestamp?: string; duration?: number };
}

const { version, ...build } = kinds.Build;

/** What OpenShift's own API server adds: aggregated, so without a CRD. Pass to `core.serve`. */
export const openshiftKinds: readonly KindSchema[] = [
  {
    ...build,
    builtin: true,
    versions: [
      {
        name: version,
        status: false,
        schema: { ...partly({ spec: open, status: open }), description: 'Build is one run of a build of an image.' },
        columns: [
          { name: 'Type', type: 'string', cell: (object) => (object as BuildParts).spec?.strategy?.type ?? '' },
          { name: 'From', type: 'string', cell: (object) => (object as BuildParts).spec?.source?.type ?? '' },
          {
            name: 'Status',
            type: 'string',
            cell: (object) => {
              const { phase = '', reason } = (object as BuildParts).status ?? {};
              return reason ? `${phase} (${reason})` : phase;
            },
          },
          { name: 'Started', type: 'string', cell: (object, now) => started(object as BuildParts, now) },
          {
            name: 'Duration',
            type: 'string',
            // Nanoseconds in the object.
            cell: (object) => {
              const { duration } = (object as BuildParts).status ?? {};
              return duration ? `${Math.round(duration / 1e9)}s` : '';
            },
          },
        ],
      },
    ],
  },
];

function started({ status }: BuildParts, now: number): string {
  return status?.startTimestamp ? `${age(status.startTimestamp, now)} ago` : '';
}
