import type { Clock } from '../../shared/clock.ts';
import type { Emit } from '../../shared/contract.ts';
import { toFault } from '../../shared/fault.ts';
import type { Sessions } from '../hubs/sessions.ts';
import { commandTime } from '../install/applied-time.ts';
import type { DeliveryRecord, DeliveryRecords } from '../store/deliveries.ts';
import type { ModuleRecords } from '../store/modules.ts';
import type { Store } from '../store/open.ts';
import type { DeliveryActs } from './delivery-acts.ts';
import { lastBuilt, lastRan, observeTargets } from './delivery-observe.ts';
import { DeliveryState, isOver } from './delivery-state.ts';
import { step } from './delivery-step.ts';
import type { ModuleIndex } from './module-index.ts';
import { withoutLabel } from './module-index.ts';
import type { PairQueue } from './pair-queue.ts';
import type { Tell } from './tell.ts';

/** Rounds in one run, so that a delivery that always finds something to do lets others have their turn. */
const rounds = 40;

/** Takes deliveries forward: reads rows, asks `step`, writes the state down, performs the actions. */
export function createDeliveryDriver(deps: {
  store: Store;
  sessions: Sessions;
  clock: Clock;
  emit: Emit;
  deliveries: DeliveryRecords;
  records: ModuleRecords;
  index: ModuleIndex;
  queue: PairQueue;
  acts: DeliveryActs;
  /** Nothing but KMM's numbers will ever tell of this hub. */
  noEvidence(hub: string): boolean;
  /** No ManagedClusterView can be made there. */
  noViews(hub: string): boolean;
  tell: Tell;
}) {
  const { store, sessions, clock, emit, deliveries, records, index, queue, acts, noEvidence, noViews, tell } = deps;
  const busy = new Set<string>();
  const lastProof = store.db
    .prepare<[string, string], string | null>('select max(proven_at) from proof where hub = ? and module = ?')
    .pluck();

  function save(row: DeliveryRecord, old: DeliveryState, state: DeliveryState): DeliveryRecord {
    const { hub, module } = row;
    // Our estimate of the hub's clock may be behind the times that objects carry.
    const at = [sessions.hubNow(hub), row.started_at, lastProof.get(hub, module) ?? ''].sort().at(-1)!;
    const over = isOver(state.phase);
    const next: DeliveryRecord = {
      ...row,
      phase: state.phase,
      sentence: state.sentence,
      canaries_json: JSON.stringify(state.canaries),
      state_json: JSON.stringify(state),
      ended_at: over ? (old.phase === state.phase ? (row.ended_at ?? at) : at) : null,
    };
    store.transaction(() => {
      deliveries.put(next);
      const seenAt = new Date(clock.now()).toISOString();
      const { sentence } = state;
      if (state.stalled && !old.stalled) {
        tell(hub, { at, seenAt, spoke: '', module, event: 'delivery.stalled', sentence, tone: 'bad' });
      }
      if (old.phase === state.phase) return;
      const tone = state.phase === 'done' ? 'good' : state.phase === 'failed' ? 'bad' : 'neutral';
      tell(hub, { at, seenAt, spoke: '', module, event: `delivery.${state.phase}`, sentence, tone });
    });
    emit('delivery.changed', { hub, id: row.id });
    return next;
  }

  /** One round; returns whether another may follow at once. */
  async function round(id: string): Promise<boolean> {
    const row = deliveries.get(id);
    if (!row || row.phase === 'stopped') return false;
    const { hub, module: name } = row;
    const state = DeliveryState.parse(JSON.parse(row.state_json));
    const live = index.get(hub, name);
    const intended = acts.intended(row);
    const base = state.appliedAt === null || !live ? withoutLabel(intended.selector, name) : live.base;
    const wanted = state.appliedAt === null || !live ? intended.wanted : live.wanted;
    const record = records.get(hub, name);
    const now = Date.parse(sessions.hubNow(hub));
    const observed = {
      now,
      builtAt: lastBuilt(store, hub, name, now),
      ranAt: lastRan(store, hub, name, now),
      moduleThere: record !== undefined && record.generation >= state.generation && record.deleting === 0,
      targets: observeTargets(
        store,
        hub,
        { name, base, wanted },
        {
          labelled: (spoke) => acts.labelledNow(hub, name, spoke),
          noEvidence: noEvidence(hub),
          noViews: noViews(hub),
        },
      ),
    };
    const next = step(state, observed);
    const changed = JSON.stringify(next.state) !== row.state_json;
    const saved = changed ? save(row, state, next.state) : row;
    const did = next.actions.length > 0 ? await act(saved, next.state, next.actions) : false;
    return did || (changed && next.state.phase !== state.phase);
  }

  async function act(
    row: DeliveryRecord,
    state: DeliveryState,
    actions: ReturnType<typeof step>['actions'],
  ): Promise<boolean> {
    const client = sessions.peek(row.hub);
    if (!client) return false;
    try {
      if (actions.some(({ type }) => type === 'apply')) {
        const before = records.get(row.hub, row.module)?.generation;
        const { generation, at } = await acts.apply(client, row);
        // What was there already keeps the time of an earlier apply.
        const stamp = before === generation ? undefined : at;
        // Read again: a stop may have come meanwhile.
        const now = deliveries.get(row.id) ?? row;
        const fresh = DeliveryState.parse(JSON.parse(now.state_json));
        if (isOver(fresh.phase)) return false;
        const appliedAt = Date.parse(sessions.hubNow(row.hub));
        save({ ...now, started_at: commandTime(now.started_at, stamp) }, fresh, { ...fresh, appliedAt, generation });
        return true;
      }
      const spokes = actions.flatMap((action) => (action.type === 'label' ? [action.spoke] : []));
      return (await acts.label(client, row.hub, row.module, spokes)) > 0;
    } catch (error) {
      const { code, message, remedy } = toFault(error);
      if (passing.has(code)) return false;
      const now = deliveries.get(row.id) ?? row;
      if (!isOver(now.phase)) save(now, state, { ...state, phase: 'failed', sentence: `${message} ${remedy}` });
      return false;
    }
  }

  /** Whether rows speak of the hub as it is now: no step is taken on old ones. */
  const ready = (hub: string): boolean =>
    queue.idle() &&
    ['ManagedCluster', 'ManagedClusterModule', 'ManifestWork'].every((kind) => sessions.isLive(hub, kind));

  async function advance(id: string): Promise<void> {
    const row = deliveries.get(id);
    if (!row || busy.has(id)) return;
    busy.add(id);
    try {
      for (let turn = 0; turn < rounds && ready(row.hub); turn++) if (!(await round(id))) return;
    } finally {
      busy.delete(id);
    }
  }

  /** Deliveries to look at: those under way, and of each module the last one where spokes may still come or heal. */
  function toLookAt(hub: string): string[] {
    const ids = new Set(deliveries.running(hub).map(({ id }) => id));
    for (const module of index.all(hub)) {
      const last = module.deleting ? undefined : deliveries.last(hub, module.name);
      if (last && (module.staged || last.phase === 'failed')) ids.add(last.id);
    }
    return [...ids];
  }
  return {
    advance,
    async run(hub: string): Promise<void> {
      for (const id of toLookAt(hub)) await advance(id);
    },
    running: (hub: string): boolean => deliveries.running(hub).length > 0,
    stop(id: string, sentence: string): void {
      const row = deliveries.get(id);
      if (!row || isOver(row.phase)) return;
      const state = DeliveryState.parse(JSON.parse(row.state_json));
      save(row, state, { ...state, phase: 'stopped', sentence });
    },
  };
}
export type DeliveryDriver = ReturnType<typeof createDeliveryDriver>;

/** Faults that pass by themselves: the next look tries again. */
const passing = new Set([
  'hub.offline',
  'kube.unreachable',
  'kube.timeout',
  'kube.tooManyRequests',
  'kube.serverError',
]);
