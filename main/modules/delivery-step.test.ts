import { describe, expect, test } from 'vitest';
import { type DeliveryState, isOver, type TargetView } from './delivery-state.ts';
import { type Observed, step } from './delivery-step.ts';

/** A small repeatable generator (mulberry32), so that a failing order can be run again. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const start = (way: DeliveryState['way'] = 'staged'): DeliveryState => ({
  module: 'm',
  way,
  phase: 'applying',
  sentence: '',
  appliedAt: null,
  generation: 0,
  seen: false,
  canaries: [],
  kernels: [],
  lost: false,
  stalled: false,
});
const target = (spoke: string, more: Partial<TargetView> = {}): TargetView => ({
  spoke,
  operative: true,
  covered: true,
  kernels: ['k1'],
  labelled: false,
  hasWork: false,
  state: 'waiting',
  cause: '',
  reason: '',
  remedy: '',
  since: 0,
  evidenceRefused: false,
  evidenceAsked: false,
  ...more,
});

/** A hub that does what it is told, in random order and with random delays; it counts what it was told. */
function world(
  seed: number,
  size: number,
  change: (target: TargetView, index: number) => Partial<TargetView> = () => ({}),
) {
  const random = chance(seed);
  const targets = Array.from({ length: size }, (_, index) => {
    const plain = target(`s${index}`);
    return { ...plain, ...change(plain, index) };
  });
  let state = start();
  let now = 0;
  let rowThere = false;
  const labels = new Map<string, number>();
  let applies = 0;
  let provenBeforeSecond = true;
  const observed = (): Observed => ({ now, moduleThere: rowThere, builtAt: 0, ranAt: 0, targets });
  return {
    get state() {
      return state;
    },
    targets,
    labels,
    get applies() {
      return applies;
    },
    get provenBeforeSecond() {
      return provenBeforeSecond;
    },
    observed,
    /** One turn of the driver. A crash before the actions loses them; one after them loses only the memory of them. */
    turn(crash: 'none' | 'before' | 'after'): void {
      const next = step(state, observed());
      state = JSON.parse(JSON.stringify(next.state));
      if (crash === 'before') return;
      for (const action of next.actions) {
        if (action.type === 'apply') {
          applies++;
          rowThere = true;
          if (crash !== 'after') state = { ...state, appliedAt: now, generation: 1 };
          continue;
        }
        labels.set(action.spoke, (labels.get(action.spoke) ?? 0) + 1);
        const others = targets.filter(({ labelled, spoke }) => labelled && spoke !== action.spoke);
        const canary = state.canaries.some(({ spoke }) => spoke === action.spoke);
        if (!canary && !others.some((each) => each.state === 'proven')) provenBeforeSecond = false;
        const row = targets.find(({ spoke }) => spoke === action.spoke)!;
        row.labelled = true;
        row.since = now;
      }
    },
    /** Time passes and some labelled spokes come along. */
    live(): void {
      now += 5000;
      for (const row of targets) {
        if (!row.labelled || row.state === 'failed' || row.state === 'unknown' || random() < 0.5) continue;
        row.state = row.state === 'waiting' ? 'loading' : 'proven';
        row.since = now;
      }
    },
    random,
  };
}

describe('staged, in any order and with a restart at any step', () => {
  test.each(Array.from({ length: 60 }, (_, seed) => seed))('seed %i', (seed) => {
    const size = 1 + (seed % 40);
    const it = world(seed, size, (_t, index) =>
      index % 7 === 3
        ? { operative: false, state: 'unknown' }
        : index % 11 === 5
          ? { covered: false, kernels: ['arm'] }
          : {},
    );
    const meant = it.targets.filter(({ operative, covered }) => operative && covered);
    for (let turn = 0; turn < 400 && !isOver(it.state.phase); turn++) {
      const roll = it.random();
      it.turn(roll < 0.15 ? 'before' : roll < 0.3 ? 'after' : 'none');
      it.live();
    }
    expect(it.state.phase).toBe('done');
    expect([...it.labels.keys()].sort()).toEqual(meant.map(({ spoke }) => spoke).sort());
    expect([...it.labels.values()].every((times) => times === 1)).toBe(true);
    expect(it.provenBeforeSecond).toBe(true);
    expect(it.state.canaries).toHaveLength(1);
    // Done, it asks for nothing more.
    expect(step(it.state, it.observed())).toEqual({ state: it.state, actions: [] });
  });
});

