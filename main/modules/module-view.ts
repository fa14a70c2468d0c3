import type { LoadState } from '../../shared/contract/fleet.ts';
import type { ModuleRow, ProofRow } from '../../shared/contract/modules.ts';
import type { DeliveryRecords } from '../store/deliveries.ts';
import type { ModuleRecord } from '../store/modules.ts';
import type { Store } from '../store/open.ts';
import type { ProofRecord, Proofs } from '../store/proofs.ts';
import { isOver, isStalled } from './delivery-state.ts';
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
  const away = store.db.prepare<[string, string], { spoke: string; state: LoadState }>(
    `select p.spoke, p.state from proof p join spoke s on s.hub = p.hub and s.name = p.spoke
     where p.hub = ? and p.module = ? and s.operative = 0 order by p.spoke`,
  );
  return (row: ModuleRecord): ModuleRow => {
    const { hub, name } = row;
    const states = proofs.counts(hub, name);
    const targets = Object.values(states).reduce((sum, n) => sum + n, 0);
    const last = deliveries.last(hub, name);
    // A module that came by other hands is delivered by KMM-Hub alone, as long as something still moves.
    const running = last ? !isOver(last.phase) : Boolean(states.waiting || states.loading);
    const stuck = last !== undefined && running && isStalled(last);
    const out = away.all(hub, name);
    const meant = { ...states };
    for (const { state } of out) meant[state] = (meant[state] ?? 0) - 1;
    return {
      name,
      spokeNamespace: row.spoke_namespace,
      selector: withoutLabel(JSON.parse(row.selector_json) as Record<string, string>, name),
      targets,
      states,
      kernels: kernels.get(hub, name) as number,
      state: stuck ? 'attention' : stateOf(row, running, meant, targets),
      sentence:
        last && running
          ? last.sentence
          : sentenceOf(
              meant,
              targets,
              out.map(({ spoke }) => spoke),
            ),
      ...(last && { delivery: last.id }),
      createdAt: row.created_at,
      reported: { desired: row.desired, applied: row.applied, degraded: row.degraded },
    };
  };
}
export type ModuleView = ReturnType<typeof createModuleView>;

/** `meant` counts the operative targets only: of the others nothing is expected. */
function stateOf(row: ModuleRecord, running: boolean, meant: Record<string, number>, targets: number): string {
  if (row.deleting) return 'deleting';
  if (targets === 0) return 'idle';
  if (running) return 'delivering';
  return Object.entries(meant).some(([state, n]) => state !== 'proven' && n > 0) ? 'attention' : 'complete';
}

/** Names of left out spokes that are said. */
const named = 10;

function sentenceOf(meant: Record<string, number>, targets: number, out: readonly string[]): string {
  if (targets === 0) return 'It selects no spoke.';
  const parts = (['claimed', 'loading', 'waiting', 'failed', 'staleBoot', 'unknown'] as const)
    .filter((state) => meant[state])
    .map((state) => `${count(meant[state]!)} ${state === 'staleBoot' ? 'with a stale boot' : state}`);
  const rest = parts.length > 0 ? `; ${parts.join(', ')}` : '';
  const more = out.length > named ? ` and ${count(out.length - named)} more` : '';
  const left =
    out.length > 0
      ? ` Left out, because not operative: ${count(out.length)} (${out.slice(0, named).join(', ')}${more}).`
      : '';
  const operative = targets - out.length;
  return `Proven on ${count(meant.proven ?? 0)} of ${many(operative, 'operative target')}${rest}.${left}`;
}

/** A proof row as screens show it. `oldSince`: rows are of that time because the hub is not being watched now. */
export function proofView(
  row: ProofRecord,
  oldSince: string | undefined,
  told: Pick<ProofRow, 'age' | 'work' | 'nextTryAt'> = { work: '' },
): ProofRow {
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
    ...told,
    ...(row.proven_at && { provenAt: row.proven_at }),
    ...(seconds !== undefined && seconds >= 0 && { seconds }),
  };
}
