import { Breadcrumb, BreadcrumbItem, PageSection, Title } from '@patternfly/react-core';
import { useState } from 'react';
import type { Run, RunImage } from '../../../shared/contract/mirror.ts';
import { Answer } from '../../parts/answer.tsx';
import { Flyout, TickList } from '../../parts/facet.tsx';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import type { Column } from '../../parts/virtual-table.tsx';
import { formatRoute } from '../../state/route.ts';
import { useCall } from '../../state/use-call.ts';
import { bytes, clockTime, duration } from '../../words/format.ts';
import { inWindowText } from '../../words/in-window.ts';
import { ImageTable, nameColumn } from './image-table.tsx';
import { NextStep } from './next-step.tsx';
import { RunCard } from './run-card.tsx';
import { useRunTitle } from './use-run-title.ts';
import { imageWords, reasonOf } from './words.ts';

const why: Column<RunImage> = {
  id: 'why',
  title: 'Why not, and what to do',
  width: '39%',
  cell: ({ name, fault }) => (fault ? reasonOf(name, fault) : ''),
  title_: ({ fault }) => (fault ? inWindowText(`${fault.message} ${fault.remedy}`) : ''),
};
const columns = (reasons: boolean): readonly Column<RunImage>[] => [
  {
    id: 'state',
    title: 'State',
    width: '10%',
    tone: ({ state }) => imageWords[state].tone,
    cell: ({ state }) => imageWords[state].word,
  },
  nameColumn(reasons ? '34%' : '73%'),
  {
    id: 'bytes',
    title: 'Size',
    width: '17%',
    number: true,
    cell: ({ bytesDone, bytes: all }) =>
      all === 0 ? '' : bytesDone === all ? bytes(all) : `${bytes(bytesDone)} of ${bytes(all)}`,
  },
  ...(reasons ? [why] : []),
];
const withReasons = columns(true);
const withoutReasons = columns(false);

function RunTitle({ run }: { run: Run }) {
  return (
    <Title headingLevel="h1" className="kb-break">
      {useRunTitle(run)}
    </Title>
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
            {run.fault && <FaultAlert fault={run.fault} tone={run.state === 'paused' ? 'warning' : 'danger'} />}
            <p className="kb-subtle kb-num">
              Started {clockTime(run.startedAt)}
              {run.endedAt &&
                `, ended ${clockTime(run.endedAt)} after ${duration((Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000)}`}
            </p>
            <NextStep run={run} />
            <Images run={run} />
          </>
        )}
      </Answer>
    </PageSection>
  );
}

function Images({ run }: { run: Run }) {
  const [state, setState] = useState<string[]>([]);
  const options = Object.entries(imageWords).map(([value, { word }]) => ({ value, word }));
  return (
    <ImageTable
      call="mirror.runImages"
      input={{ id: run.id, state }}
      label="Images of this run"
      columns={run.imagesFailed > 0 ? withReasons : withoutReasons}
      all={run.images}
      filters={
        <Flyout label="State" badge={state.length}>
          {() => <TickList label="State" options={options} chosen={state} onChange={setState} />}
        </Flyout>
      }
    />
  );
}