const applied = (more: Partial<DeliveryState>): DeliveryState => ({
  ...start(),
  appliedAt: 0,
  generation: 1,
  seen: true,
  ...more,
});

describe('staged', () => {
  test('one spoke of each kernel goes first, labelled ones before others', () => {
    const targets = [
      target('a'),
      target('b', { kernels: ['k2'] }),
      target('c', { kernels: ['k2'], labelled: true }),
      target('d'),
    ];
    const { state, actions } = step(applied({ phase: 'canary' }), {
      now: 0,
      moduleThere: true,
      builtAt: 0,
      ranAt: 0,
      targets,
    });
    expect(state.canaries).toEqual(
      [
        { kernel: 'k2', spoke: 'c' },
        { kernel: 'k1', spoke: 'a' },
      ].sort((x, y) => x.kernel.localeCompare(y.kernel)),
    );
    expect(actions).toEqual([{ type: 'label', spoke: 'a' }]);
  });
  test('a first spoke that fails ends it, the rest untouched', () => {
    const targets = [
      target('a', { labelled: true, state: 'failed', cause: 'workRejected', reason: 'no', since: 1000 }),
      target('b'),
    ];
    const state = applied({ phase: 'proving', canaries: [{ kernel: 'k1', spoke: 'a' }] });
    expect(step(state, { now: 20_000, moduleThere: true, builtAt: 0, ranAt: 0, targets }).state.phase).toBe('canary');
    const end = step(state, { now: 40_000, moduleThere: true, builtAt: 0, ranAt: 0, targets });
    expect(end.state).toMatchObject({
      phase: 'failed',
      sentence: 'The first spoke a failed, all others are untouched: no',
    });
    expect(end.actions).toEqual([]);
    expect(step(end.state, { now: 50_000, moduleThere: true, builtAt: 0, ranAt: 0, targets }).actions).toEqual([]);
  });
  test('a failure from before the apply is given time to heal', () => {
    const targets = [target('a', { labelled: true, state: 'failed', cause: 'buildFailed', since: -1_000_000 })];
    const state = applied({ phase: 'canary', canaries: [{ kernel: 'k1', spoke: 'a' }] });
    expect(step(state, { now: 10_000, moduleThere: true, builtAt: 0, ranAt: 0, targets }).state.phase).toBe('canary');
  });
  test('a first spoke that is lost is replaced', () => {
    const targets = [target('a', { labelled: true, operative: false, state: 'unknown' }), target('b')];
    const state = applied({ phase: 'proving', canaries: [{ kernel: 'k1', spoke: 'a' }] });
    const next = step(state, { now: 0, moduleThere: true, builtAt: 0, ranAt: 0, targets });
    expect(next.state.canaries).toEqual([{ kernel: 'k1', spoke: 'b' }]);
    expect(next.actions).toEqual([{ type: 'label', spoke: 'b' }]);
  });
  test('a claim is taken for the proof only where proof is refused, or does not come', () => {
    const state = applied({ phase: 'proving', canaries: [{ kernel: 'k1', spoke: 'a' }] });
    const at = (now: number, more: Partial<TargetView>) =>
      step(state, {
        now,
        moduleThere: true,
        builtAt: 0,
        ranAt: 0,
        targets: [target('a', { labelled: true, state: 'claimed', ...more })],
      }).state.phase;
    expect(at(10_000, {})).toBe('proving');
    expect(at(10_000, { evidenceRefused: true })).toBe('widening');
    expect(at(200_000, {})).toBe('proving');
    expect(at(200_000, { evidenceAsked: true })).toBe('widening');
  });
  test('a spoke that comes later follows if its kernel is proven, else not', () => {
    const done = applied({ phase: 'done', kernels: ['k1'], canaries: [{ kernel: 'k1', spoke: 'a' }] });
    const targets = [target('a', { labelled: true, state: 'proven' }), target('b'), target('c', { kernels: ['k2'] })];
    expect(step(done, { now: 0, moduleThere: true, builtAt: 0, ranAt: 0, targets }).actions).toEqual([
      { type: 'label', spoke: 'b' },
    ]);
    expect(step(done, { now: 0, moduleThere: false, builtAt: 0, ranAt: 0, targets }).actions).toEqual([]);
    expect(
      step({ ...done, phase: 'stopped' }, { now: 0, moduleThere: true, builtAt: 0, ranAt: 0, targets }).actions,
    ).toEqual([]);
  });
  test('spokes that have the module get the label before the selector asks for it', () => {
    const targets = [target('a', { hasWork: true }), target('b')];
    expect(step(start(), { now: 0, moduleThere: true, builtAt: 0, ranAt: 0, targets }).actions).toEqual([
      { type: 'label', spoke: 'a' },
    ]);
    const labelled = targets.map((each) => ({ ...each, labelled: each.hasWork }));
    expect(step(start(), { now: 0, moduleThere: true, builtAt: 0, ranAt: 0, targets: labelled }).actions).toEqual([
      { type: 'apply' },
    ]);
  });
  test('a module deleted meanwhile ends it', () => {
    expect(
      step(applied({ phase: 'widening' }), { now: 0, moduleThere: false, builtAt: 0, ranAt: 0, targets: [] }).state
        .phase,
    ).toBe('failed');
  });
});

