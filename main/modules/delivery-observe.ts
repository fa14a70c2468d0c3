import type { LoadState } from '../../shared/contract/fleet.ts';
import type { Store } from '../store/open.ts';
import { splitKernels } from '../store/spokes.ts';
import type { TargetView } from './delivery-state.ts';
import { deliverLabel } from './naming.ts';
import type { Wanted } from './proof-facts.ts';
import { selectorSql } from './targets.ts';

interface Row {
  name: string;
  operative: number;
  kernels: string;
  labelled: number;
  works: number;
  refused: number;
  asked: number;
  state: LoadState | null;
  cause: string | null;
  reason: string | null;
  remedy: string | null;
  since: string | null;
}

/** The targets of a module as `step` wants them: one query over rows, then the mapping for each kernel that occurs. */
export function observeTargets(
  { db }: Store,
  hub: string,
  module: { name: string; base: Readonly<Record<string, string>>; wanted(kernel: string): Wanted },
  memory: { labelled(spoke: string): boolean; noEvidence: boolean; noViews: boolean },
): TargetView[] {
  const { sql, values } = selectorSql(module.base, hub);
  const rows = db
    .prepare<string[], Row>(
      `select s.name, s.operative, s.kernels, p.state, p.cause, p.reason, p.remedy, p.since,
         exists (select 1 from spoke_label l where l.hub = s.hub and l.spoke = s.name and l.key = ? and l.value = 'true') as labelled,
         exists (select 1 from work w where w.hub = s.hub and w.spoke = s.name and w.name = ? and w.purpose = 'module') as works,
         exists (select 1 from work w where w.hub = s.hub and w.spoke = s.name and w.module = ? and w.purpose = 'proof'
           and w.applied = 'False' and w.applied_generation >= w.generation) as refused,
         exists (select 1 from work w where w.hub = s.hub and w.spoke = s.name and w.module = ? and w.purpose = 'proof'
           and w.delivered = 1) or exists (select 1 from node_evidence e where e.hub = s.hub and e.spoke = s.name) as asked
       from spoke s left join proof p on p.hub = s.hub and p.module = ? and p.spoke = s.name
       where s.hub = ? and ${sql} order by s.name`,
    )
    .all(deliverLabel(module.name), module.name, module.name, module.name, module.name, hub, ...values);
  return rows.map((row) => {
    const kernels = splitKernels(row.kernels);
    return {
      spoke: row.name,
      operative: row.operative === 1,
      covered: kernels.length > 0 && kernels.every((kernel) => isImage(module.wanted(kernel))),
      kernels,
      labelled: row.labelled === 1 || memory.labelled(row.name),
      hasWork: row.works === 1,
      state: row.state ?? 'waiting',
      cause: row.cause ?? '',
      reason: row.reason ?? '',
      remedy: row.remedy ?? '',
      since: row.since === null ? 0 : Date.parse(row.since),
      evidenceRefused: (row.refused === 1 && memory.noViews) || memory.noEvidence,
      evidenceAsked: row.asked === 1,
    };
  });
}

/** When a build of the module last ran, ms: `now` while one does, 0 for never. */
export function lastBuilt({ db }: Store, hub: string, module: string, now: number): number {
  const row = db
    .prepare<[string, string], { running: number | null; ended: string | null }>(
      `select max(state = 'running' or (state = 'waiting' and uid <> 'mbsc')) as running, max(ended_at) as ended
       from build where hub = ? and module = ?`,
    )
    .get(hub, module);
  if (row?.running) return now;
  return row?.ended ? Date.parse(row.ended) : 0;
}

/** When a build of the module last really ran, ms: one that only waits for its turn does not count. */
export function lastRan({ db }: Store, hub: string, module: string, now: number): number {
  const row = db
    .prepare<[string, string], { running: number | null; ended: string | null }>(
      `select max(state = 'running') as running, max(ended_at) as ended from build where hub = ? and module = ?`,
    )
    .get(hub, module);
  if (row?.running) return now;
  return row?.ended ? Date.parse(row.ended) : 0;
}

const isImage = (wanted: Wanted): boolean => wanted !== undefined && 'image' in wanted;
