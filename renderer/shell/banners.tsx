import { Banner, Button } from '@patternfly/react-core';
import { useSyncExternalStore } from 'react';
import type { Output } from '../../shared/contract.ts';
import { Age } from '../parts/age.tsx';
import { useClient } from '../state/client-context.ts';
import { useAct, useCall } from '../state/use-call.ts';

type Hub = Output<'hubs.list'>['hubs'][number];

/** What the whole page stands under: the engine is away, the hub is offline, this is practice. */
export function Banners({ hub }: { hub: Hub | undefined }) {
  const { link } = useClient();
  const line = useSyncExternalStore(link.watch, link.state);
  const connect = useAct('hubs.connect');
  return (
    <>
      {!line.up && line.sentence !== 'Connecting to the engine' && (
        <Banner status="warning" className="kb-banner" screenReaderText="Warning">
          <span role="status">
            {line.sentence || 'The engine stopped'} <Age at={new Date(line.since).toISOString()} as="for" />. Trying
            again; what you see is from before.
          </span>
        </Banner>
      )}
      {hub && (hub.phase === 'stale' || hub.phase === 'disconnected' || hub.phase === 'refused') && (
        <Banner status="info" className="kb-banner">
          <span role="status">
            {hub.name} is{' '}
            {hub.phase === 'refused' ? 'refusing us' : hub.phase === 'stale' ? 'offline' : 'not connected'}{' '}
            <Age at={hub.since} as="for" />. Rows are from before. {hub.fault?.message}
          </span>{' '}
          <Button variant="link" isInline isLoading={connect.busy} onClick={() => connect.act({ hub: hub.id })}>
            Connect
          </Button>
        </Banner>
      )}
      {hub?.practice && <Practice />}
    </>
  );
}

function Practice() {
  const lab = useCall('lab.status', {});
  const speed =
    lab.data?.running && lab.data.speed !== 1 ? ` Its clock runs ${lab.data.speed} times as fast as yours.` : '';
  return (
    <Banner color="teal" className="kb-banner">
      Practice hub{lab.data?.running ? ` (${lab.data.scenario})` : ''}: nothing here is real, so try anything.{speed}
    </Banner>
  );
}
