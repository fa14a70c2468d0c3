import { useState } from 'react';
import type { SpokeInstallRow } from '../../../shared/contract/install.ts';
import { Flyout, TickList } from '../../parts/facet.tsx';
import { Failed, Loading } from '../../parts/states.tsx';
import { type Column, VirtualTable } from '../../parts/virtual-table.tsx';
import { useCall } from '../../state/use-call.ts';
import { useRoute } from '../../state/use-route.ts';
import { useRows } from '../../state/use-rows.ts';
import { duration, plural, shortTime } from '../../words/format.ts';
import { kmmWords } from '../../words/states.ts';

const ways: Record<SpokeInstallRow['way'], string> = {
  policy: 'policy',
  addon: 'add-on',
  work: 'manifest work',
  unseen: 'not seen',
};
const columns: readonly Column<SpokeInstallRow>[] = [
  { id: 'spoke', title: 'Spoke', width: '20%', cell: ({ spoke }) => spoke, title_: ({ spoke }) => spoke },
  {
    id: 'state',
    title: 'KMM',
    width: '14%',
    tone: ({ state }) => kmmWords[state].tone,
    cell: ({ state }) => kmmWords[state].word,
  },
  { id: 'reason', title: 'Why', width: '34%', cell: ({ reason }) => reason, title_: ({ reason }) => reason },
  { id: 'way', title: 'By', width: '11%', cell: ({ way }) => ways[way] },
  { id: 'since', title: 'Since', width: '11%', cell: ({ since }) => shortTime(since, Date.now()) },
  {
    id: 'seconds',
    title: 'Took',
    width: '10%',
    number: true,
    cell: ({ seconds }) => (seconds === undefined ? '' : duration(seconds)),
  },
];
const keyOf = ({ spoke }: SpokeInstallRow) => spoke;

/** Compliance spoke by spoke with the reason where it is not. */
export function InstallSpokes({ hub }: { hub: string }) {
  const { go } = useRoute();
  const [search, setSearch] = useState('');
  const [state, setState] = useState<string[]>([]);
  const counts = useCall('install.status', { hub }).data?.spokes ?? {};
  const rows = useRows('install.spokes', { hub, state, search });
  const options = Object.entries(kmmWords).map(([value, { word }]) => ({ value, word, count: counts[value] ?? 0 }));
  return (
    <section className="kb-table-box" aria-label="KMM spoke by spoke">
      <div className="kb-filter-row">
        <input
          className="kb-input"
          data-filter
          aria-label="Filter spokes by name (press /)"
          placeholder="Filter by name  /"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <Flyout label="KMM" badge={state.length}>
          {() => <TickList label="KMM" options={options} chosen={state} onChange={setState} />}
        </Flyout>
        <span className="kb-num kb-subtle" role="status">
          {rows.total === undefined ? '' : plural(rows.total, 'spoke')}
        </span>
      </div>
      {rows.fault && <Failed fault={rows.fault} what="Could not read the spokes" again={rows.again} />}
      {!rows.fault && rows.total === undefined && <Loading what="Reading the spokes" />}
      {rows.total === 0 && <p className="kb-subtle kb-pad">No spoke matches.</p>}
      {(rows.total ?? 0) > 0 && (
        <VirtualTable
          label="KMM on the spokes"
          columns={columns}
          total={rows.total ?? 0}
          rowAt={rows.rowAt}
          keyOf={keyOf}
          onRange={rows.onRange}
          onOpen={({ spoke }) => go({ page: 'fleet', hub, query: { spoke } })}
          busy={rows.stale}
        />
      )}
    </section>
  );
}
