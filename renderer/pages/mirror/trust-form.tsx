import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { useAct } from '../../state/use-call.ts';

/** The public key of the other side, typed from what it read out, becomes one that is trusted here. */
export function TrustForm({ onTrusted }: { onTrusted?: () => void }) {
  const [name, setName] = useState('');
  const [publicKey, setPublicKey] = useState('');
  const trust = useAct('mirror.trust', {
    quiet: true,
    done: () => {
      setName('');
      setPublicKey('');
      onTrusted?.();
    },
  });
  return (
    <>
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
    </>
  );
}
