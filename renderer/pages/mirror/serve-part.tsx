import { Button, ExpandableSection } from '@patternfly/react-core';
import { useState } from 'react';
import type { Output } from '../../../shared/contract.ts';
import { Facts } from '../../parts/facts.tsx';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { useAct, useCall } from '../../state/use-call.ts';

/** For sites with no registry yet: this laptop stands in, read-only, from the store. */
export function ServePart({ images }: { images: number }) {
  const serving = useCall('mirror.serving', {});
  const [listen, setListen] = useState('127.0.0.1');
  const [started, setStarted] = useState<Output<'mirror.serve'> | undefined>();
  const start = useAct('mirror.serve', { quiet: true, done: setStarted });
  const stop = useAct('mirror.stopServing', { done: () => setStarted(undefined) });
  const running = serving.data?.running === true;
  return (
    <ExpandableSection
      toggleText={running ? `Served at ${serving.data?.address}` : 'Serve this store as a registry on this laptop'}
      isIndented
    >
      <div className="kb-stack">
        <p className="kb-subtle">
          For a site that has no registry yet. Only this laptop can reach it unless you give another address; then it
          serves with TLS and a password.
        </p>
        {running && (
          <Facts
            facts={[
              ['Address', <code key="address">{serving.data?.address}</code>],
              ['User', serving.data?.user || 'none needed'],
              [
                'Password',
                started?.password ? (
                  <code key="password">{started.password}</code>
                ) : started ? (
                  'none needed'
                ) : (
                  'shown when it was started'
                ),
              ],
            ]}
          />
        )}
        {start.fault && <FaultAlert fault={start.fault} />}
        <div className="kb-actions">
          {running ? (
            <Button variant="secondary" isLoading={stop.busy} onClick={() => stop.act({})}>
              Stop serving
            </Button>
          ) : (
            <>
              <input
                className="kb-input"
                aria-label="Address to listen on"
                value={listen}
                onChange={(event) => setListen(event.target.value.trim())}
              />
              <Button
                variant="secondary"
                isDisabled={images === 0}
                isLoading={start.busy}
                onClick={() => start.act({ listen })}
              >
                Serve
              </Button>
            </>
          )}
        </div>
      </div>
    </ExpandableSection>
  );
}
