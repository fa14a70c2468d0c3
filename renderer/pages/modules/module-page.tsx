import {
  Breadcrumb,
  BreadcrumbItem,
  Button,
  PageSection,
  Tab,
  Tabs,
  TabTitleText,
  Title,
} from '@patternfly/react-core';
import { useState } from 'react';
import type { Output } from '../../../shared/contract.ts';
import { Answer } from '../../parts/answer.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Timeline } from '../../parts/timeline.tsx';
import { YamlView } from '../../parts/yaml-view.tsx';
import { formatRoute } from '../../state/route.ts';
import { useCall } from '../../state/use-call.ts';
import { useRoute } from '../../state/use-route.ts';
import { moduleWords, wordFor } from '../../words/states.ts';
import { ReportView } from '../reports/report-view.tsx';
import { Builds } from './builds.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { DeliveryCard } from './delivery-card.tsx';
import { ModuleFacts } from './module-facts.tsx';
import { ProofTable } from './proof-table.tsx';

const parts = ['spokes', 'builds', 'timeline', 'report', 'facts', 'yaml'];
type Hub = Output<'hubs.list'>['hubs'][number];

/** One module: how far its delivery is, every spoke with its proof or the reason why not, builds, report. */
export function ModulePage({ hub, name, part }: { hub: Hub; name: string; part: string }) {
  const asked = useCall('modules.get', { hub: hub.id, name });
  const { go } = useRoute();
  const [deleting, setDeleting] = useState(false);
  return (
    <PageSection className="kb-page" hasBodyWrapper={false} aria-label={`Module ${name}`}>
      <Breadcrumb>
        <BreadcrumbItem to={formatRoute({ page: 'modules', hub: hub.id })}>Modules</BreadcrumbItem>
        <BreadcrumbItem isActive>{name}</BreadcrumbItem>
      </Breadcrumb>
      <Answer of={asked} what={`module ${name}`}>
        {({ row, yaml, builds, deliveries }) => {
          const state = wordFor(moduleWords, row.state);
          const latest = deliveries[0];
          return (
            <>
              <div className="kb-head">
                <Title headingLevel="h1" className="kb-break">
                  {name}
                </Title>
                <Badge tone={state.tone} word={state.word} title={state.means} />
                <span className="kb-spring" />
                <Button
                  variant="secondary"
                  component="a"
                  href={formatRoute({ page: 'modules', hub: hub.id, path: ['m', name, 'edit'] })}
                >
                  Edit
                </Button>
                <Button variant="link" isDanger onClick={() => setDeleting(true)}>
                  Delete…
                </Button>
              </div>
              {row.sentence && row.sentence !== latest?.sentence && <p className="kb-lead">{row.sentence}</p>}
              {latest && <DeliveryCard delivery={latest} />}
              <Tabs
                activeKey={parts.includes(part) ? part : 'spokes'}
                onSelect={(_event, key) =>
                  go({ page: 'modules', hub: hub.id, path: ['m', name, ...(key === 'spokes' ? [] : [String(key)])] })
                }
                aria-label={`About ${name}`}
                className="kb-tabs"
                mountOnEnter
                unmountOnExit
              >
                <Tab eventKey="spokes" title={<TabTitleText>Spokes</TabTitleText>}>
                  <ProofTable hub={hub.id} name={name} targets={row.targets} states={row.states} />
                </Tab>
                <Tab eventKey="builds" title={<TabTitleText>Builds</TabTitleText>}>
                  <Builds builds={builds} />
                </Tab>
                <Tab eventKey="timeline" title={<TabTitleText>Timeline</TabTitleText>}>
                  <Timeline hub={hub.id} module={name} />
                </Tab>
                <Tab eventKey="report" title={<TabTitleText>Report</TabTitleText>}>
                  <ReportView hub={hub.id} module={name} />
                </Tab>
                <Tab eventKey="facts" title={<TabTitleText>Facts</TabTitleText>}>
                  <ModuleFacts row={row} deliveries={deliveries} />
                </Tab>
                <Tab eventKey="yaml" title={<TabTitleText>YAML</TabTitleText>}>
                  <YamlView text={yaml} label={`${name} as YAML`} />
                </Tab>
              </Tabs>
              {deleting && (
                <DeleteDialog
                  hub={hub}
                  name={name}
                  onClose={() => setDeleting(false)}
                  onDone={() => go({ page: 'modules', hub: hub.id })}
                />
              )}
            </>
          );
        }}
      </Answer>
    </PageSection>
  );
}
