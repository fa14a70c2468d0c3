import { type DeliveryState, isOver, type TargetView } from './delivery-state.ts';
import * as say from './delivery-words.ts';

export interface Observed {
  /** The hub's clock, ms. */
  now: number;
  /** The module's row is there, at the generation that was applied or a later one, and its proofs are judged by it. */
  moduleThere: boolean;
  /** When a build of the module last ran, ms: now while one runs, 0 for never. What it brings may heal what has failed. */
  builtAt: number;
  /** When a build last really ran, ms: one that waits for its turn for ever does not count. */
  ranAt: number;
  targets: readonly TargetView[];
}

export type Action = { type: 'apply' } | { type: 'label'; spoke: string };
export interface Step {
  state: DeliveryState;
  actions: Action[];
}

/** Hub time, ms: how long a refusal may heal by itself, evidence may take, and all must be still before it is judged. */
const healing = 30_000;
const evidencePatience = 180_000;
const settling = 300_000;
/** Hub time without any movement after which a person is asked to look, ms: longer than a spoke takes to pull and load. */
const stalling = 600_000;
/** Labels set before the rows are looked at again, so that a stop is heard. */
const batch = 128;

/** Loaded as far as this spoke can ever show it. */
export function isThrough(target: TargetView, now: number): boolean {
  if (target.state === 'proven') return true;
  if (target.state !== 'claimed') return false;
  return target.evidenceRefused || (target.evidenceAsked && now - target.since >= evidencePatience);
}

/** Failed for so long since the apply; what failed before may heal by it. */
function failedFor(target: TargetView, { appliedAt }: DeliveryState, now: number): number {
  return target.state === 'failed' ? now - Math.max(target.since, appliedAt ?? now) : -1;
}

/** The target that has stood longest, where none has moved for too long; undefined while something moves. */
function standing(
  open: readonly TargetView[],
  { appliedAt }: DeliveryState,
  { now, ranAt }: Observed,
): TargetView | undefined {
  const moved = open.reduce((last, { since }) => Math.max(last, since), Math.max(ranAt, appliedAt ?? now));
  if (now - moved < stalling) return undefined;
  return open.filter(({ state }) => state !== 'failed').sort((a, b) => a.since - b.since)[0];
}

/** Spokes that may follow now: operative, covered, of a kernel that is through, without the label. */
function followers(state: DeliveryState, targets: readonly TargetView[]): Action[] {
  return targets
    .filter(
      (each) =>
        each.operative && each.covered && !each.labelled && each.kernels.every((k) => state.kernels.includes(k)),
    )
    .slice(0, batch)
    .map(({ spoke }) => ({ type: 'label', spoke }));
}

function applying(state: DeliveryState, { targets, moduleThere }: Observed): Step {
  if (state.appliedAt !== null) {
    if (!moduleThere) return { state, actions: [] };
    const phase = state.way === 'staged' ? 'canary' : 'finishing';
    return { state: { ...state, phase, seen: true, sentence: say.applied(state) }, actions: [] };
  }
  // A selector that gets our label would deselect, and so unload, every spoke without it: those that have the module keep it.
  const keep = state.way === 'staged' ? targets.filter(({ hasWork, labelled }) => hasWork && !labelled) : [];
  if (keep.length > 0) {
    return { state, actions: keep.slice(0, batch).map(({ spoke }) => ({ type: 'label', spoke })) };
  }
  return { state, actions: [{ type: 'apply' }] };
}

/** One spoke for each kernel; a spoke that has the label already is taken first, one that got lost is replaced. */
function chooseCanaries(state: DeliveryState, targets: readonly TargetView[]): DeliveryState['canaries'] {
  const fit = targets.filter(({ operative, covered }) => operative && covered);
  const ordered = [...fit.filter(({ labelled }) => labelled), ...fit.filter(({ labelled }) => !labelled)];
  const kernels =
    state.canaries.length > 0
      ? state.canaries.map(({ kernel }) => kernel)
      : [...new Set(fit.flatMap((each) => each.kernels))];
  return kernels.flatMap((kernel) => {
    const old = state.canaries.find((each) => each.kernel === kernel);
    if (old && fit.some(({ spoke }) => spoke === old.spoke)) return [old];
    const next = ordered.find((each) => each.kernels.includes(kernel) && each.state !== 'unknown');
    return next ? [{ kernel, spoke: next.spoke }] : old ? [old] : [];
  });
}

