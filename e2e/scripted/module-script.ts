import { type makeFleet, tally } from './fleet.ts';
import { check, countStates, delivery, moduleRow, moduleYaml, proofRows, report } from './module.ts';
import type { Script } from './transport.ts';

type Fleet = ReturnType<typeof makeFleet>;

/** KMM's installation, modules, their proofs and reports over a fleet. */
export function moduleScript(fleet: Fleet): Script {
  const size = fleet.length;
  const proofs = proofRows(fleet);
  return {
    'install.status': () => ({
      hub: {
        state: 'installed',
        version: '2.4.1',
        namespace: 'openshift-kmm-hub',
        schema: 'v1beta1',
        sentence: 'KMM-Hub runs and serves ManagedClusterModule.',
      },
      spokes: tallyMap(fleet.map(({ kmm }) => kmm)),
      way: 'policy',
      wayWhy: 'This hub serves policies, which also report why a spoke does not comply.',
      remarks: [],
    }),
    'install.spokes': ({ offset, limit }) => ({
      total: size,
      rows: fleet.slice(offset, offset + limit).map(({ name, kmm, since }) => ({
        spoke: name,
        state: kmm,
        way: 'policy' as const,
        reason: kmm === 'installing' ? 'The CSV is still installing' : '',
        rights: 'yes' as const,
        since,
        ...(kmm === 'installed' && { seconds: 212 }),
      })),
    }),
    'install.plan': () => ({
      diffs: [
        {
          kind: 'Policy',
          namespace: 'kmm-bastion',
          name: 'kmm-install',
          change: 'create',
          before: '',
          after: 'apiVersion: policy.open-cluster-management.io/v1\nkind: Policy\nmetadata:\n  name: kmm-install\n',
          conflicts: [],
        },
        {
          kind: 'Placement',
          namespace: 'kmm-bastion',
          name: 'kmm-install',
          change: 'update',
          before: 'spec:\n  numberOfClusters: 1\n',
          after: 'spec:\n  numberOfClusters: 2\n',
          conflicts: [{ manager: 'argocd', field: '.spec.numberOfClusters' }],
        },
      ],
      total: 2,
      way: 'policy',
      warnings: [],
      yaml: 'kind: Policy\n',
    }),
    'install.apply': () => ({ applied: 2, sentence: 'Two objects are applied; the spokes follow by themselves.' }),
    'modules.list': () => ({ modules: [moduleRow(fleet)] }),
    'modules.get': () => ({
      row: moduleRow(fleet),
      yaml: moduleYaml,
      builds: [
        {
          module: 'kmm-kmod',
          spoke: 'sno-00001',
          kernel: '4.18.0-372.43.1.el8_6.x86_64',
          image: 'registry.bastion.local:5000/kmm/kmm-kmod',
          action: 'BuildImage',
          state: 'succeeded',
          startedAt: '2026-11-22T18:42:00Z',
          endedAt: '2026-11-22T18:45:04Z',
          seconds: 184.5,
          message: '',
        },
      ],
      deliveries: [delivery(fleet)],
    }),
    'modules.template': () => ({ yaml: moduleYaml }),
    'modules.schema': () => ({
      schema: {
        type: 'object',
        required: ['selector', 'moduleSpec'],
        properties: {
          selector: { type: 'object', description: 'Labels of the spokes.' },
          spokeNamespace: { type: 'string' },
          moduleSpec: { type: 'object' },
        },
      },
    }),
    'modules.check': ({ yaml }) => check(yaml, fleet),
    'modules.diff': () => ({
      diffs: [
        {
          kind: 'ManagedClusterModule',
          namespace: '',
          name: 'kmm-kmod',
          change: 'create',
          before: '',
          after: moduleYaml,
          conflicts: [],
        },
      ],
      intent: 'The selector gets a label of ours, which one spoke per kernel carries first.',
    }),
    'modules.apply': () => delivery(fleet),
    'modules.deletion': () => ({
      unloads: 1744,
      spokes: ['sno-00001', 'sno-00002'],
      sentences: ['The hub deletes 1,748 manifest works; each spoke unloads the module.'],
    }),
    'modules.delete': () => ({ sentence: 'kmm-kmod is being deleted.' }),
    'modules.proof': ({ state, search, offset, limit }) => {
      const rows = proofs.filter(
        (row) => (state.length === 0 || state.includes(row.state)) && row.spoke.includes(search),
      );
      return { total: rows.length, states: countStates(fleet), rows: rows.slice(offset, offset + limit) };
    },
    'reports.summary': () => report(fleet),
    'reports.read': ({ format }) => ({ name: `kmm-kmod.${format}`, mediaType: 'text/plain', text: 'report' }),
  };
}

function tallyMap(values: readonly string[]): Record<string, number> {
  return Object.fromEntries(tally(values).map(({ value, count }) => [value, count]));
}
