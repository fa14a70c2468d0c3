import { Button } from '@patternfly/react-core';
import { Answer } from '../../parts/answer.tsx';
import { useAct, useCall } from '../../state/use-call.ts';
import { TrustForm } from './trust-form.tsx';

/** This laptop's public key, to be typed or scanned at the other side, and the keys this one trusts. */
export function KeysPart() {
  const asked = useCall('mirror.keys', {});
  const distrust = useAct('mirror.distrust');
  return (
    <div className="kb-stack">
      <Answer of={asked} what="the keys">
        {({ keys }) => (
          <ul className="kb-lines">
            {keys.map((key) => (
              <li key={key.id}>
                <strong className="kb-break">{key.name}</strong> <code className="kb-break">{key.publicKey}</code>{' '}
                {key.ours ? (
                  <span className="kb-subtle">Give it to the other side, by voice or on paper.</span>
                ) : (
                  <Button variant="link" isInline onClick={() => distrust.act({ id: key.id })}>
                    Trust no longer
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Answer>
      <TrustForm />
    </div>
  );
}
