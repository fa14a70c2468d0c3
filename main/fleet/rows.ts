import type { SpokeRow } from '../../shared/contract/fleet.ts';
import type { Db } from '../store/open.ts';
import { type SpokeRecord, splitKernels } from '../store/spokes.ts';

/** Reads full rows for the screen, by id. */
export function createRowReader(db: Db): (ids: readonly number[]) => SpokeRow[] {
  const one = db.prepare<[number], SpokeRecord>('select * from spoke where id = ?');
  const modules = db.prepare<[string, string], SpokeRow['modules'][number]>(
    `select module, state, reason from proof where hub = ? and spoke = ? and state <> 'none' order by module`,
  );
  return (ids) =>
    ids.flatMap((id) => {
      const row = one.get(id);
      // `loads` is empty where no module targets the spoke: the table of proofs need not be asked.
      return row ? [rowView(row, row.loads === '' ? [] : modules.all(row.hub, row.name))] : [];
    });
}

const rowView = (row: SpokeRecord, modules: SpokeRow['modules']): SpokeRow => ({
  name: row.name,
  availability: row.availability,
  operative: row.operative === 1,
  reason: row.reason,
  openshift: row.openshift,
  kubernetes: row.kubernetes,
  kernels: splitKernels(row.kernels),
  claimsCut: row.claims_cut === 1,
  kmm: row.kmm,
  load: row.load,
  modules,
  nodes: row.nodes,
  since: row.since,
});
