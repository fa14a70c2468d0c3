import { Nav, NavItem, NavList, PageSidebar, PageSidebarBody } from '@patternfly/react-core';
import type { Output } from '../../shared/contract.ts';
import { formatRoute, type Route } from '../state/route.ts';

type Hub = Output<'hubs.list'>['hubs'][number];

/** The rooms that exist, in the order of the day. */
export function Navigation({ route, hub }: { route: Route; hub: Hub | undefined }) {
  const rooms: { title: string; to: string; active: boolean }[] = hub
    ? [
        { title: 'Fleet', to: formatRoute({ page: 'fleet', hub: hub.id }), active: route.page === 'fleet' },
        { title: 'Modules', to: formatRoute({ page: 'modules', hub: hub.id }), active: route.page === 'modules' },
        { title: 'Reports', to: formatRoute({ page: 'reports', hub: hub.id }), active: route.page === 'reports' },
      ]
    : [];
  const atHubs = route.page === 'hubs' || route.page === 'hub';
  return (
    <PageSidebar>
      <PageSidebarBody>
        <Nav aria-label="Rooms">
          <NavList>
            {[...rooms, { title: 'Hubs', to: formatRoute({ page: 'hubs' }), active: atHubs }].map(
              ({ title, to, active }) => (
                <NavItem key={title} to={to} isActive={active}>
                  {title}
                </NavItem>
              ),
            )}
          </NavList>
        </Nav>
      </PageSidebarBody>
    </PageSidebar>
  );
}
