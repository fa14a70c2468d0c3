import type { LoadState } from '../../shared/contract/fleet.ts';
import { bareKernel } from '../../shared/rules/kernel-template.ts';
import { moduleNumbers, type NodeEvidence, nodeEvidence } from './feedback.ts';
import type { ProofFacts, Wanted } from './proof-facts.ts';
import * as say from './proof-reasons.ts';

export interface Verdict {
  state: LoadState;
  cause: string;
  reason: string;
  remedy: string;
  kernel: string;
  image: string;
  loadedKernel: string;
  loadedImage: string;
  loadedBoot: string;
  nodeBoot: string;
  evidence: 'work' | 'view' | 'numbers' | 'none';
}

/**
 * Decides whether a module is in the kernel of every targeted node of a spoke, and why not where it isn't (DESIGN §4).
 * Proven: NodeModulesConfig names the wanted image, and its kernel and boot id are those the Node has now. KMM's own
 * numbers give no more than `claimed`: they stay after an unseen reboot.
 */
export function proofOf(facts: ProofFacts): Verdict {
  const { spoke, work, proofWork } = facts;
  const fed = proofWork?.delivered ? nodeEvidence(proofWork) : [];
  const byWork = fed.some(isReadable);
  const nodes = byWork ? fed : facts.views;
  const readable = nodes.some(isReadable);
  const targeted = nodes.filter(({ loadedImage, wantedImage }) => loadedImage !== '' || wantedImage !== '');
  const kernel = targeted[0]?.kernel || nodes[0]?.kernel || spoke.kernels[0] || '';
  const wanted = kernel === '' ? undefined : facts.wanted(kernel);
  const shown = targeted.find((node) => !isProven(node, facts)) ?? targeted[0];
  const numbers = moduleNumbers(work);
  const base = {
    kernel,
    image: wanted && 'image' in wanted ? wanted.image : '',
    loadedKernel: shown?.loadedKernel ?? '',
    loadedImage: shown?.loadedImage ?? '',
    loadedBoot: shown?.loadedBoot ?? '',
    nodeBoot: shown?.boot ?? nodes[0]?.boot ?? '',
    evidence: evidenceOf(readable, byWork, numbers.available),
  };
  const verdict = (state: LoadState, cause: string, [reason, remedy]: say.Words): Verdict => ({
    ...base,
    state,
    cause,
    reason,
    remedy,
  });

  if (spoke.availability !== 'available') return verdict('unknown', 'unreachable', say.unreachable(spoke));
  // Evidence that cannot be read anew is no evidence; nor does it say that the module is gone.
  if (byWork && proofWork && proofWork.unread !== '') {
    return verdict('unknown', 'dataOld', say.unread(proofWork));
  }
  const required = Math.max(1, numbers.matching ?? Math.max(1, spoke.nodes.length));
  if (readable && targeted.length >= required && targeted.every((node) => isProven(node, facts))) {
    return verdict('proven', '', say.proven(targeted.length));
  }
  const stale = targeted.find(({ loadedBoot, boot }) => loadedBoot !== '' && boot !== '' && loadedBoot !== boot);
  if (stale) return verdict('staleBoot', 'staleBoot', say.staleBoot(stale, facts.wanted(stale.kernel || kernel)));
  if (spoke.kernels.length === 0) return verdict('waiting', 'noClaim', say.noClaim(spoke.claimsCut));
  const uncovered = spoke.kernels.find((each) => !covers(facts.wanted(each)));
  if (uncovered !== undefined) return verdict('failed', 'noMapping', say.noMapping(uncovered, facts.wanted(uncovered)));
  if (!facts.selected) return verdict('waiting', 'notDelivered', say.notYetSelected());
  if (work?.applied === 'False' && work.applied_generation >= work.generation) {
    return verdict('failed', 'workRejected', say.workRejected(work.applied_message));
  }
  const missing = imageTrouble(facts, base.image, bareKernel(kernel));
  if (missing)
    return verdict(...missing, missing[1] === 'building' ? say.building(facts) : say.imageTrouble(missing[1], facts));
  if (!work) return verdict('waiting', 'notDelivered', say.noWork());
  if (!work.delivered) return verdict('waiting', 'notDelivered', say.notDelivered(work));
  if (!(base.image !== '' && work.kernels_json.includes(JSON.stringify(base.image)))) {
    return verdict('waiting', 'notDelivered', say.oldMapping(kernel));
  }
  if (readable) return verdict('loading', 'loading', say.loading(targeted, required));
  const { available, desired } = numbers;
  if (available && available >= (desired ?? 1) && available >= required) {
    return verdict('claimed', 'noEvidence', say.claimed(proofWork, facts.viewRefusal));
  }
  return verdict('loading', 'loading', say.loading(targeted, required));
}

const isReadable = ({ boot, kernel }: NodeEvidence): boolean => boot !== '' && kernel !== '';

function evidenceOf(readable: boolean, byWork: boolean, available: number | undefined): Verdict['evidence'] {
  if (readable) return byWork ? 'work' : 'view';
  return available === undefined ? 'none' : 'numbers';
}

const covers = (wanted: Wanted): boolean => wanted !== undefined && 'image' in wanted;

function isProven(node: NodeEvidence, facts: ProofFacts): boolean {
  if (node.kernel === '' || node.boot === '') return false;
  const wanted = facts.wanted(node.kernel);
  return (
    wanted !== undefined &&
    'image' in wanted &&
    node.loadedImage === wanted.image &&
    bareKernel(node.loadedKernel) === bareKernel(node.kernel) &&
    node.loadedBoot === node.boot
  );
}

/** What keeps KMM-Hub from delivering: it waits until every image of the spoke is Exists. */
function imageTrouble(facts: ProofFacts, image: string, kernel: string): [LoadState, string] | undefined {
  const { images, work } = facts;
  if (!images || image === '') return undefined;
  // MOD_NAMESPACE makes the hub's name of an image differ from the spoke's (kmm.md 2.7): then the kernel tells.
  const entry =
    images.images.find((each) => each.image === image) ?? images.images.find((each) => each.kernel === kernel);
  const state = entry && images.states[entry.image];
  if (!entry || state === 'Exists') return undefined;
  const latest = facts.builds.find((build) => build.image === entry.image);
  if (latest?.state === 'failed') return ['failed', 'buildFailed'];
  if (state === 'NeedsBuilding' || state === 'NeedsSigning' || latest?.state === 'running')
    return ['waiting', 'building'];
  if (state === 'DoesNotExist') return entry.build || entry.sign ? ['waiting', 'building'] : ['failed', 'imageMissing'];
  if (images.pull !== '' && !entry.build && !entry.sign) return ['waiting', 'imageMissing'];
  return work?.delivered ? undefined : ['waiting', 'notDelivered'];
}