function canary(state: DeliveryState, observed: Observed): Step {
  const { targets, now } = observed;
  const canaries = chooseCanaries(state, targets);
  if (canaries.length === 0) return { state: { ...state, sentence: say.noCandidate(state) }, actions: [] };
  const views = canaries.map((each) => targets.find(({ spoke }) => spoke === each.spoke));
  const failed = views.find((view) => view !== undefined && failedFor(view, state, now) >= healing);
  if (failed)
    return { state: { ...state, canaries, phase: 'failed', sentence: say.canaryFailed(failed) }, actions: [] };
  const through = views.filter((view) => view !== undefined && isThrough(view, now)).length;
  if (through === canaries.length) {
    const kernels = canaries.map(({ kernel }) => kernel);
    return {
      state: {
        ...state,
        canaries,
        kernels,
        phase: 'widening',
        stalled: false,
        sentence: say.canariesThrough(canaries),
      },
      actions: [],
    };
  }
  const unlabelled = views.filter((view) => view !== undefined && !view.labelled);
  const delivered = views.some(
    (view) => view?.state === 'loading' || view?.state === 'claimed' || view?.state === 'proven',
  );
  const still = standing(
    views.flatMap((view) => (view?.labelled && !isThrough(view, now) ? [view] : [])),
    state,
    observed,
  );
  const sentence = still ? say.stalled(still) : say.waitingFor(canaries, views);
  return {
    state: { ...state, canaries, phase: delivered ? 'proving' : 'canary', sentence, stalled: still !== undefined },
    actions: unlabelled.map((view) => ({ type: 'label', spoke: view!.spoke })),
  };
}

function finishing(state: DeliveryState, observed: Observed): Step {
  const { targets, now, builtAt } = observed;
  const late = state.way === 'staged' ? followers(state, targets) : [];
  const counted = targets.filter(({ operative, covered }) => operative && covered);
  const meant =
    state.way === 'staged' ? counted.filter(({ kernels }) => kernels.every((k) => state.kernels.includes(k))) : counted;
  const open = meant.filter((each) => !isThrough(each, now));
  const sentence = say.progress(state, targets, meant, open);
  if (open.length === 0 && late.length === 0 && meant.length > 0)
    return { state: { ...state, phase: 'done', lost: false, stalled: false, sentence }, actions: [] };
  const moved = meant.reduce((last, { since }) => Math.max(last, since), Math.max(builtAt, state.appliedAt ?? now));
  const failed = open.length > 0 && open.every((each) => each.state === 'failed');
  if (failed && (state.lost || now - moved >= settling)) {
    return {
      state: { ...state, phase: 'failed', lost: true, sentence: say.lost(state, targets, meant, open) },
      actions: late,
    };
  }
  if (state.lost) return { state, actions: late };
  // Movement anywhere counts: a large fleet is served one after the other.
  const still = standing(meant, state, observed);
  const first = still && [...open].filter((each) => each.state !== 'failed').sort((a, b) => a.since - b.since)[0];
  const words = first ? `${sentence} ${say.stalled(first)}` : sentence;
  return { state: { ...state, phase: 'finishing', sentence: words, stalled: first !== undefined }, actions: late };
}

/**
 * The next step of a delivery from what is remembered and what the rows show: a pure function, so it may be asked again
 * after any crash. Actions are idempotent; the state is written before they are performed.
 */
export function step(state: DeliveryState, observed: Observed): Step {
  const gone = state.seen && !observed.moduleThere;
  if (state.phase === 'failed' && state.lost && !gone) return finishing(state, observed);
  if (isOver(state.phase)) {
    // Later arrivals get the label as long as the module lives and its kernels have been proven.
    const follow = !gone && state.way === 'staged' && state.phase !== 'stopped';
    return { state, actions: follow ? followers(state, observed.targets) : [] };
  }
  if (gone) return { state: { ...state, phase: 'failed', sentence: say.deleted(state) }, actions: [] };
  const seen = state.seen || (state.appliedAt !== null && observed.moduleThere);
  const now = { ...state, seen };
  if (now.phase === 'applying') return applying(now, observed);
  if (now.phase === 'canary' || now.phase === 'proving') return canary(now, observed);
  if (now.phase === 'widening') {
    const actions = followers(now, observed.targets);
    return actions.length > 0
      ? { state: { ...now, sentence: say.widening(now, observed.targets) }, actions }
      : finishing(now, observed);
  }
  return finishing(now, observed);
}
