import { Button, Card, CardBody, CardFooter, CardTitle, PageSection, Title } from '@patternfly/react-core';
import ClusterIcon from '@patternfly/react-icons/dist/esm/icons/cluster-icon';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Output } from '../../../shared/contract.ts';
import { Age } from '../../parts/age.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Facts } from '../../parts/facts.tsx';
import { NothingYet } from '../../parts/states.tsx';
import { formatRoute } from '../../state/route.ts';
import { useAct } from '../../state/use-call.ts';
import { useRoute } from '../../state/use-route.ts';
import { count } from '../../words/format.ts';
import { phaseWords } from '../../words/states.ts';
import { AddHub } from './add-hub.tsx';
import { RemoveDialog } from './remove-dialog.tsx';

type Hub = Output<'hubs.list'>['hubs'][number];

/** Every hub this laptop knows. Nothing connects by itself: a click does. */
export function HubsPage({ hubs, adding }: { hubs: readonly Hub[]; adding: boolean }) {
  const { go } = useRoute();
  const add = (
    <Button component="a" href={formatRoute({ page: 'hubs', path: ['new'] })}>
      Add a hub
    </Button>
  );
  if (adding) return <AddHub onClose={() => go({ page: 'hubs' })} onAdded={(hub) => go({ page: 'hub', hub })} />;
  return (
    <PageSection className="kb-page" hasBodyWrapper={false} aria-label="Hubs">
      <div className="kb-head">
        <Title headingLevel="h1">Hubs</Title>
        <span className="kb-spring" />
        <Button variant="secondary" component="a" href={formatRoute({ page: 'welcome' })}>
          Practice hub
        </Button>
        {hubs.length > 0 && add}
      </div>
      {hubs.length === 0 ? (
        <NothingYet icon={ClusterIcon} title="No hubs yet" next={add}>
          A hub is the cluster that manages your spokes. Add it from its kubeconfig.
        </NothingYet>
      ) : (
        <div className="kb-hub-cards">
          {hubs.map((hub) => (
            <HubCard key={hub.id} hub={hub} />
          ))}
        </div>
      )}
    </PageSection>
  );
}

function HubCard({ hub }: { hub: Hub }) {
  const phase = phaseWords[hub.phase];
  const queries = useQueryClient();
  const refresh = () => void queries.invalidateQueries({ queryKey: ['hubs.list'] });
  const connect = useAct('hubs.connect', { done: refresh });
  const disconnect = useAct('hubs.disconnect', { done: refresh });
  const [removing, setRemoving] = useState(false);
  const connected = hub.phase === 'live' || hub.phase === 'syncing' || hub.phase === 'connecting';
  return (
    <Card>
      <CardTitle component="h2">
        <span className="kb-between">
          <a href={formatRoute({ page: 'hub', hub: hub.id })}>{hub.name}</a>
          <Badge tone={phase.tone} word={phase.word} title={phase.means} />
        </span>
      </CardTitle>
      <CardBody>
        <Facts
          facts={[
            [
              'Server',
              <span key="server" className="kb-break">
                {hub.server}
              </span>,
            ],
            ['Spokes', count(hub.spokes)],
            ['Data', hub.dataFrom ? <Age key="age" at={hub.dataFrom} as="old" /> : 'never read'],
          ]}
        />
        {hub.fault && <p className="kb-lead-bad kb-break">{hub.fault.message}</p>}
      </CardBody>
      <CardFooter className="kb-actions">
        {connected ? (
          <Button variant="secondary" isLoading={disconnect.busy} onClick={() => disconnect.act({ hub: hub.id })}>
            Disconnect
          </Button>
        ) : (
          <Button variant="primary" isLoading={connect.busy} onClick={() => connect.act({ hub: hub.id })}>
            Connect
          </Button>
        )}
        <Button variant="link" component="a" href={formatRoute({ page: 'fleet', hub: hub.id })}>
          Fleet
        </Button>
        <Button variant="link" isDanger onClick={() => setRemoving(true)}>
          Forget…
        </Button>
        {removing && <RemoveDialog hub={hub} onClose={() => setRemoving(false)} />}
      </CardFooter>
    </Card>
  );
}
