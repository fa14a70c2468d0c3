import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { Answer } from '../../parts/answer.tsx';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { useAct, useCall } from '../../state/use-call.ts';

/** This laptop's public key, to be typed or scanned at the other side, and the keys this one trusts. */
export function KeysPart() {
  const asked = useCall('mirror.keys', {});
  const [name, setName] = useState('');
  const [publicKey, setPublicKey] = useState('');
  const trust = useAct('mirror.trust', {
    quiet: true,
    done: () => {
      setName('');
      setPublicKey('');
    },
  });
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
                  <Button variant="link" isInline isDanger onClick={() => distrust.act({ id: key.id })}>
                    Trust no longer
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Answer>
      <div className="kb-actions">
        <input
          className="kb-input"
          aria-label="Whose key"
          placeholder="Whose key"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <input
          className="kb-input kb-mono kb-long"
          aria-label="Public key"
          placeholder="Public key of the other side"
          value={publicKey}
          onChange={(event) => setPublicKey(event.target.value.trim())}
        />
        <Button
          variant="secondary"
          isDisabled={name === '' || publicKey === ''}
          isLoading={trust.busy}
          onClick={() => trust.act({ name, publicKey })}
        >
          Trust it
        </Button>
      </div>
      {trust.fault && <FaultAlert fault={trust.fault} />}
    </div>
  );
}
