import { Button, Drawer, DrawerContent, DrawerContentBody, PageSection, Title } from '@patternfly/react-core';
import { useCallback, useMemo } from 'react';
import type { Output } from '../../../shared/contract.ts';
import { Failed, Loading, NothingYet } from '../../parts/states.tsx';
import { VirtualTable } from '../../parts/virtual-table.tsx';
import { formatRoute } from '../../state/route.ts';
import { useRoute } from '../../state/use-route.ts';
import { useRows } from '../../state/use-rows.ts';
import { count } from '../../words/format.ts';
import { columns } from './columns.tsx';
import { Counts } from './counts.tsx';
import { Filters } from './filters.tsx';
import { asInput, type FleetView, queryOf, viewOf } from './fleet-view.ts';
import { SpokeDrawer } from './spoke-drawer.tsx';

type Hub = Output<'hubs.list'>['hubs'][number];
const keyOf = ({ name }: { name: string }) => name;

/** Every spoke of the hub: counts, filters, the virtual table, and one spoke's drawer. All view state is in the link. */
export function FleetPage({ hub }: { hub: Hub }) {
  const { route, refine } = useRoute();
  const view = useMemo(() => viewOf(route.query), [route.query]);
  const spoke = route.query.spoke ?? '';
  const rows = useRows('fleet.page', { ...asInput(hub.id, view) });
  const show = useCallback((next: FleetView) => refine(queryOf(next)), [refine]);
  const close = useCallback(() => refine({ spoke: '', tab: '' }), [refine]);
  const open = useCallback(({ name }: { name: string }) => refine({ spoke: name }), [refine]);
  const filtered = Object.values(queryOf({ ...view, sort: 'name', descending: false })).some((value) => value !== '');
  return (
    <Drawer isExpanded={spoke !== ''} isInline className="kb-fill">
      <DrawerContent
        panelContent={
          spoke === '' ? null : (
            <SpokeDrawer key={spoke} hub={hub} name={spoke} tab={route.query.tab ?? ''} onClose={close} />
          )
        }
      >
        <DrawerContentBody className="kb-fill">
          <PageSection className="kb-fill kb-page" hasBodyWrapper={false} aria-label="Fleet">
            <div className="kb-head">
              <Title headingLevel="h1">Fleet</Title>
              <Counts hub={hub.id} view={view} onShow={show} />
            </div>
            <Filters hub={hub.id} view={view} onShow={show} total={rows.total} busy={rows.asking} />
            {rows.fault && <Failed fault={rows.fault} what="Could not read the fleet" again={rows.again} />}
            {!rows.fault && rows.total === undefined && <Loading what="Reading the fleet" />}
            {rows.total === 0 &&
              (filtered ? (
                <NothingYet
                  title="No spoke matches"
                  next={
                    <Button variant="link" onClick={() => show(viewOf({}))}>
                      Clear all filters
                    </Button>
                  }
                >
                  No spoke of {hub.name} fulfils all of these conditions together.
                </NothingYet>
              ) : (
                <NoSpokes hub={hub} />
              ))}
            {(rows.total ?? 0) > 0 && (
              <VirtualTable
                label={`Fleet of ${hub.name}: ${count(rows.total ?? 0)} spokes`}
                columns={columns}
                total={rows.total ?? 0}
                rowAt={rows.rowAt}
                keyOf={keyOf}
                onRange={rows.onRange}
                sort={view.sort}
                descending={view.descending}
                onSort={(id, descending) => show({ ...view, sort: id as FleetView['sort'], descending })}
                onOpen={open}
                selected={spoke}
                busy={rows.stale}
              />
            )}
          </PageSection>
        </DrawerContentBody>
      </DrawerContent>
    </Drawer>
  );
}

function NoSpokes({ hub }: { hub: Hub }) {
  if (hub.phase === 'syncing' || hub.phase === 'connecting')
    return <Loading what={`Reading the spokes of ${hub.name} for the first time`} />;
  return (
    <NothingYet
      title="No spokes yet"
      next={
        <Button component="a" href={formatRoute({ page: 'hub', hub: hub.id })}>
          {hub.phase === 'live' ? 'See what this hub serves' : 'Open the hub'}
        </Button>
      }
    >
      {hub.phase === 'live'
        ? `${hub.name} has no managed clusters. They appear here by themselves as soon as one is imported.`
        : `${hub.name} was never read. Connect to it; its spokes then stay here, also offline.`}
    </NothingYet>
  );
}