describe('plain', () => {
  const plain = (more: Partial<DeliveryState> = {}) => ({ ...applied(more), way: 'plain' as const });
  test('applies, labels nothing, ends when all are proven', () => {
    expect(
      step(
        { ...start('plain') },
        { now: 0, moduleThere: false, builtAt: 0, ranAt: 0, targets: [target('a', { hasWork: true })] },
      ).actions,
    ).toEqual([{ type: 'apply' }]);
    const targets = [target('a', { state: 'proven' }), target('b', { state: 'loading' })];
    expect(
      step(plain({ phase: 'finishing' }), { now: 0, moduleThere: true, builtAt: 0, ranAt: 0, targets }),
    ).toMatchObject({
      state: { phase: 'finishing' },
      actions: [],
    });
    const all = [target('a', { state: 'proven' }), target('b', { state: 'proven' }), target('c', { operative: false })];
    const end = step(plain({ phase: 'finishing' }), { now: 0, moduleThere: true, builtAt: 0, ranAt: 0, targets: all });
    expect(end.state).toMatchObject({
      phase: 'done',
      sentence: 'm is proven on 2 of 2 operative spokes. Left out: 1 target not operative.',
    });
  });
  test('says what is lost when nothing else can come', () => {
    const targets = [
      target('a', { state: 'proven' }),
      target('b', { state: 'failed', reason: 'no mappings', since: 0 }),
    ];
    const at = (now: number) =>
      step(plain({ phase: 'finishing' }), { now, moduleThere: true, builtAt: 0, ranAt: 0, targets }).state;
    expect(at(290_000).phase).toBe('finishing');
    const lost = at(300_000);
    expect(lost).toMatchObject({
      phase: 'failed',
      sentence: 'm is lost on 1 of 2 operative spokes (b): no mappings',
    });
    const building = { now: 300_000, moduleThere: true, builtAt: 100_000, ranAt: 100_000, targets };
    expect(step(plain({ phase: 'finishing' }), building).state.phase).toBe('finishing');
    const moving = [...targets, target('c', { state: 'proven', since: 200_000 })];
    expect(
      step(plain({ phase: 'finishing' }), { ...building, builtAt: 0, ranAt: 0, targets: moving }).state.phase,
    ).toBe('finishing');

    // It is watched on: what comes after all is counted, and in the end it is done.
    const look = (state: DeliveryState, more: Partial<TargetView>) =>
      step(state, {
        now: 400_000,
        moduleThere: true,
        builtAt: 0,
        ranAt: 0,
        targets: [targets[0]!, { ...targets[1]!, ...more }],
      }).state;
    expect(look(lost, { state: 'loading' })).toEqual(lost);
    expect(look(lost, { state: 'proven' })).toMatchObject({ phase: 'done', lost: false });
  });
});

