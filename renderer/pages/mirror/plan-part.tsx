import { Alert, Button, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useMemo, useState } from 'react';
import type { Plan, PlanImage } from '../../../shared/contract/mirror.ts';
import { Counts } from '../../parts/counts.tsx';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { Failed, Loading, NothingYet } from '../../parts/states.tsx';
import { type Column, VirtualTable } from '../../parts/virtual-table.tsx';
import { useAct, useCall } from '../../state/use-call.ts';
import { useRoute } from '../../state/use-route.ts';
import { useRows } from '../../state/use-rows.ts';
import { bytes, clockTime, count, duration, plainWords, plural, shortDigests } from '../../words/format.ts';

/** What fetching the set would mean, before one byte of it moves. */
export function PlanPart({ set, changed }: { set: string | undefined; changed: boolean }) {
  const { go } = useRoute();
  const [site, setSite] = useState('');
  const [plan, setPlan] = useState<Plan | undefined>();
  const sites = useCall('mirror.sites', {}).data?.sites.filter(({ role }) => role === 'site') ?? [];
  const make = useAct('mirror.plan', { quiet: true, done: setPlan });
  const pull = useAct('mirror.pull', { done: ({ run }) => go({ page: 'mirror', path: ['runs', run.id] }) });
  if (!set) return <NothingYet title="Save it first">A plan is made of what is saved.</NothingYet>;
  return (
    <div className="kb-stack kb-tall">
      <div className="kb-actions">
        <FormSelect
          aria-label="Compare with the registry"
          className="kb-select"
          value={site}
          onChange={(_event, value) => setSite(value)}
        >
          <FormSelectOption value="" label="Compare with no registry" />
          {sites.map(({ id, name }) => (
            <FormSelectOption key={id} value={id} label={`Compare with ${name}`} />
          ))}
        </FormSelect>
        <Button isLoading={make.busy} variant={plan ? 'secondary' : 'primary'} onClick={() => make.act({ set, site })}>
          {plan ? 'Plan again' : 'Make the plan'}
        </Button>
        {plan && (
          <Button isDisabled={!plan.fits} isLoading={pull.busy} onClick={() => pull.act({ set, wait: false })}>
            {plan.newBytes > 0 ? `Pull ${bytes(plan.newBytes)}` : 'Pull: nothing new'}
          </Button>
        )}
        {changed && (
          <span className="kb-subtle">The text has changes that are not saved: they are not in the plan.</span>
        )}
      </div>
      {make.fault && <FaultAlert fault={make.fault} />}
      {make.busy && !plan && <Loading what="Looking at every image; nothing is fetched" />}
      {plan && <Made key={plan.id} plan={plan} />}
      {!plan && !make.busy && (
        <p className="kb-subtle">
          The plan asks each registry for its manifests and writes nothing: what is new, what is here, what the site
          has, how long it takes.
        </p>
      )}
    </div>
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
  width: '26%',
  tone: ({ fault }) => (fault ? 'bad' : 'good'),
  cell: ({ fault }) => (fault ? plainWords(`${fault.message} ${fault.remedy}`) : 'can be had'),
  title_: ({ fault }) => (fault ? `${fault.message} ${fault.remedy}` : ''),
};

/** The name takes what the other columns leave. */
const columnsOf = (compared: boolean, failed: boolean): Column<PlanImage>[] => [
  {
    id: 'name',
    title: 'Image',
    width: `${64 - (compared ? 10 : 0) - (failed ? 26 : 0)}%`,
    cell: ({ name }) => shortDigests(name),
    title_: ({ name }) => name,
  },
  { id: 'category', title: 'What', width: '10%', cell: ({ category }) => category },
  { id: 'blobs', title: 'Blobs', width: '6%', number: true, cell: ({ blobs }) => count(blobs) },
  { id: 'bytes', title: 'Size', width: '10%', number: true, cell: ({ bytes: all }) => bytes(all) },
  {
    id: 'new',
    title: 'To fetch',
    width: '10%',
    number: true,
    cell: ({ newBytes, fault }) => (fault ? '' : bytes(newBytes)),
  },
  ...(compared ? [site] : []),
  ...(failed ? [why] : []),
];
const keyOf = ({ name }: PlanImage) => name;

function Made({ plan }: { plan: Plan }) {
  const [search, setSearch] = useState('');
  const [failed, setFailed] = useState(false);
  const columns = useMemo(() => columnsOf(plan.siteBytes !== null, plan.failed > 0), [plan]);
  const rows = useRows('mirror.planImages', { id: plan.id, search, failed });
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
          ...(plan.failed > 0 ? ([['Cannot be had', count(plan.failed)]] as const) : []),
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
        Made {clockTime(plan.madeAt)}, nothing written.{' '}
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
                {shortDigests(warning)}
              </li>
            ))}
          </ul>
        </Alert>
      )}
      <section className="kb-table-box kb-tall" aria-label="Images of the plan">
        <div className="kb-filter-row">
          <input
            className="kb-input"
            data-filter
            aria-label="Filter images by name (press /)"
            placeholder="Filter by name  /"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          {plan.failed > 0 && (
            <label className="kb-inline-check">
              <input type="checkbox" checked={failed} onChange={(event) => setFailed(event.target.checked)} /> only what
              cannot be had
            </label>
          )}
          <span className="kb-num kb-subtle" role="status">
            {rows.total === undefined ? '' : plural(rows.total, 'image')}
          </span>
        </div>
        {rows.fault && <Failed fault={rows.fault} what="Could not read the plan" again={rows.again} />}
        {rows.total === 0 && <p className="kb-subtle kb-pad">No image matches.</p>}
        {(rows.total ?? 0) > 0 && (
          <VirtualTable
            label="Images of the plan"
            columns={columns}
            total={rows.total ?? 0}
            rowAt={rows.rowAt}
            keyOf={keyOf}
            onRange={rows.onRange}
            busy={rows.stale}
          />
        )}
      </section>
    </>
  );
}
