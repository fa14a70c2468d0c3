import type { ModuleRow, ProofRow } from '../../shared/contract/modules.ts';
import type { DeliveryRecords } from '../store/deliveries.ts';
import type { ModuleRecord } from '../store/modules.ts';
import type { Store } from '../store/open.ts';
import type { ProofRecord, Proofs } from '../store/proofs.ts';
import { isOver } from './delivery-step.ts';
import { count, many } from './delivery-words.ts';
import { withoutLabel } from './module-index.ts';

/** A module as the list shows it: counted from our rows; the numbers KMM-Hub reports stand beside, as what they are. */
export function createModuleView(deps: { store: Store; proofs: Proofs; deliveries: DeliveryRecords }) {
  const { store, proofs, deliveries } = deps;
  const kernels = store.db
    .prepare<[string, string], number>(
      `select count(distinct k.kernel) from proof p join spoke_kernel k on k.hub = p.hub and k.spoke = p.spoke
       where p.hub = ? and p.module = ?`,
    )
    .pluck();
  return (row: ModuleRecord): ModuleRow => {
    const { hub, name } = row;
    const states = proofs.counts(hub, name);
    const targets = Object.values(states).reduce((sum, n) => sum + n, 0);
    const last = deliveries.last(hub, name);
    const running = last !== undefined && !isOver(last.phase);
    return {
      name,
      spokeNamespace: row.spoke_namespace,
      selector: withoutLabel(JSON.parse(row.selector_json) as Record<string, string>, name),
      targets,
      states,
      kernels: kernels.get(hub, name) as number,
      state: stateOf(row, running, states, targets),
      sentence: running ? last.sentence : sentenceOf(states, targets),
      ...(last && { delivery: last.id }),
      createdAt: row.created_at,
      reported: { desired: row.desired, applied: row.applied, degraded: row.degraded },
    };
  };
}
export type ModuleView = ReturnType<typeof createModuleView>;

function stateOf(row: ModuleRecord, running: boolean, states: Record<string, number>, targets: number): string {
  if (row.deleting) return 'deleting';
  if (states.failed || states.staleBoot) return 'attention';
  if (running) return 'delivering';
  if (targets === 0) return 'idle';
  return states.waiting || states.loading ? 'delivering' : 'complete';
}

function sentenceOf(states: Record<string, number>, targets: number): string {
  if (targets === 0) return 'It selects no spoke.';
  const parts = (['claimed', 'loading', 'waiting', 'failed', 'staleBoot', 'unknown'] as const)
    .filter((state) => states[state])
    .map((state) => `${count(states[state]!)} ${state === 'staleBoot' ? 'with a stale boot' : state}`);
  return `Proven on ${count(states.proven ?? 0)} of ${many(targets, 'target')}${parts.length > 0 ? `; ${parts.join(', ')}` : ''}.`;
}

/** A proof row as screens show it. `oldSince`: rows are of that time because the hub is not being watched now. */
export function proofView(row: ProofRecord, oldSince: string | undefined): ProofRow {
  const { spoke, state, kernel, image, evidence, since } = row;
  const seconds =
    row.proven_at && row.selected_at ? (Date.parse(row.proven_at) - Date.parse(row.selected_at)) / 1000 : undefined;
  return {
    spoke,
    state,
    cause: oldSince === undefined ? row.cause : 'dataOld',
    reason: oldSince === undefined ? row.reason : `As of ${oldSince}: ${row.reason}`,
    remedy: oldSince === undefined ? row.remedy : 'Connect to the hub to see how it is now.',
    kernel,
    image,
    loadedKernel: row.loaded_kernel,
    loadedBoot: row.loaded_boot,
    nodeBoot: row.node_boot,
    evidence,
    since,
    ...(row.proven_at && { provenAt: row.proven_at }),
    ...(seconds !== undefined && seconds >= 0 && { seconds }),
  };
}
