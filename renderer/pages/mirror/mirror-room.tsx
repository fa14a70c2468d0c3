import { PageSection, Tab, Tabs, TabTitleText, Title } from '@patternfly/react-core';
import type { Output } from '../../../shared/contract.ts';
import type { Route } from '../../state/route.ts';
import { useRoute } from '../../state/use-route.ts';
import { BundlesPart } from './bundles-part.tsx';
import { ClustersPart } from './clusters-part.tsx';
import { HistoryPart } from './history-part.tsx';
import { LiveRuns } from './live-runs.tsx';
import { RunPage } from './run-page.tsx';
import { SetPage } from './set-page.tsx';
import { SetsPart } from './sets-part.tsx';
import { SitesPart } from './sites-part.tsx';
import { StorePart } from './store-part.tsx';

type Hub = Output<'hubs.list'>['hubs'][number];

const parts = ['sets', 'store', 'bundles', 'sites', 'clusters', 'history'] as const;
const titles: Record<(typeof parts)[number], string> = {
  sets: 'Image sets',
  store: 'Store',
  bundles: 'Bundles',
  sites: 'Registries',
  clusters: 'Clusters',
  history: 'History',
};

/** From the connected side, over a disk, into the site registry, onto the clusters. */
export function MirrorRoom({ hub, hubs, route }: { hub: Hub | undefined; hubs: readonly Hub[]; route: Route }) {
  const { go } = useRoute();
  const [first = 'sets', second] = route.path;
  if (first === 'runs' && second) return <RunPage id={second} />;
  if (first === 'new-set') return <SetPage key="" name={undefined} />;
  if (first === 'sets' && second) return <SetPage key={second} name={second} />;
  const shown = parts.find((part) => part === first) ?? 'sets';
  return (
    <PageSection className={`kb-page${shown === 'store' ? ' kb-fill' : ''}`} hasBodyWrapper={false} aria-label="Mirror">
      <div className="kb-head">
        <Title headingLevel="h1">Mirror</Title>
      </div>
      <LiveRuns />
      <Tabs
        activeKey={shown}
        onSelect={(_event, key) => go({ page: 'mirror', path: key === 'sets' ? [] : [String(key)] })}
        aria-label="Steps of the mirror"
        className="kb-tabs"
        mountOnEnter
        unmountOnExit
      >
        {parts.map((part) => (
          <Tab key={part} eventKey={part} title={<TabTitleText>{titles[part]}</TabTitleText>}>
            {part === 'sets' && <SetsPart />}
            {part === 'store' && <StorePart />}
            {part === 'bundles' && <BundlesPart />}
            {part === 'sites' && <SitesPart />}
            {part === 'clusters' && <ClustersPart hub={hub} hubs={hubs} />}
            {part === 'history' && <HistoryPart />}
          </Tab>
        ))}
      </Tabs>
    </PageSection>
  );
}
