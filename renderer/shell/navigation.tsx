import { Nav, NavItem, NavList, PageSidebar, PageSidebarBody } from '@patternfly/react-core';
import ChartBarIcon from '@patternfly/react-icons/dist/esm/icons/chart-bar-icon';
import ClusterIcon from '@patternfly/react-icons/dist/esm/icons/cluster-icon';
import CubesIcon from '@patternfly/react-icons/dist/esm/icons/cubes-icon';
import HddIcon from '@patternfly/react-icons/dist/esm/icons/hdd-icon';
import ServerIcon from '@patternfly/react-icons/dist/esm/icons/server-icon';
import type { ComponentType } from 'react';
import type { Output } from '../../shared/contract.ts';
import { formatRoute, type Route } from '../state/route.ts';

type Hub = Output<'hubs.list'>['hubs'][number];

/** The rooms that exist, in the order of the day. */
export function Navigation({ route, hub }: { route: Route; hub: Hub | undefined }) {
  const rooms: { title: string; icon: ComponentType; to: string; active: boolean }[] = hub
    ? [
        {
          title: 'Fleet',
          icon: ServerIcon,
          to: formatRoute({ page: 'fleet', hub: hub.id }),
          active: route.page === 'fleet',
        },
        {
          title: 'Modules',
          icon: CubesIcon,
          to: formatRoute({ page: 'modules', hub: hub.id }),
          active: route.page === 'modules',
        },
        {
          title: 'Reports',
          icon: ChartBarIcon,
          to: formatRoute({ page: 'reports', hub: hub.id }),
          active: route.page === 'reports',
        },
      ]
    : [];
  const atHubs = route.page === 'hubs' || route.page === 'hub';
  return (
    <PageSidebar>
      <PageSidebarBody>
        <Nav aria-label="Rooms">
          <NavList>
            {[
              ...rooms,
              { title: 'Mirror', icon: HddIcon, to: formatRoute({ page: 'mirror' }), active: route.page === 'mirror' },
              { title: 'Hubs', icon: ClusterIcon, to: formatRoute({ page: 'hubs' }), active: atHubs },
            ].map(({ title, icon: Icon, to, active }) => (
              <NavItem key={title} to={to} isActive={active} icon={<Icon />}>
                {title}
              </NavItem>
            ))}
          </NavList>
        </Nav>
      </PageSidebarBody>
    </PageSidebar>
  );
}
