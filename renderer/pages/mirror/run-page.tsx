import { Breadcrumb, BreadcrumbItem, Button, PageSection, Title } from '@patternfly/react-core';
import { useState } from 'react';
import type { Run, RunImage } from '../../../shared/contract/mirror.ts';
import { Answer } from '../../parts/answer.tsx';
import { Flyout, TickList } from '../../parts/facet.tsx';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { Failed, Loading } from '../../parts/states.tsx';
import { type Column, VirtualTable } from '../../parts/virtual-table.tsx';
import { formatRoute } from '../../state/route.ts';
import { useCall } from '../../state/use-call.ts';
import { useRows } from '../../state/use-rows.ts';
import { bytes, clockTime, duration, plainWords, plural, shortDigests } from '../../words/format.ts';
import { RunCard } from './run-card.tsx';
import { useRunTitle } from './use-run-title.ts';
import { imageWords } from './words.ts';

const why: Column<RunImage> = {
  id: 'why',
  title: 'Why not, and what to do',
  width: '33%',
  cell: ({ fault }) => (fault ? plainWords(`${fault.message} ${fault.remedy}`) : ''),
  title_: ({ fault }) => (fault ? `${fault.message} ${fault.remedy}` : ''),
};
const columns = (reasons: boolean): readonly Column<RunImage>[] => [
  {
    id: 'state',
    title: 'State',
    width: '11%',
    tone: ({ state }) => imageWords[state].tone,
    cell: ({ state }) => imageWords[state].word,
  },
  {
    id: 'name',
    title: 'Image',
    width: reasons ? '42%' : '74%',
    cell: ({ name }) => shortDigests(name),
    title_: ({ name }) => name,
  },
  {
    id: 'bytes',
    title: 'Size',
    width: '14%',
    number: true,
    cell: ({ bytesDone, bytes: all }) =>
      all === 0 ? '' : bytesDone === all ? bytes(all) : `${bytes(bytesDone)} of ${bytes(all)}`,
  },
  ...(reasons ? [why] : []),
];
const withReasons = columns(true);
const withoutReasons = columns(false);
const keyOf = ({ name }: RunImage) => name;

function RunTitle({ run }: { run: Run }) {
  return (
    <Title headingLevel="h1" className="kb-break">
      {useRunTitle(run)}
    </Title>
  );
}

/** What a finished run is good for. */
function NextStep({ run }: { run: Run }) {
  if (run.state !== 'done' || (run.kind !== 'pull' && run.kind !== 'import' && run.kind !== 'push')) return null;
  const to = (part: string) => formatRoute({ page: 'mirror', path: [part] });
  return (
    <div className="kb-actions">
      {run.kind === 'pull' && (
        <Button component="a" variant="secondary" size="sm" href={to('bundles')}>
          Carry it on a disk
        </Button>
      )}
      {run.kind === 'push' ? (
        <Button component="a" variant="secondary" size="sm" href={to('clusters')}>
          Tell the clusters
        </Button>
      ) : (
        <Button component="a" variant="secondary" size="sm" href={to('sites')}>
          Push it to a registry
        </Button>
      )}
      <Button component="a" variant="link" size="sm" href={to('store')}>
        See the store
      </Button>
    </div>
  );
}

/** One run: progress, then image by image; the failed ones first, with the reason. */
export function RunPage({ id }: { id: string }) {
  const asked = useCall('mirror.run', { id });
  return (
    <PageSection className="kb-fill kb-page" hasBodyWrapper={false} aria-label="Run">
      <Breadcrumb>
        <BreadcrumbItem to={formatRoute({ page: 'mirror' })}>Mirror</BreadcrumbItem>
        <BreadcrumbItem to={formatRoute({ page: 'mirror', path: ['history'] })}>Runs</BreadcrumbItem>
        <BreadcrumbItem isActive>{asked.data?.kind ?? 'run'}</BreadcrumbItem>
      </Breadcrumb>
      <Answer of={asked} what="the run">
        {(run) => (
          <>
            <RunTitle run={run} />
            <RunCard run={run} link={false} />
            {run.fault && <FaultAlert fault={run.fault} />}
            <p className="kb-subtle kb-num">
              Started {clockTime(run.startedAt)}
              {run.endedAt &&
                `, ended ${clockTime(run.endedAt)} after ${duration((Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000)}`}
            </p>
            <NextStep run={run} />
            <Images id={id} reasons={run.imagesFailed > 0} />
          </>
        )}
      </Answer>
    </PageSection>
  );
}

function Images({ id, reasons }: { id: string; reasons: boolean }) {
  const [search, setSearch] = useState('');
  const [state, setState] = useState<string[]>([]);
  const rows = useRows('mirror.runImages', { id, search, state });
  const options = Object.entries(imageWords).map(([value, { word }]) => ({ value, word }));
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
          columns={reasons ? withReasons : withoutReasons}
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
