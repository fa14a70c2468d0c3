import type { Delivery, ModuleRow } from '../../../shared/contract/modules.ts';
import { Facts } from '../../parts/facts.tsx';
import { clockTime, count } from '../../words/format.ts';

/** What the hub holds of this module, with KMM's own numbers shown as what they are, and earlier deliveries. */
export function ModuleFacts({ row, deliveries }: { row: ModuleRow; deliveries: readonly Delivery[] }) {
  const selector = Object.entries(row.selector).map(([key, value]) => `${key}=${value}`);
  const { desired, applied, degraded } = row.reported;
  return (
    <div className="kb-stack">
      <Facts
        facts={[
          ['Selects', selector.length > 0 ? selector.join(', ') : 'every managed cluster'],
          ['Namespace on spokes', row.spokeNamespace || 'KMM’s default'],
          ['Created', clockTime(row.createdAt)],
          [
            'KMM’s own numbers',
            `${count(desired)} wanted, ${count(applied)} applied, ${count(degraded)} degraded. They count works, not loaded modules.`,
          ],
        ]}
      />
      {deliveries.length > 0 && (
        <section>
          <h2 className="kb-h">Deliveries</h2>
          <ul className="kb-lines">
            {deliveries.map(({ id, way, phase, startedAt, sentence }) => (
              <li key={id}>
                <strong>{way}</strong> {phase} <span className="kb-subtle">since {clockTime(startedAt)}</span>
                <div className="kb-subtle kb-break">{sentence}</div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
