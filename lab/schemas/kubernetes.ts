import type { KindSchema } from '../apiserver/kind-schema.ts';
import { kinds } from '../kinds.ts';
import { open } from './shapes.ts';

/** What every core serves: every kind of lab/kinds.ts whose group is Kubernetes' own. */
export const kubernetesKinds: readonly KindSchema[] = Object.values(kinds)
  .filter(({ group }) => !group.includes('.') || (group.endsWith('.k8s.io') && !group.endsWith('sigs.x-k8s.io')))
  .map(({ version, ...kind }) => ({
    ...kind,
    builtin: true,
    versions: [{ name: version, schema: open, status: ['Node', 'Pod', 'Namespace', 'Deployment'].includes(kind.kind) }],
  }));