describe('sentences', () => {
  test('of a large fleet change once for each tenth', () => {
    const said = new Set<string>();
    let state: DeliveryState = { ...applied({ phase: 'finishing' }), way: 'plain' };
    for (let proven = 0; proven <= 1748; proven++) {
      const targets = Array.from({ length: 1755 }, (_, at) =>
        target(`s${at}`, { operative: at < 1748, state: at < proven ? 'proven' : 'loading' }),
      );
      state = step(state, { now: 0, moduleThere: true, builtAt: 0, ranAt: 0, targets }).state;
      said.add(state.sentence);
    }
    expect([...said]).toHaveLength(11);
    expect([...said][4]).toBe('m is proven on over 40 % of 1,748 operative spokes. Left out: 7 targets not operative.');
    expect(state).toMatchObject({
      phase: 'done',
      sentence: 'm is proven on 1,748 of 1,748 operative spokes. Left out: 7 targets not operative.',
    });
  });
});

describe('where nothing moves', () => {
  const canary = (more: Partial<TargetView> = {}) =>
    target('a', {
      labelled: true,
      cause: 'building',
      reason: 'The image is to be built on the hub.',
      since: 1000,
      ...more,
    });
  const first: DeliveryState = {
    ...start(),
    phase: 'canary',
    appliedAt: 500,
    generation: 1,
    seen: true,
    canaries: [{ kernel: 'k1', spoke: 'a' }],
  };
  const look = (now: number, ranAt: number, targets: TargetView[], state = first) =>
    step(state, { now, moduleThere: true, builtAt: now, ranAt, targets }).state;

  test('a first spoke whose build never runs is said after ten minutes, with what to look at, and it goes on', () => {
    const soon = look(600_000, 0, [canary()]);
    expect(soon).toMatchObject({ phase: 'canary', stalled: false });
    const late = look(602_000, 0, [canary()]);
    expect(late).toMatchObject({ phase: 'canary', stalled: true });
    expect(late.sentence).toBe(
      'Nothing has moved for over 10 minutes. a: The image is to be built on the hub. No build has run: look whether KMM-Hub runs, whether its events name a ConfigMap, Secret or driver toolkit that is missing, and whether the hub can build at all. It goes on by itself when something moves.',
    );
    // A build that runs, however long, is movement; so is a new state of the spoke.
    expect(look(602_000, 602_000, [canary()])).toMatchObject({ stalled: false });
    const moved = look(700_000, 0, [canary({ state: 'loading', cause: 'loading', since: 650_000 })], late);
    expect(moved).toMatchObject({ phase: 'proving', stalled: false });
    expect(look(700_000, 0, [canary({ state: 'proven', since: 650_000 })], late)).toMatchObject({
      phase: 'widening',
      stalled: false,
    });
  });
  test('a fleet that has stood still says where; one that moves anywhere does not', () => {
    const rest: DeliveryState = { ...first, phase: 'finishing', kernels: ['k1'] };
    const stuck = target('b', { labelled: true, state: 'loading', cause: 'loading', remedy: 'Nudge it.', since: 2000 });
    const still = look(702_000, 0, [canary({ state: 'proven', since: 90_000 }), stuck], rest);
    expect(still).toMatchObject({ phase: 'finishing', stalled: true });
    expect(still.sentence).toContain('b: nothing is known of it yet. Nudge it.');
    expect(look(702_000, 0, [canary({ state: 'proven', since: 200_000 }), stuck], rest)).toMatchObject({
      stalled: false,
    });
  });
});
