import { Dropdown, DropdownGroup, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import { useState } from 'react';
import type { Output } from '../../shared/contract.ts';
import { Age } from '../parts/age.tsx';
import { Badge } from '../parts/badge.tsx';
import { formatRoute } from '../state/route.ts';
import { useRoute } from '../state/use-route.ts';
import { phaseWords } from '../words/states.ts';

type Hub = Output<'hubs.list'>['hubs'][number];

/** The hub in use with its state and the age of its data; opens the list of the others. */
export function HubSwitch({ hub, hubs }: { hub: Hub | undefined; hubs: Hub[] }) {
  const [open, setOpen] = useState(false);
  const { route, go } = useRoute();
  if (!hub) return null;
  const phase = phaseWords[hub.phase];
  const page = route.page === 'fleet' || route.page === 'modules' || route.page === 'reports' ? route.page : 'fleet';
  return (
    <div className="kb-hub">
      <Dropdown
        isOpen={open}
        onOpenChange={setOpen}
        onSelect={() => setOpen(false)}
        toggle={(ref) => (
          <MenuToggle ref={ref} isExpanded={open} onClick={() => setOpen(!open)} aria-label={`Hub in use: ${hub.name}`}>
            {hub.name}
          </MenuToggle>
        )}
      >
        <DropdownGroup label="Hubs">
          <DropdownList>
            {hubs.map(({ id, name, phase, server }) => (
              <DropdownItem
                key={id}
                description={server}
                isSelected={id === hub.id}
                onClick={() => go({ page, hub: id })}
              >
                <span className="kb-between">
                  {name} <Badge tone={phaseWords[phase].tone} word={phaseWords[phase].word} />
                </span>
              </DropdownItem>
            ))}
          </DropdownList>
        </DropdownGroup>
        <DropdownList>
          <DropdownItem onClick={() => go({ page: 'hubs' })}>All hubs</DropdownItem>
          <DropdownItem onClick={() => go({ page: 'hubs', path: ['new'] })}>Add a hub</DropdownItem>
        </DropdownList>
      </Dropdown>
      <a className="kb-hub-state" href={formatRoute({ page: 'hub', hub: hub.id })}>
        <Badge tone={phase.tone} word={phase.word} title={phase.means} />
        <span className="kb-subtle">
          {hub.phase === 'live' || hub.phase === 'syncing' ? (
            <>
              data <Age at={hub.dataFrom} as="old" />
            </>
          ) : (
            <>
              data from <Age at={hub.dataFrom ?? hub.since} />
            </>
          )}
        </span>
      </a>
    </div>
  );
}
