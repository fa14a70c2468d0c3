import { Button, ProgressStep, ProgressStepper } from '@patternfly/react-core';
import type { Delivery } from '../../../shared/contract/modules.ts';
import { Age } from '../../parts/age.tsx';
import { Badge } from '../../parts/badge.tsx';
import { useAct } from '../../state/use-call.ts';
import { count, percent } from '../../words/format.ts';
import { loadWords } from '../../words/states.ts';
import { type Step, stepsOf } from './delivery-steps.ts';

const variants: Record<Step['state'], 'success' | 'info' | 'pending' | 'danger' | 'warning'> = {
  done: 'success',
  now: 'info',
  later: 'pending',
  failed: 'danger',
  stopped: 'warning',
};

/** How far a delivery is: its steps, the first spokes, the count of proven ones. It goes on without this window. */
export function DeliveryCard({ delivery }: { delivery: Delivery }) {
  const stop = useAct('deliveries.stop');
  const running = delivery.endedAt === undefined;
  const proven = delivery.states.proven ?? 0;
  return (
    <section className="kb-delivery" aria-label="Delivery">
      <div className="kb-between">
        <p>
          <strong>{delivery.way === 'staged' ? 'Staged delivery' : 'Delivery to all at once'}</strong>{' '}
          <span className="kb-subtle">
            {running ? (
              <>
                started <Age at={delivery.startedAt} by="hub" />
              </>
            ) : (
              <>
                ended <Age at={delivery.endedAt} by="hub" />
              </>
            )}
            {' · '}
            <span className="kb-num">
              {count(proven)} of {count(delivery.targets)} proven ({percent(proven, delivery.targets)})
            </span>
          </span>
        </p>
        {running && (
          <Button variant="secondary" size="sm" isLoading={stop.busy} onClick={() => stop.act({ id: delivery.id })}>
            Stop widening
          </Button>
        )}
      </div>
      <ProgressStepper isCenterAligned aria-label="Steps of the delivery">
        {stepsOf(delivery).map(({ id, title, state }) => (
          <ProgressStep
            key={id}
            id={`step-${id}`}
            titleId={`step-${id}-title`}
            variant={variants[state]}
            isCurrent={state === 'now'}
            aria-label={`${title}: ${state}`}
          >
            {title}
          </ProgressStep>
        ))}
      </ProgressStepper>
      <p className="kb-subtle kb-break" role="status">
        {delivery.sentence}
      </p>
      {delivery.canaries.length > 0 && delivery.phase !== 'done' && (
        <ul className="kb-lines">
          {delivery.canaries.map(({ spoke, kernel, state, reason }) => (
            <li key={spoke}>
              <Badge tone={loadWords[state].tone} word={loadWords[state].word} /> <strong>{spoke}</strong>{' '}
              <span className="kb-subtle kb-break">
                {kernel}
                {reason && ` · ${reason}`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
