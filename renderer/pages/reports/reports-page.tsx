import { Button, PageSection, Title } from '@patternfly/react-core';
import ChartBarIcon from '@patternfly/react-icons/dist/esm/icons/chart-bar-icon';
import type { Output } from '../../../shared/contract.ts';
import { Answer } from '../../parts/answer.tsx';
import { NothingYet } from '../../parts/states.tsx';
import { formatRoute } from '../../state/route.ts';
import { useCall } from '../../state/use-call.ts';
import { ReportView } from './report-view.tsx';

type Hub = Output<'hubs.list'>['hubs'][number];

/** The day's result, module by module, and the files to hand out. */
export function ReportsPage({ hub, module }: { hub: Hub; module: string }) {
  const asked = useCall('modules.list', { hub: hub.id });
  return (
    <PageSection className="kb-page" hasBodyWrapper={false} aria-label="Reports">
      <div className="kb-head">
        <Title headingLevel="h1">Reports</Title>
      </div>
      <Answer of={asked} what="the modules">
        {({ modules }) => {
          const chosen = modules.find(({ name }) => name === module) ?? modules[0];
          if (!chosen)
            return (
              <NothingYet
                icon={ChartBarIcon}
                title="Nothing to report yet"
                next={
                  <Button component="a" href={formatRoute({ page: 'modules', hub: hub.id, path: ['new'] })}>
                    New module
                  </Button>
                }
              >
                A report tells how a module reached the spokes: when, how fast, and why not where not.
              </NothingYet>
            );
          return (
            <div className="kb-stack">
              {modules.length > 1 && (
                <nav aria-label="Modules" className="kb-pills">
                  {modules.map(({ name }) => (
                    <a
                      key={name}
                      href={formatRoute({ page: 'reports', hub: hub.id, query: { module: name } })}
                      aria-current={name === chosen.name ? 'page' : undefined}
                    >
                      {name}
                    </a>
                  ))}
                </nav>
              )}
              <ReportView key={chosen.name} hub={hub.id} module={chosen.name} />
            </div>
          );
        }}
      </Answer>
    </PageSection>
  );
}
