import { Button } from '@patternfly/react-core';
import { useMemo, useState } from 'react';
import type { LoadState } from '../../../shared/contract/fleet.ts';
import type { ProofRow } from '../../../shared/contract/modules.ts';
import { Flyout, TickList } from '../../parts/facet.tsx';
import { StackedBar } from '../../parts/stacked-bar.tsx';
import { Failed, Loading, NothingYet } from '../../parts/states.tsx';
import { VirtualTable } from '../../parts/virtual-table.tsx';
import { useToasts } from '../../state/toasts.ts';
import { useAct } from '../../state/use-call.ts';
import { useRoute } from '../../state/use-route.ts';
import { useRows } from '../../state/use-rows.ts';
import { plural } from '../../words/format.ts';
import { loadOrder, loadWords } from '../../words/states.ts';
import { proofColumns } from './proof-columns.tsx';
import { ProofDrawer } from './proof-drawer.tsx';
import { sharesOf } from './shares.ts';
import { TryRefused } from './try-refused.tsx';

interface Props {
  hub: string;
  name: string;
  targets: number;
  states: Readonly<Record<string, number>>;
}

const keyOf = ({ spoke }: ProofRow) => spoke;

/** Every target with its proof, or why there is none and what to do. Stale boots can be nudged together. */
export function ProofTable({ hub, name, targets, states }: Props) {
  const { route, refine } = useRoute();
  const toasts = useToasts();
  const [open, setOpen] = useState<ProofRow | undefined>();
  const search = route.query.search ?? '';
  const state = useMemo(
    () => (route.query.state ?? '').split(',').filter((word): word is LoadState => Object.hasOwn(loadWords, word)),
    [route.query.state],
  );
  const rows = useRows('modules.proof', { hub, name, state, search });
  const stale = rows.first?.states.staleBoot ?? states.staleBoot ?? 0;
  const nudge = useAct('modules.nudge', {
    done: ({ nudged, refused }) =>
      toasts.say(
        refused.length > 0 ? 'warning' : 'success',
        `${plural(nudged, 'spoke')} nudged.`,
        refused.map(({ spoke, reason }) => `${spoke}: ${reason}`).join(' '),
      ),
  });
  const retry = useAct('works.nudge', {
    done: ({ nudged, refused }) =>
      toasts.say(
        refused.length > 0 ? 'warning' : 'success',
        `${plural(nudged, 'agent')} ${nudged === 1 ? 'tries' : 'try'} it again now.`,
        refused.map(({ spoke, reason }) => `${spoke}: ${reason}`).join(' '),
      ),
  });
  const tryNow = (work: string, spokes: string[]) => retry.act({ hub, name: work, spokes });
  const pick = (key: string) => refine({ state: key });
  const counted = rows.first?.states ?? states;
  const options = loadOrder
    .filter((key) => (counted[key] ?? 0) > 0 || state.includes(key))
    .map((key) => ({ value: key, word: loadWords[key].word, count: counted[key] ?? 0 }));
  if (targets === 0)
    return (
      <NothingYet title="It selects no spoke">
        Set the label that its selector asks for on the spokes that shall have it.
      </NothingYet>
    );
  return (
    <div className="kb-table-box kb-tall">
      <StackedBar shares={sharesOf(counted)} total={targets} legend onPick={pick} />
      <div className="kb-filter-row">
        <input
          className="kb-input"
          data-filter
          aria-label="Filter spokes by name (press /)"
          placeholder="Filter by name  /"
          value={search}
          onChange={(event) => refine({ search: event.target.value })}
        />
        <Flyout label="State" badge={state.length}>
          {() => (
            <TickList
              label="State"
              options={options}
              chosen={state}
              onChange={(chosen) => refine({ state: chosen.join(',') })}
            />
          )}
        </Flyout>
        <span className="kb-num kb-subtle" role="status">
          {rows.total === undefined ? '' : plural(rows.total, 'spoke')}
        </span>
        {(state.length > 0 || search !== '') && (
          <Button variant="link" isInline onClick={() => refine({ state: '', search: '' })}>
            Clear
          </Button>
        )}
        <span className="kb-spring" />
        {(counted.failed ?? 0) > 0 && <TryRefused hub={hub} name={name} busy={retry.busy} onTry={tryNow} />}
        {stale > 0 && (
          <NudgeAll
            hub={hub}
            name={name}
            stale={stale}
            busy={nudge.busy}
            onNudge={(spokes) => nudge.act({ hub, name, spokes })}
          />
        )}
      </div>
      {rows.fault && <Failed fault={rows.fault} what="Could not read the proofs" again={rows.again} />}
      {!rows.fault && rows.total === undefined && <Loading what="Reading the proofs" />}
      {rows.total === 0 && <p className="kb-subtle kb-pad">No spoke matches.</p>}
      {(rows.total ?? 0) > 0 && (
        <VirtualTable
          label={`Proof of load of ${name}`}
          columns={proofColumns}
          total={rows.total ?? 0}
          rowAt={rows.rowAt}
          keyOf={keyOf}
          onRange={rows.onRange}
          onOpen={setOpen}
          selected={open?.spoke ?? ''}
          busy={rows.stale}
        />
      )}
      {open && (
        <ProofDrawer
          hub={hub}
          row={open}
          onClose={() => setOpen(undefined)}
          onNudge={() => nudge.act({ hub, name, spokes: [open.spoke] })}
          onTry={() => tryNow(open.work, [open.spoke])}
          busy={nudge.busy || retry.busy}
        />
      )}
    </div>
  );
}

function NudgeAll({
  hub,
  name,
  stale,
  busy,
  onNudge,
}: {
  hub: string;
  name: string;
  stale: number;
  busy: boolean;
  onNudge: (spokes: string[]) => void;
}) {
  const rows = useRows('modules.proof', { hub, name, state: ['staleBoot'], search: '' });
  const spokes = rows.first?.rows.map(({ spoke }) => spoke) ?? [];
  return (
    <Button variant="secondary" isLoading={busy} isDisabled={spokes.length === 0} onClick={() => onNudge(spokes)}>
      {spokes.length < stale
        ? `Nudge the first ${spokes.length} of ${stale} stale boots`
        : `Nudge ${plural(stale, 'stale boot')}`}
    </Button>
  );
}
