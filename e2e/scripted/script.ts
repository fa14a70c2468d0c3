import type { Output } from '../../shared/contract.ts';
import { fault } from '../../shared/fault.ts';
import { filterFleet, makeFleet, tally } from './fleet.ts';
import { check, countStates, delivery, moduleRow, moduleYaml, proofRows, report } from './module.ts';
import { spokeActs } from './spoke-acts.ts';
import type { Script } from './transport.ts';

type Hub = Output<'hubs.get'>;
const now = () => new Date().toISOString();

/** The hub every scripted window knows. */
export const scriptedHub = (part: Partial<Hub> = {}): Hub => ({
  id: 'practice',
  name: 'Practice: scale-1755',
  context: 'lab',
  server: 'https://127.0.0.1:6443',
  practice: true,
  phase: 'live',
  since: now(),
  tls: 'custom-ca',
  kubernetesVersion: 'v1.25.4+77bec7a',
  identity: 'system:admin',
  spokes: 1755,
  dataFrom: now(),
  skewMs: 312_000,
  ...part,
});

/** A whole engine's worth of answers over `size` spokes; a spec replaces what it is about. */
export function fullScript(size = 1755): Script {
  const fleet = makeFleet(size);
  const proofs = proofRows(fleet);
  const one = (name: string) => {
    const row = fleet.find((each) => each.name === name);
    if (!row) throw fault('spoke.unknown', `There is no spoke ${name}.`, 'Look at the fleet for its name.');
    return row;
  };
  return {
    'app.info': () => ({
      version: '0.1.0',
      home: '/home/user/.kmm-bastion',
      host: 'test',
      node: 'v24',
      sqlite: '3',
      shell: [],
    }),
    'jobs.list': () => ({
      jobs: [
        {
          id: 'j1',
          hub: 'practice',
          kind: 'sync',
          title: 'Reading the hub',
          state: 'running',
          done: 840,
          total: 1755,
          unit: 'spokes',
          sentence: 'ManagedClusters',
          startedAt: now(),
        },
      ],
    }),
    'lab.scenarios': () => ({
      scenarios: [
        {
          name: 'site-3',
          title: 'One site',
          spokes: 3,
          sentence: 'Three spokes, quick: the whole day in a few minutes.',
        },
        {
          name: 'scale-1755',
          title: 'The published day',
          spokes: 1755,
          sentence: '65 hypervisors with 27 spokes each; seven do not work.',
        },
        {
          name: 'mixed-kernels',
          title: 'Mixed kernels',
          spokes: 12,
          sentence: 'Two kernels and one arm64 spoke: see what goes wrong.',
        },
      ],
    }),
    'lab.status': () => ({
      running: true,
      scenario: 'scale-1755',
      seed: 1,
      speed: 10,
      hub: 'practice',
      server: 'https://127.0.0.1:6443',
    }),
    'hubs.list': () => ({
      hubs: [
        scriptedHub(),
        scriptedHub({
          id: 'north',
          name: 'hub-north',
          practice: false,
          phase: 'stale',
          spokes: 412,
          server: 'https://[fd01::10]:6443',
        }),
      ],
    }),
    'hubs.feeds': () => ({
      feeds: [
        { kind: 'ManagedCluster', state: 'live', rows: size, freshAt: now() },
        { kind: 'ManifestWork', state: 'live', rows: size * 2, freshAt: now() },
        {
          kind: 'Policy',
          state: 'forbidden',
          rows: 0,
          fault: { code: 'feed.forbidden', message: 'You may not list policies.', remedy: 'Ask for list policies.' },
        },
        { kind: 'ManagedClusterView', state: 'absent', rows: 0 },
      ],
    }),
    'hubs.access': () => ({
      identity: 'system:admin',
      features: [
        { feature: 'See the fleet', allowed: 'yes', sentence: 'You may list and watch managed clusters.', missing: [] },
        {
          feature: 'Install KMM on spokes',
          allowed: 'partly',
          sentence: 'Policies may be read but not created.',
          missing: ['create policies.policy.open-cluster-management.io [kmm-bastion]'],
        },
      ],
    }),
    'hubs.connect': () => scriptedHub(),
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
    ...spokeActs(),
    'reports.summary': () => report(fleet),
    'reports.read': ({ format }) => ({ name: `kmm-kmod.${format}`, mediaType: 'text/plain', text: 'report' }),
  };
}

function tallyMap(values: readonly string[]): Record<string, number> {
  return Object.fromEntries(tally(values).map(({ value, count }) => [value, count]));
}
