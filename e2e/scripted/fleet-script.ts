import { fault } from '../../shared/fault.ts';
import { filterFleet, type makeFleet, tally } from './fleet.ts';
import type { Script } from './transport.ts';

type Fleet = ReturnType<typeof makeFleet>;
const now = () => new Date().toISOString();

/** Pages, counts and single spokes of a fleet. */
export function fleetScript(fleet: Fleet): Script {
  const size = fleet.length;
  const one = (name: string) => {
    const row = fleet.find((each) => each.name === name);
    if (!row) throw fault('spoke.unknown', `There is no spoke ${name}.`, 'Look at the fleet for its name.');
    return row;
  };
  return {
    'fleet.page': ({ filter, sort, descending, offset, limit }) => {
      const rows = filterFleet(fleet, filter);
      const key = (row: (typeof rows)[number]) => (sort === 'kernel' ? (row.kernels[0] ?? '') : String(row[sort]));
      rows.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) * (descending ? -1 : 1));
      return { total: rows.length, rows: rows.slice(offset, offset + limit) };
    },
    'fleet.facets': ({ filter }) => {
      const of = (part: object, value: (row: (typeof fleet)[number]) => string) =>
        tally(filterFleet(fleet, { ...filter, ...part }).map(value));
      return {
        availability: of({ availability: [] }, (row) => row.availability),
        openshift: of({ openshift: [] }, (row) => row.openshift),
        kernel: of({ kernel: [] }, (row) => row.kernels[0] ?? ''),
        load: of({ load: [] }, (row) => row.load),
        labels: [
          { value: 'site', count: size },
          { value: 'vendor', count: size },
        ],
      };
    },
    'fleet.labelValues': () => ({
      values: [
        { value: 'north', count: size - 40 },
        { value: 'south', count: 40 },
      ],
    }),
    'fleet.counts': () => {
      const operative = fleet.filter((row) => row.operative).length;
      return {
        potential: size,
        operative,
        notWorking: size - operative,
        kmmInstalled: fleet.filter(({ kmm }) => kmm === 'installed').length,
        noKernelClaim: 3,
        noKernelClaimBy: { cut: 2, noKmm: 0, silent: 1 },
        notWorkingReasons: [
          {
            reason: 'No lease: the registration agent is silent',
            count: size - operative,
            examples: ['sno-00008', 'sno-00259'],
          },
        ],
      };
    },
    'fleet.spoke': ({ name }) => ({
      row: one(name),
      labels: { site: 'north', vendor: 'OpenShift', 'hostile/<script>': '"><b>x</b>' },
      conditions: [
        {
          type: 'ManagedClusterConditionAvailable',
          status: 'True',
          reason: 'ManagedClusterAvailable',
          message: 'Managed cluster is available',
          since: '2026-11-22T18:54:43Z',
          sentence: 'The API answers',
          tone: 'good',
        },
        {
          type: 'ManagedClusterConditionClockSynced',
          status: 'True',
          reason: 'InSync',
          message: '',
          since: '2026-11-22T18:54:43Z',
          sentence: 'Its clock is in step with the hub',
          tone: 'good',
        },
      ],
      claims: [
        { name: 'kernel-versions.kmm.node.kubernetes.io', value: one(name).kernels.join('\n') },
        { name: 'version.openshift.io', value: one(name).openshift },
      ],
      nodeNames: [`${name}.example`],
      addons: [{ name: 'work-manager', state: 'True', message: '' }],
      works: [
        {
          name: 'kmm-kmod',
          module: 'kmm-kmod',
          purpose: 'module',
          delivered: true,
          state: 'Applied',
          reason: 'AppliedManifestWorkComplete',
          message: '',
          feedback: [{ manifest: 'Module/kmm-kmod', name: 'availableNumber', value: '1' }],
          feedbackAt: now(),
          age: { state: 'before', sentence: 'Read before the last change of the work.', nextBy: now() },
        },
        {
          name: 'kmm-bastion-proof-kmm-kmod',
          module: 'kmm-kmod',
          purpose: 'proof',
          delivered: false,
          state: 'rejected',
          reason: 'AppliedManifestFailed',
          message: 'nodemodulesconfigs is forbidden',
          feedback: [],
          age: { state: 'awaited', sentence: 'Nothing is read before the work is applied.' },
          nextTryAt: now(),
        },
      ],
      policies: [{ name: 'kmm-bastion.kmm-install', compliant: 'Compliant', message: '' }],
    }),
    'fleet.timeline': ({ spoke }) => ({
      entries: [
        {
          id: 3,
          at: '2026-11-22T18:52:10Z',
          seenAt: now(),
          spoke,
          module: 'kmm-kmod',
          event: 'loaded',
          sentence: 'kmm-kmod is proven in the kernel',
          tone: 'good',
        },
        {
          id: 2,
          at: '2026-11-22T18:50:00Z',
          seenAt: now(),
          spoke,
          module: 'kmm-kmod',
          event: 'unavailable',
          sentence: 'The lease ran out',
          tone: 'bad',
        },
        {
          id: 1,
          at: '2026-11-22T18:36:12Z',
          seenAt: now(),
          spoke,
          module: '',
          event: 'kmmInstalled',
          sentence: 'KMM is installed',
          tone: 'neutral',
        },
      ],
    }),
    'fleet.object': ({ name }) => ({
      yaml: `apiVersion: cluster.open-cluster-management.io/v1\nkind: ManagedCluster\nmetadata:\n  name: ${name}\nspec:\n  hubAcceptsClient: true\n`,
      seenAt: now(),
    }),
    'views.list': () => ({ views: [] }),
  };
}
