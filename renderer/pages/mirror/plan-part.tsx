import { Alert, Button, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { type ReactNode, useMemo, useState } from 'react';
import type { Plan, PlanImage } from '../../../shared/contract/mirror.ts';
import { Counts } from '../../parts/counts.tsx';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { Loading, NothingYet } from '../../parts/states.tsx';
import type { Column } from '../../parts/virtual-table.tsx';
import { formatRoute } from '../../state/route.ts';
import { useAct, useCall } from '../../state/use-call.ts';
import { useRoute } from '../../state/use-route.ts';
import { bytes, clockTime, count, duration, plainWords, plural } from '../../words/format.ts';
import { inWindowText } from '../../words/in-window.ts';
import { ImageTable, nameColumn } from './image-table.tsx';
import { useRunning } from './use-running.ts';
import { reasonOf } from './words.ts';

/** What fetching the set would mean, before one byte of it moves. The plan is held by the page, so that it outlives a look at the text. */
export function PlanPart({
  set,
  changed,
  plan,
  onPlan,
  site,
  onSite,
  save,
}: {
  set: string | undefined;
  changed: boolean;
  plan: Plan | undefined;
  onPlan: (plan: Plan) => void;
  /** Id of the registry to compare with, or none. */
  site: string;
  onSite: (site: string) => void;
  save: ReactNode;
}) {
  const { go } = useRoute();
  const sites = useCall('mirror.sites', {}).data?.sites.filter(({ role }) => role === 'site') ?? [];
  const make = useAct('mirror.plan', { quiet: true, done: onPlan });
  const pull = useAct('mirror.pull', { done: ({ run }) => go({ page: 'mirror', path: ['runs', run.id] }) });
  const running = useRunning('pull', set ?? '');
  if (!set)
    return (
      <NothingYet title="Save it first" next={save}>
        A plan is made of what is saved.
      </NothingYet>
    );
  return (
    <div className="kb-stack kb-tall">
      <div className="kb-actions">
        <FormSelect
          aria-label="Compare with the registry"
          className="kb-select"
          value={site}
          onChange={(_event, value) => onSite(value)}
        >
          <FormSelectOption value="" label="Compare with no registry" />
          {sites.map(({ id, name }) => (
            <FormSelectOption key={id} value={id} label={`Compare with ${name}`} />
          ))}
        </FormSelect>
        <Button isLoading={make.busy} variant={plan ? 'secondary' : 'primary'} onClick={() => make.act({ set, site })}>
          {plan ? 'Plan again' : 'Make the plan'}
        </Button>
        {running && (
          <Button component="a" href={formatRoute({ page: 'mirror', path: ['runs', running.id] })}>
            See its pull
          </Button>
        )}
        {plan && !running && (
          <Button isDisabled={!plan.fits} isLoading={pull.busy} onClick={() => pull.act({ set, wait: false })}>
            {plan.newBytes > 0 ? `Pull ${bytes(plan.newBytes)}` : 'Pull: nothing new'}
          </Button>
        )}
        {changed && (
          <span className="kb-subtle">The text has changes that are not saved: they are not in the plan.</span>
        )}
      </div>
      {make.fault && <FaultAlert fault={make.fault} />}
      {make.busy && <Looking set={set} />}
      {plan && !make.busy && <Made key={plan.id} plan={plan} />}
      {!plan && !make.busy && (
        <p className="kb-subtle">
          The plan asks each registry for its manifests and writes nothing: what is new, what is here, what the site
          has, how long it takes.
        </p>
      )}
    </div>
  );
}

/** How far the plan is; it can be given up. */
function Looking({ set }: { set: string }) {
  const cancel = useAct('jobs.cancel');
  const jobs = useCall('jobs.list', { running: false }).data?.jobs ?? [];
  const job = jobs.find(
    ({ kind, title, state }) => kind === 'mirror.plan' && title.endsWith(set) && state === 'running',
  );
  return (
    <>
      <Loading
        what={
          job && job.total > 0
            ? `${count(job.done)} of ${plural(job.total, 'image')} looked at`
            : 'Looking at every image; nothing is fetched'
        }
        done={job?.done ?? 0}
        total={job?.total ?? 0}
      />
      {job && (
        <div className="kb-actions kb-middle">
          <Button variant="link" isLoading={cancel.busy} onClick={() => cancel.act({ id: job.id })}>
            Cancel
          </Button>
        </div>
      )}
    </>
  );
}

const site: Column<PlanImage> = {
  id: 'site',
  title: 'At the site',
  width: '10%',
  number: true,
  cell: ({ siteBytes }) => (siteBytes === null ? '' : bytes(siteBytes)),
};
const why: Column<PlanImage> = {
  id: 'why',
  title: 'Why not, and what to do',
  width: '28%',
  cell: ({ name, fault }) =>
    fault ? (
      <span className="kb-state" data-tone="bad">
        {reasonOf(name, fault)}
      </span>
    ) : (
      ''
    ),
  title_: ({ fault }) => (fault ? inWindowText(`${fault.message} ${fault.remedy}`) : ''),
};

/** The name takes what the other columns leave. */
const columnsOf = (compared: boolean, failed: boolean): Column<PlanImage>[] => [
  nameColumn(`${64 - (compared ? 10 : 0) - (failed ? 28 : 0)}%`),
  { id: 'category', title: 'What', width: '10%', cell: ({ category }) => category },
  { id: 'blobs', title: 'Blobs', width: '6%', number: true, cell: ({ blobs }) => count(blobs) },
  {
    id: 'bytes',
    title: 'Size',
    width: '10%',
    number: true,
    cell: ({ bytes: all }) => (all === null ? 'not known yet' : bytes(all)),
  },
  {
    id: 'new',
    title: 'To fetch',
    width: '10%',
    number: true,
    cell: ({ newBytes, fault, madeOf }) => (fault ? '' : madeOf ? 'made here' : bytes(newBytes)),
    title_: ({ madeOf }) => (madeOf ? `Made of ${madeOf}` : ''),
  },
  ...(compared ? [site] : []),
  ...(failed ? [why] : []),
];

function Made({ plan }: { plan: Plan }) {
  const [failed, setFailed] = useState(false);
  const columns = useMemo(() => columnsOf(plan.siteBytes !== null, plan.failed > 0), [plan]);
  return (
    <>
      {!plan.fits && (
        <Alert
          isInline
          variant="danger"
          component="p"
          title={`It does not fit: ${bytes(plan.newBytes)} are to be fetched, ${bytes(plan.freeBytes)} are free.`}
        >
          Free space on this disk, prune the store, or take less into the set.
        </Alert>
      )}
      <Counts
        counts={[
          ['Images', count(plan.images)],
          ...(plan.failed > 0
            ? ([
                [
                  'Cannot be had',
                  <button
                    key="failed"
                    type="button"
                    className="kb-count-button"
                    aria-pressed={failed}
                    aria-label={`${plural(plan.failed, 'image')} cannot be had: show only those`}
                    onClick={() => setFailed(!failed)}
                  >
                    <span data-tone="bad">{count(plan.failed)}</span>
                  </button>,
                ],
              ] as const)
            : []),
          ['In all', `${bytes(plan.bytes)} in ${plural(plan.blobs, 'blob')}`],
          ['To fetch', bytes(plan.newBytes)],
          ['Here already', bytes(plan.hereBytes)],
          ...(plan.siteBytes === null ? [] : ([['At the site already', bytes(plan.siteBytes)]] as const)),
          ['Free', bytes(plan.freeBytes)],
          [
            'Time',
            plan.seconds === null || plan.bytesPerSecond === null
              ? 'not measured yet'
              : `${duration(plan.seconds)} at ${bytes(Math.round(plan.bytesPerSecond))}/s`,
          ],
        ]}
      />
      <p className="kb-subtle kb-break">
        {plan.sentence} Made {clockTime(plan.madeAt)}, nothing written.{' '}
        {plan.bySource
          .map(
            ({ registry, images, newBytes }) => `${registry}: ${plural(images, 'image')}, ${bytes(newBytes)} to fetch`,
          )
          .join(' · ')}
      </p>
      {plan.warnings.length > 0 && (
        <Alert isInline isExpandable variant="warning" title={plural(plan.warnings.length, 'remark')} component="p">
          <ul className="kb-lines">
            {plan.warnings.map((warning) => (
              <li key={warning} className="kb-break" title={warning}>
                {plainWords(warning)}
              </li>
            ))}
          </ul>
        </Alert>
      )}
      <ImageTable
        call="mirror.planImages"
        input={{ id: plan.id, failed }}
        label="Images of the plan"
        columns={columns}
        all={plan.images}
        filters={
          plan.failed > 0 && (
            <label className="kb-inline-check">
              <input type="checkbox" checked={failed} onChange={(event) => setFailed(event.target.checked)} /> only what
              cannot be had
            </label>
          )
        }
      />
    </>
  );
}
