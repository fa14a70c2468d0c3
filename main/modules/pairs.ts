import type { Availability } from '../../shared/contract/fleet.ts';
import { matchesLabels } from '../../shared/rules/selector.ts';
import type { Builds } from '../store/builds.ts';
import type { ModuleRecords } from '../store/modules.ts';
import type { NodeEvidences } from '../store/node-evidence.ts';
import type { Store } from '../store/open.ts';
import type { ProofRecord, Proofs } from '../store/proofs.ts';
import { splitKernels } from '../store/spokes.ts';
import type { Works } from '../store/works.ts';
import type { LiveModule, ModuleIndex } from './module-index.ts';
import { pairNews } from './pair-news.ts';
import { proofOf } from './proof.ts';
import type { ImageFacts } from './proof-facts.ts';
import type { Sighting, Tell } from './tell.ts';
import { viewEvidence } from './view-evidence.ts';

interface SpokeFacts {
  availability: Availability;
  reason: string;
  since: string;
  kernels: string;
  claims_cut: number;
  node_names_json: string;
  labels_json: string;
}

/**
 * Keeps the proof row of one module on one spoke in step with the rows it depends on, in the caller's transaction.
 * A pair costs some 30 µs: a handful of primary-key reads and a write only when something changed.
 */
export function createPairs(rooms: {
  store: Store;
  index: ModuleIndex;
  works: Works;
  records: ModuleRecords;
  builds: Builds;
  proofs: Proofs;
  evidence: NodeEvidences;
  tell: Tell;
}) {
  const { store, index, works, records, builds, proofs, evidence, tell } = rooms;
  const spokeFacts = store.db.prepare<[string, string], SpokeFacts>(
    `select availability, reason, since, kernels, claims_cut, node_names_json, labels_json from spoke where hub = ? and name = ?`,
  );

  function judge(hub: string, module: LiveModule, name: string, spoke: SpokeFacts, selected: boolean, hubAt: string) {
    const pairWorks = works.ofPair(hub, module.name, name);
    const config = records.imagesOf(hub, module.name, name);
    const images: ImageFacts | undefined = config && {
      images: JSON.parse(config.images_json),
      states: JSON.parse(config.states_json),
      pull: config.pull,
    };
    const proofWork = pairWorks.find(({ purpose }) => purpose === 'proof');
    const views = viewEvidence(evidence.ofSpoke(hub, name), module.name, {
      since: spoke.since,
      now: Date.parse(hubAt),
    });
    const verdict = proofOf({
      spoke: {
        availability: spoke.availability,
        reason: spoke.reason,
        since: spoke.since,
        kernels: splitKernels(spoke.kernels),
        claimsCut: spoke.claims_cut === 1,
        nodes: JSON.parse(spoke.node_names_json),
      },
      selected,
      wanted: module.wanted,
      work: pairWorks.find(({ purpose }) => purpose === 'module'),
      proofWork,
      views: views.nodes,
      viewRefusal: views.refusal,
      images,
      // Read only where the images are not there: most pairs never ask.
      get builds() {
        return builds.ofPair(hub, module.name, name);
      },
    });
    return { verdict, evidenceAt: verdict.evidence === 'view' ? views.readAt : proofWork?.feedback_at };
  }

  function drop(hub: string, module: string, spoke: string, old: ProofRecord, seen: Sighting): boolean {
    proofs.remove(hub, module, spoke);
    if (seen.news && old.selected_at !== null) {
      const sentence = `${spoke} is no longer selected by ${module}; KMM unloads it there.`;
      const { hubAt: at, seenAt } = seen;
      tell(hub, { at, seenAt, spoke, module, event: 'deselected', sentence, tone: 'neutral' });
    }
    return true;
  }

  /** Returns whether the proof row changed. */
  function settle(
    hub: string,
    module: LiveModule | undefined,
    moduleName: string,
    spoke: string,
    seen: Sighting,
  ): boolean {
    const old = proofs.get(hub, moduleName, spoke);
    const facts = spokeFacts.get(hub, spoke);
    if (!module || !facts) return old ? drop(hub, moduleName, spoke, old, seen) : false;
    const labels = JSON.parse(facts.labels_json) as Record<string, string>;
    if (!matchesLabels(labels, module.base)) return old ? drop(hub, moduleName, spoke, old, seen) : false;
    const selected = !module.staged || matchesLabels(labels, module.selector);
    const { verdict, evidenceAt } = judge(hub, module, spoke, facts, selected, seen.hubAt);
    const news = seen.news || old !== undefined;
    const selectedAt = selected
      ? (old?.selected_at ?? (news ? later(seen.hubAt, module.createdAt) : module.createdAt))
      : null;
    const same = old?.state === verdict.state && old.cause === verdict.cause;
    const provenNow = later(evidenceAt ?? seen.hubAt, selectedAt ?? '');
    const firstProof = old?.proven_at && old.image === verdict.image ? old.proven_at : provenNow;
    const provenAt = verdict.state === 'proven' ? firstProof : (old?.proven_at ?? null);
    const row: ProofRecord = {
      hub,
      module: module.name,
      spoke,
      state: verdict.state,
      cause: verdict.cause,
      reason: verdict.reason,
      remedy: verdict.remedy,
      kernel: verdict.kernel,
      image: verdict.image,
      loaded_kernel: verdict.loadedKernel,
      loaded_image: verdict.loadedImage,
      loaded_boot: verdict.loadedBoot,
      node_boot: verdict.nodeBoot,
      evidence: verdict.evidence,
      selected_at: selectedAt,
      // What the hub itself says of a lost spoke is older than our sight of it.
      since: same
        ? old.since
        : verdict.state === 'proven'
          ? provenNow
          : verdict.cause === 'unreachable'
            ? spokeSince(facts, seen)
            : seen.hubAt,
      proven_at: provenAt,
    };
    if (old && equal(old, row)) return false;
    proofs.put(row);
    if (news) for (const entry of pairNews(old, row, seen)) tell(hub, entry);
    return true;
  }

  return {
    /** Brings one pair up to date, and the spoke's badge with it. Returns the tables written. */
    touch(hub: string, module: string, spoke: string, seen: Sighting): string[] {
      if (!settle(hub, index.get(hub, module), module, spoke, seen)) return [];
      return proofs.refreshLoad(hub, spoke) ? ['proof', 'spoke'] : ['proof'];
    },
    /** All pairs of one spoke: those it is targeted by, and those it was. */
    touchSpoke(hub: string, spoke: string, seen: Sighting): string[] {
      const modules = new Set(proofs.modulesOf(hub, spoke));
      for (const { name } of index.all(hub)) modules.add(name);
      let changed = false;
      for (const name of modules) changed = settle(hub, index.get(hub, name), name, spoke, seen) || changed;
      // Fleet's projector rewrites the spoke row, but never this column; a new row starts with 'none'.
      const badge = modules.size > 0 && proofs.refreshLoad(hub, spoke);
      return changed ? (badge ? ['proof', 'spoke'] : ['proof']) : badge ? ['spoke'] : [];
    },
  };
}
export type Pairs = ReturnType<typeof createPairs>;

const spokeSince = ({ since }: SpokeFacts, { hubAt }: Sighting): string => since || hubAt;

const later = (a: string, b: string): string => (b !== '' && Date.parse(b) > Date.parse(a) ? b : a);

function equal(a: ProofRecord, b: ProofRecord): boolean {
  for (const key of Object.keys(b) as (keyof ProofRecord)[]) if (a[key] !== b[key]) return false;
  return true;
}
