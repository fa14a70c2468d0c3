import { Button } from '@patternfly/react-core';
import { lazy, Suspense, useEffect } from 'react';
import type { Output } from '../../shared/contract.ts';
import type { Fault } from '../../shared/fault.ts';
import { FleetPage } from '../pages/fleet/fleet-page.tsx';
import { HubPage } from '../pages/hubs/hub-page.tsx';
import { HubsPage } from '../pages/hubs/hubs-page.tsx';
import { ModulesRoom } from '../pages/modules/modules-room.tsx';
import { ReportsPage } from '../pages/reports/reports-page.tsx';
import { WelcomePage } from '../pages/welcome/welcome-page.tsx';
import { Failed, Loading, NothingYet } from '../parts/states.tsx';
import { formatRoute, type Route } from '../state/route.ts';

// A room of its own size that many windows never open: the first paint does not carry it.
const MirrorRoom = lazy(async () => ({ default: (await import('../pages/mirror/mirror-room.tsx')).MirrorRoom }));

type Hub = Output<'hubs.list'>['hubs'][number];
interface Props {
  route: Route;
  hub: Hub | undefined;
  hubs: { data: Output<'hubs.list'> | undefined; fault: Fault | undefined; again: () => void };
}

/** The page of a route. Home is the fleet of the hub in use, or the welcome of a first run. */
export function Room({ route, hub, hubs }: Props) {
  const home = route.page === 'home' && hubs.data !== undefined;
  const welcome = hubs.data?.hubs.length === 0;
  useEffect(() => {
    if (!home) return;
    location.replace(formatRoute(hub ? { page: 'fleet', hub: hub.id } : { page: 'welcome' }));
  }, [home, hub]);
  if (route.page === 'welcome') return <WelcomePage first={welcome} />;
  if (hubs.data === undefined) {
    if (hubs.fault) return <Failed fault={hubs.fault} what="The engine gave no answer" again={hubs.again} />;
    return <Loading what="Asking the engine" />;
  }
  if (route.page === 'hubs') return <HubsPage hubs={hubs.data.hubs} adding={route.path[0] === 'new'} />;
  if (route.page === 'mirror')
    return (
      <Suspense fallback={<Loading what="Opening the mirror" />}>
        <MirrorRoom hub={hub} hubs={hubs.data.hubs} route={route} />
      </Suspense>
    );
  if (route.page === 'home') return <Loading what="Opening" />;
  if (route.page === 'lost' || !hub) return <Lost hub={route.hub} />;
  if (route.page === 'hub') return <HubPage key={hub.id} hub={hub} part={route.path[0] ?? 'overview'} />;
  if (route.page === 'fleet') return <FleetPage key={hub.id} hub={hub} />;
  if (route.page === 'modules') return <ModulesRoom key={hub.id} hub={hub} path={route.path} />;
  return <ReportsPage key={hub.id} hub={hub} module={route.query.module ?? ''} />;
}

function Lost({ hub }: { hub: string }) {
  return (
    <NothingYet
      level="h1"
      title={hub ? 'This hub is not known here' : 'There is no such page'}
      next={
        <Button component="a" href={formatRoute({ page: 'hubs' })}>
          See all hubs
        </Button>
      }
    >
      {hub
        ? `The link names the hub “${hub}”. Add it from its kubeconfig, or choose another.`
        : 'The link may be of another version.'}
    </NothingYet>
  );
}
