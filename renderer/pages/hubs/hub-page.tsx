import { Button, PageSection, Tab, Tabs, TabTitleText, Title } from '@patternfly/react-core';
import { useState } from 'react';
import type { Output } from '../../../shared/contract.ts';
import { Badge } from '../../parts/badge.tsx';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { useAct } from '../../state/use-call.ts';
import { useRoute } from '../../state/use-route.ts';
import { phaseWords } from '../../words/states.ts';
import { AccessPart } from './access-part.tsx';
import { KmmPart } from './kmm-part.tsx';
import { OverviewPart } from './overview-part.tsx';
import { RenewDialog } from './renew-dialog.tsx';
import { StoredQuestions } from './stored-questions.tsx';

const parts = ['overview', 'kmm', 'access'];
type Hub = Output<'hubs.list'>['hubs'][number];

/** One hub: connection and feeds, KMM on it and its spokes, what this identity may do. */
export function HubPage({ hub, part }: { hub: Hub; part: string }) {
  const { go } = useRoute();
  const [renewing, setRenewing] = useState(false);
  const connect = useAct('hubs.connect', { quiet: true });
  const shown = parts.includes(part) ? part : 'overview';
  const phase = phaseWords[hub.phase];
  const fault = connect.fault ?? hub.fault;
  const disowned = fault?.code === 'hub.unauthorized' || fault?.code === 'kube.unauthorized';
  return (
    <PageSection className="kb-page" hasBodyWrapper={false} aria-label={`Hub ${hub.name}`}>
      <div className="kb-head">
        <Title headingLevel="h1" className="kb-break">
          {hub.name}
        </Title>
        <Badge tone={phase.tone} word={phase.word} title={phase.means} />
        <span className="kb-spring" />
        {!hub.practice && (
          <Button
            variant={disowned ? 'primary' : 'secondary'}
            onClick={() => {
              connect.reset();
              setRenewing(true);
            }}
          >
            Fresh kubeconfig…
          </Button>
        )}
        {hub.phase !== 'live' && hub.phase !== 'syncing' && (
          <Button
            variant={disowned ? 'secondary' : 'primary'}
            isLoading={connect.busy || hub.phase === 'connecting'}
            onClick={() => connect.act({ hub: hub.id })}
          >
            Connect
          </Button>
        )}
      </div>
      {fault?.code === 'hub.consentNeeded' && <StoredQuestions hub={hub} onDone={() => connect.act({ hub: hub.id })} />}
      {fault && fault.code !== 'hub.consentNeeded' && (
        <FaultAlert fault={fault} tone={hub.phase === 'refused' ? 'danger' : 'warning'} />
      )}
      <Tabs
        activeKey={shown}
        onSelect={(_event, key) => go({ page: 'hub', hub: hub.id, path: key === 'overview' ? [] : [String(key)] })}
        aria-label={`About ${hub.name}`}
        className="kb-tabs"
        mountOnEnter
        unmountOnExit
      >
        <Tab eventKey="overview" title={<TabTitleText>Connection</TabTitleText>}>
          <OverviewPart hub={hub} />
        </Tab>
        <Tab eventKey="kmm" title={<TabTitleText>KMM on hub and spokes</TabTitleText>}>
          <KmmPart hub={hub} />
        </Tab>
        <Tab eventKey="access" title={<TabTitleText>What may I do</TabTitleText>}>
          <AccessPart hub={hub} />
        </Tab>
      </Tabs>
      {renewing && <RenewDialog hub={hub} onClose={() => setRenewing(false)} />}
    </PageSection>
  );
}
