import { Breadcrumb, BreadcrumbItem, PageSection, Title } from '@patternfly/react-core';
import { useState } from 'react';
import type { RunImage } from '../../../shared/contract/mirror.ts';
import { Answer } from '../../parts/answer.tsx';
import { Flyout, TickList } from '../../parts/facet.tsx';
import { Facts } from '../../parts/facts.tsx';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { Failed, Loading } from '../../parts/states.tsx';
import { type Column, VirtualTable } from '../../parts/virtual-table.tsx';
import { formatRoute } from '../../state/route.ts';
import { useCall } from '../../state/use-call.ts';
import { useRows } from '../../state/use-rows.ts';
import { bytes, clockTime, plural } from '../../words/format.ts';
import { RunCard } from './run-card.tsx';
import { imageWords, runTitle } from './words.ts';

const columns: readonly Column<RunImage>[] = [
  {
    id: 'state',
    title: 'State',
    width: '11%',
    tone: ({ state }) => imageWords[state].tone,
    cell: ({ state }) => imageWords[state].word,
  },
  { id: 'name', title: 'Image', width: '42%', cell: ({ name }) => name, title_: ({ name }) => name },
  {
    id: 'bytes',
    title: 'Moved',
    width: '14%',
    number: true,
    cell: ({ bytesDone, bytes: all }) =>
      all === 0 ? '' : bytesDone === all ? bytes(all) : `${bytes(bytesDone)} of ${bytes(all)}`,
  },
  {
    id: 'why',
    title: 'Why not, and what to do',
    width: '33%',
    cell: ({ fault }) => (fault ? `${fault.message} ${fault.remedy}` : ''),
    title_: ({ fault }) => (fault ? `${fault.message} ${fault.remedy}` : ''),
  },
];
const keyOf = ({ name }: RunImage) => name;

/** One run: progress, then image by image; the failed ones first, with the reason. */
export function RunPage({ id }: { id: string }) {
  const asked = useCall('mirror.run', { id });
  return (
    <PageSection className="kb-fill kb-page" hasBodyWrapper={false} aria-label="Run">
      <Breadcrumb>
        <BreadcrumbItem to={formatRoute({ page: 'mirror' })}>Mirror</BreadcrumbItem>
        <BreadcrumbItem isActive>{asked.data ? runTitle(asked.data) : 'Run'}</BreadcrumbItem>
      </Breadcrumb>
      <Answer of={asked} what="the run">
        {(run) => (
          <>
            <Title headingLevel="h1" className="kb-break">
              {runTitle(run)}
            </Title>
            <RunCard run={run} link={false} />
            <Facts
              facts={[
                ['Started', clockTime(run.startedAt)],
                ['Ended', run.endedAt ? clockTime(run.endedAt) : 'not yet'],
                [
                  'Images',
                  `${run.imagesDone} of ${run.images}${run.imagesFailed > 0 ? `, ${run.imagesFailed} failed` : ''}`,
                ],
              ]}
            />
            {run.fault && <FaultAlert fault={run.fault} />}
            <Images id={id} />
          </>
        )}
      </Answer>
    </PageSection>
  );
}

function Images({ id }: { id: string }) {
  const [search, setSearch] = useState('');
  const [state, setState] = useState<string[]>([]);
  const rows = useRows('mirror.runImages', { id, search, state });
  const options = Object.entries(imageWords).map(([value, { word }]) => ({ value, word, count: 0 }));
  return (
    <section className="kb-table-box kb-tall" aria-label="Images of this run">
      <div className="kb-filter-row">
        <input
          className="kb-input"
          data-filter
          aria-label="Filter images by name (press /)"
          placeholder="Filter by name  /"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <Flyout label="State" badge={state.length}>
          {() => <TickList label="State" options={options} chosen={state} onChange={setState} />}
        </Flyout>
        <span className="kb-num kb-subtle" role="status">
          {rows.total === undefined ? '' : plural(rows.total, 'image')}
        </span>
      </div>
      {rows.fault && <Failed fault={rows.fault} what="Could not read the images" again={rows.again} />}
      {!rows.fault && rows.total === undefined && <Loading what="Reading the images" />}
      {rows.total === 0 && <p className="kb-subtle kb-pad">No image matches.</p>}
      {(rows.total ?? 0) > 0 && (
        <VirtualTable
          label="Images of this run"
          columns={columns}
          total={rows.total ?? 0}
          rowAt={rows.rowAt}
          keyOf={keyOf}
          onRange={rows.onRange}
          busy={rows.stale}
        />
      )}
    </section>
  );
}
