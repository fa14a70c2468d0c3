import { Button, PageSection, Title } from '@patternfly/react-core';
import CubesIcon from '@patternfly/react-icons/dist/esm/icons/cubes-icon';
import { useState } from 'react';
import type { ModuleRow } from '../../../shared/contract/modules.ts';
import type { Output } from '../../../shared/contract.ts';
import { Answer } from '../../parts/answer.tsx';
import { Badge } from '../../parts/badge.tsx';
import { StackedBar } from '../../parts/stacked-bar.tsx';
import { NothingYet } from '../../parts/states.tsx';
import { formatRoute } from '../../state/route.ts';
import { useCall } from '../../state/use-call.ts';
import { count, percent, plural } from '../../words/format.ts';
import { moduleWords, wordFor } from '../../words/states.ts';
import { sharesOf } from './shares.ts';

type Hub = Output<'hubs.list'>['hubs'][number];

/** All modules of the hub with where they really are, spoke by spoke. */
export function ModulesPage({ hub }: { hub: Hub }) {
  const asked = useCall('modules.list', { hub: hub.id });
  const [search, setSearch] = useState('');
  const create = (
    <Button component="a" href={formatRoute({ page: 'modules', hub: hub.id, path: ['new'] })}>
      New module
    </Button>
  );
  const needle = search.trim().toLowerCase();
  return (
    <PageSection className="kb-page" hasBodyWrapper={false} aria-label="Modules">
      <div className="kb-head">
        <Title headingLevel="h1">Modules</Title>
        <span className="kb-spring" />
        {(asked.data?.modules.length ?? 0) > 5 && (
          <input
            className="kb-input"
            data-filter
            aria-label="Filter modules (press /)"
            placeholder="Filter  /"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        )}
        {(asked.data?.modules.length ?? 0) > 0 && create}
      </div>
      <Answer of={asked} what="the modules">
        {({ modules }) =>
          modules.length === 0 ? (
            <NothingYet icon={CubesIcon} title="No modules on this hub yet" next={create}>
              A module says which kernel module runs on which spokes, and from which image. Write one; before anything
              changes you see which spokes it takes and what the hub would do.
            </NothingYet>
          ) : (
            <ul className="kb-cards">
              {modules
                .filter(({ name }) => name.toLowerCase().includes(needle))
                .map((row) => (
                  <ModuleCard key={row.name} hub={hub.id} row={row} />
                ))}
            </ul>
          )
        }
      </Answer>
    </PageSection>
  );
}

function ModuleCard({ hub, row }: { hub: string; row: ModuleRow }) {
  const state = wordFor(moduleWords, row.state);
  const proven = row.states.proven ?? 0;
  return (
    <li className="kb-module">
      <div className="kb-between">
        <a className="kb-module-name kb-break" href={formatRoute({ page: 'modules', hub, path: ['m', row.name] })}>
          {row.name}
        </a>
        <Badge tone={state.tone} word={state.word} title={state.means} />
      </div>
      <StackedBar shares={sharesOf(row.states)} total={row.targets} />
      <p className="kb-subtle">
        <span className="kb-num">
          {count(proven)} of {plural(row.targets, 'spoke')} proven ({percent(proven, row.targets)})
        </span>
        {' · '}
        {plural(row.kernels, 'kernel')}
        {row.sentence && ` · ${row.sentence}`}
      </p>
    </li>
  );
}
