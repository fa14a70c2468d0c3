import type { SpokeRow } from '../../shared/contract/fleet.ts';
import type { Delivery, Finding, ModuleRow, Preview, ProofRow } from '../../shared/contract/modules.ts';
import type { Output } from '../../shared/contract.ts';
import { kernelA, kernelB } from './fleet.ts';

export const moduleYaml = `apiVersion: hub.kmm.sigs.x-k8s.io/v1beta1
kind: ManagedClusterModule
metadata:
  name: kmm-kmod
spec:
  # Spokes with this label get the module.
  selector:
    site: north
  spokeNamespace: openshift-kmm
  moduleSpec:
    selector:
      node-role.kubernetes.io/worker: ""
    moduleLoader:
      container:
        modprobe:
          moduleName: kmm_ci_a
        kernelMappings:
          - regexp: ^4\\.18\\.0-.*\\.x86_64$
            containerImage: registry.bastion.local:5000/kmm/kmm-kmod:\${KERNEL_FULL_VERSION}
            build:
              dockerfileConfigMap:
                name: kmm-kmod-dockerfile
`;

const image = `registry.bastion.local:5000/kmm/kmm-kmod:${kernelA}`;

export const countStates = (fleet: readonly SpokeRow[]) => {
  const states: Record<string, number> = {};
  for (const { load } of fleet) states[load] = (states[load] ?? 0) + 1;
  return states;
};

export function moduleRow(fleet: readonly SpokeRow[]): ModuleRow {
  return {
    name: 'kmm-kmod',
    spokeNamespace: 'openshift-kmm',
    selector: { site: 'north' },
    targets: fleet.length,
    states: countStates(fleet),
    kernels: 2,
    state: 'attention',
    sentence: 'Four spokes will not come by themselves: two stale boots, two failed.',
    delivery: 'd1',
    createdAt: '2026-11-22T18:40:00Z',
    reported: { desired: fleet.length, applied: fleet.length, degraded: 0 },
  };
}

export function delivery(fleet: readonly SpokeRow[]): Delivery {
  return {
    id: 'd1',
    hub: 'practice',
    module: 'kmm-kmod',
    way: 'staged',
    phase: 'finishing',
    canaries: [{ kernel: kernelA, spoke: 'sno-00001', state: 'proven', reason: '' }],
    targets: fleet.length,
    selected: fleet.length,
    states: countStates(fleet),
    startedAt: '2026-11-22T18:41:00Z',
    sentence: 'All spokes are selected; waiting for the proof of the last ones.',
  };
}

export function proofRows(fleet: readonly SpokeRow[]): ProofRow[] {
  return fleet.map(({ name, load, kernels, since }) => ({
    spoke: name,
    state: load,
    cause: load === 'proven' ? '' : load,
    reason:
      load === 'staleBoot'
        ? 'The node booted again at 19:02 and nothing has loaded since'
        : load === 'failed'
          ? 'The image has no module for this kernel'
          : '',
    remedy:
      load === 'staleBoot'
        ? 'Nudge it: KMM looks again when a label of the node changes.'
        : load === 'failed'
          ? 'Build for this kernel.'
          : '',
    kernel: kernels[0] ?? '',
    image,
    loadedKernel: load === 'proven' ? (kernels[0] ?? '') : '',
    loadedBoot: load === 'proven' ? 'b0d1f0aa' : 'a11ce000',
    nodeBoot: 'b0d1f0aa',
    evidence: load === 'claimed' ? 'numbers' : 'work',
    work: 'kmm-kmod',
    since,
    ...(load === 'proven' && { provenAt: '2026-11-22T18:52:10Z', seconds: 44.2 }),
  }));
}

export function check(yaml: string, fleet: readonly SpokeRow[]): { findings: Finding[]; preview?: Preview } {
  const findings: Finding[] = [];
  const lines = yaml.split('\n');
  const literal = lines.findIndex((line) => line.includes('literal:'));
  if (literal >= 0)
    findings.push({
      severity: 'error',
      rule: 'mapping.both',
      field: 'spec.moduleSpec.moduleLoader.container.kernelMappings[0]',
      message: 'A mapping has both literal and regexp.',
      remedy: 'Keep one of them.',
      line: literal + 1,
      column: 13,
      spokes: [],
    });
  findings.push({
    severity: 'warning',
    rule: 'regexp.unanchored',
    field: 'spec.moduleSpec.moduleLoader.container.kernelMappings[0].regexp',
    message: 'The expression also matches kernels of other systems.',
    remedy: 'Anchor it.',
    line: 17,
    spokes: ['sno-00001'],
  });
  return {
    findings,
    preview: {
      matches: fleet.length,
      operativeMatches: fleet.filter(({ operative }) => operative).length,
      fleet: fleet.length,
      kernels: [
        {
          kernel: kernelA,
          spokes: fleet.filter(({ kernels }) => kernels[0] === kernelA).length,
          examples: ['sno-00002'],
          mapping: 0,
          image,
          build: true,
          sign: false,
        },
        {
          kernel: kernelB,
          spokes: fleet.filter(({ kernels }) => kernels[0] === kernelB).length,
          examples: ['sno-00001'],
          mapping: -1,
          image: '',
          build: false,
          sign: false,
        },
      ],
      notCovered: [{ spoke: 'sno-00001', reason: `no mapping for ${kernelB}` }],
      notCoveredTotal: 1,
      buildsPlain: fleet.length,
      buildsStaged: 1,
      recommended: 'staged',
      recommendedWhy: 'The image does not exist yet: all at once the hub would build it once per cluster.',
      sentence: `Matches ${fleet.length} of ${fleet.length} spokes; 2 kernels.`,
    },
  };
}

export function report(fleet: readonly SpokeRow[]): Output<'reports.summary'> {
  const operative = fleet.filter((row) => row.operative).length;
  const spread = { count: 1744, min: 31.2, p50: 44.2, p95: 58, p99: 71.5, max: 92.1 };
  return {
    title: 'kmm-kmod on the practice hub',
    hub: 'practice',
    server: 'https://127.0.0.1:6443',
    module: 'kmm-kmod',
    image,
    practice: true,
    writtenAt: '2026-11-22T19:10:00Z',
    dataFrom: '2026-11-22T19:09:58Z',
    way: 'staged',
    table: {
      potential: fleet.length,
      notWorking: fleet.length - operative,
      operative,
      kmmInstalled: operative,
      kmodDeployed: operative - 4,
    },
    builds: 1,
    buildSeconds: 184.5,
    firstLoadAt: '2026-11-22T18:45:11Z',
    lastLoadAt: '2026-11-22T18:56:30Z',
    milestones: [
      { at: '2026-11-22T18:30:00Z', name: 'kmmHub', sentence: 'KMM-Hub installed' },
      { at: '2026-11-22T18:36:12Z', name: 'kmmSpokes', sentence: 'KMM installed on the last spoke' },
      { at: '2026-11-22T18:45:11Z', name: 'first', sentence: 'First load proven' },
    ],
    durations: [{ name: 'Selection to proof', values: spread }],
    states: countStates(fleet),
    spokes: [],
    notProven: [{ reason: 'No lease: the spoke is unreachable', count: 7, spokes: ['sno-00008', 'sno-00259'] }],
    mirror: [],
  };
}
