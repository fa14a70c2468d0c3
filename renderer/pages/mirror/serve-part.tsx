import { Button, ExpandableSection } from '@patternfly/react-core';
import { useState } from 'react';
import type { Output } from '../../../shared/contract.ts';
import { Facts } from '../../parts/facts.tsx';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { useAct, useCall } from '../../state/use-call.ts';
import { saveFile } from '../reports/save-file.ts';

/** For sites with no registry yet: this laptop stands in, read-only, from the store. */
export function ServePart({ images }: { images: number }) {
  const serving = useCall('mirror.serving', {});
  const [listen, setListen] = useState('127.0.0.1');
  const [started, setStarted] = useState<Output<'mirror.serve'> | undefined>();
  const start = useAct('mirror.serve', { quiet: true, done: setStarted });
  const stop = useAct('mirror.stopServing', { done: () => setStarted(undefined) });
  const running = serving.data?.running === true;
  const ca = (running && serving.data?.ca) || '';
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
                ) : serving.data?.user ? (
                  'was shown once, when it was started; stop and serve again for a new one'
                ) : (
                  'none needed'
                ),
              ],
              ...(ca === ''
                ? []
                : ([
                    [
                      'Authority (CA)',
                      <Button
                        key="ca"
                        variant="link"
                        isInline
                        onClick={() =>
                          saveFile({ name: 'registry-ca.pem', mediaType: 'application/x-pem-file', text: ca })
                        }
                      >
                        Save it for whoever pulls from here
                      </Button>,
                    ],
                  ] as const)),
            ]}
          />
        )}
        {start.fault && <FaultAlert fault={start.fault} />}
        <div className="kb-actions">
          {!running && (
            <input
              className="kb-input"
              aria-label="Address to listen on"
              value={listen}
              onChange={(event) => setListen(event.target.value.trim())}
            />
          )}
          {/* One button all along: the focus stays on it. */}
          <Button
            variant="secondary"
            isDisabled={!running && images === 0}
            isLoading={start.busy || stop.busy}
            onClick={() => (running ? stop.act({}) : start.act({ listen }))}
          >
            {running ? 'Stop serving' : 'Serve'}
          </Button>
        </div>
      </div>
    </ExpandableSection>
  );
}
