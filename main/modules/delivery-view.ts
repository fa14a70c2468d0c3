import type { Delivery } from '../../shared/contract/modules.ts';
import type { DeliveryRecord } from '../store/deliveries.ts';
import type { Store } from '../store/open.ts';
import type { Proofs } from '../store/proofs.ts';

/** A delivery as screens show it: the row, with counts and canaries from the proofs of now. */
export function createDeliveryView({ store, proofs }: { store: Store; proofs: Proofs }) {
  const selected = store.db
    .prepare<[string, string], number>(
      'select count(*) from proof where hub = ? and module = ? and selected_at is not null',
    )
    .pluck();
  return (row: DeliveryRecord): Delivery => {
    const { id, hub, module, way, phase, started_at, ended_at, sentence } = row;
    const states = proofs.counts(hub, module);
    const canaries = JSON.parse(row.canaries_json) as { kernel: string; spoke: string }[];
    return {
      id,
      hub,
      module,
      way,
      phase,
      canaries: canaries.map(({ kernel, spoke }) => {
        const proof = proofs.get(hub, module, spoke);
        return { kernel, spoke, state: proof?.state ?? 'waiting', reason: proof?.reason ?? '' };
      }),
      targets: Object.values(states).reduce((sum, n) => sum + n, 0),
      selected: selected.get(hub, module) as number,
      states,
      startedAt: started_at,
      ...(ended_at && { endedAt: ended_at }),
      sentence,
    };
  };
}
export type DeliveryView = ReturnType<typeof createDeliveryView>;
