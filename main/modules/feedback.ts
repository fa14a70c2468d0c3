import type { WorkFeedback, WorkRow } from '../store/works.ts';

/** What our proof work read of one node, '' for what was not there. */
export interface NodeEvidence {
  node: string;
  loadedKernel: string;
  loadedImage: string;
  loadedBoot: string;
  wantedImage: string;
  kernel: string;
  boot: string;
}

/** KMM's own numbers of a Module; undefined is what Go's omitempty leaves out: 0 or not reported. */
export interface ModuleNumbers {
  matching: number | undefined;
  desired: number | undefined;
  available: number | undefined;
}

const fields: Record<string, keyof NodeEvidence> = {
  'loaded.kernel': 'loadedKernel',
  'loaded.image': 'loadedImage',
  'loaded.boot': 'loadedBoot',
  'wanted.image': 'wantedImage',
  'node.kernel': 'kernel',
  'node.boot': 'boot',
};

/** What is fed back of objects that are there: the agent keeps the last values of one that is not. */
const valuesOf = (work: WorkRow): WorkFeedback[] =>
  work.feedback_json === '[]' ? [] : (JSON.parse(work.feedback_json) as WorkFeedback[]).filter(({ gone }) => !gone);

/** Groups the feedback of a proof work by node; manifests are `NodeModulesConfig/<node>` and `Node/<node>`. */
export function nodeEvidence(work: WorkRow | undefined): NodeEvidence[] {
  if (!work) return [];
  const nodes = new Map<string, NodeEvidence>();
  for (const { manifest, name, value } of valuesOf(work)) {
    const field = fields[name];
    const node = manifest.slice(manifest.indexOf('/') + 1);
    if (!field || !node) continue;
    let evidence = nodes.get(node);
    if (!evidence) {
      evidence = { node, loadedKernel: '', loadedImage: '', loadedBoot: '', wantedImage: '', kernel: '', boot: '' };
      nodes.set(node, evidence);
    }
    evidence[field] = value;
  }
  return [...nodes.values()];
}

/** KMM's numbers as the module's work brings them. They are a claim, not a proof: see DESIGN, proof of load. */
export function moduleNumbers(work: WorkRow | undefined): ModuleNumbers {
  const numbers: ModuleNumbers = { matching: undefined, desired: undefined, available: undefined };
  if (!work) return numbers;
  for (const { name, value } of valuesOf(work)) {
    if (name === 'moduleLoader.nodesMatchingSelectorNumber') numbers.matching = Number(value);
    else if (name === 'moduleLoader.desiredNumber') numbers.desired = Number(value);
    else if (name === 'moduleLoader.availableNumber') numbers.available = Number(value);
  }
  return numbers;
}
