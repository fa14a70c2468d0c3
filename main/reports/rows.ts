import type { Store } from '../store/open.ts';
import { createMirrorRows } from './mirror-rows.ts';

/** One spoke of the fleet with what is known of one module on it. `state` is 'none' where it is not targeted. */
export interface ReportSpoke {
  name: string;
  operative: number;
  why: string;
  openshift: string;
  kernels: string;
  kmm: string;
  kmm_since: string | null;
  kmm_started: string | null;
  state: string;
  reason: string;
  kernel: string;
  selected_at: string | null;
  proven_at: string | null;
  /** When the spoke's agent had applied the module's work. */
  delivered_at: string | null;
}

export interface ReportBuild {
  action: string;
  state: string;
  kernel: string;
  started_at: string | null;
  ended_at: string | null;
}

/** First and last time of an event, and how often it was seen. */
export interface Span {
  event: string;
  first: string;
  last: string;
  count: number;
}

/** Everything a report counts, straight from the store. */
export function createReportRows(store: Store) {
  const { db } = store;
  const spokes = db.prepare<[string, string], ReportSpoke>(
    `select s.name, s.operative, s.reason as why, s.openshift, s.kernels, s.kmm, s.kmm_since, s.kmm_started,
       coalesce(p.state, 'none') as state, coalesce(p.reason, '') as reason, coalesce(p.kernel, '') as kernel,
       p.selected_at, case when p.state = 'proven' then p.proven_at end as proven_at,
       (select min(w.changed_at) from work w where w.hub = s.hub and w.spoke = s.name and w.module = p.module
         and w.purpose = 'module' and w.delivered = 1) as delivered_at
     from spoke s left join proof p on p.hub = s.hub and p.module = ? and p.spoke = s.name
     where s.hub = ? order by s.name`,
  );
  const table = db.prepare<
    [string, string],
    Record<'potential' | 'operative' | 'kmmInstalled' | 'kmodDeployed', number>
  >(
    `select count(*) as potential, coalesce(sum(s.operative), 0) as operative,
       coalesce(sum(s.operative = 1 and s.kmm = 'installed'), 0) as kmmInstalled,
       coalesce(sum(s.operative = 1 and p.state = 'proven'), 0) as kmodDeployed
     from spoke s left join proof p on p.hub = s.hub and p.module = ? and p.spoke = s.name where s.hub = ?`,
  );
  const states = db.prepare<[string, string], { state: string; n: number }>(
    'select state, count(*) as n from proof where hub = ? and module = ? group by state order by n desc',
  );
  const images = db.prepare<[string, string], { image: string; n: number }>(
    `select image, count(*) as n from proof where hub = ? and module = ? and image <> '' group by image order by n desc`,
  );
  const builds = db.prepare<[string, string], ReportBuild>(
    `select action, state, kernel, started_at, ended_at from build where hub = ? and module = ? and state <> 'waiting'
     order by started_at`,
  );
  const spans = db.prepare<[string, string], Span>(
    `select event, min(at) as first, max(at) as last, count(*) as count from timeline
     where hub = ? and module in ('', ?) group by event`,
  );
  const firstSpoke = db.prepare<[string, string, string, string], { spoke: string }>(
    "select spoke from timeline where hub = ? and module in ('', ?) and event = ? and at = ? order by id limit 1",
  );
  const between = db.prepare<[string, string, string, string], { first: string | null; last: string | null }>(
    'select min(at) as first, max(at) as last from timeline where hub = ? and event = ? and at between ? and ?',
  );
  const delivery = db.prepare<
    [string, string],
    { way: string; phase: string; started_at: string; ended_at: string | null }
  >(
    'select way, phase, started_at, ended_at from delivery where hub = ? and module = ? order by started_at desc limit 1',
  );
  const module = db.prepare<[string, string], { name: string }>('select name from module where hub = ? and name = ?');
  const oldest = db.prepare<[string], { at: string | null }>(
    `select min(fresh_at) as at from feed where hub = ? and state not in ('absent', 'forbidden')`,
  );
  const mirror = createMirrorRows(store);
  return {
    mirror,
    spokes: (hub: string, name: string) => spokes.all(name, hub),
    table: (hub: string, name: string) => table.get(name, hub)!,
    states: (hub: string, name: string): Record<string, number> =>
      Object.fromEntries(states.all(hub, name).map(({ state, n }) => [state, n])),
    images: (hub: string, name: string) => images.all(hub, name),
    builds: (hub: string, name: string) => builds.all(hub, name),
    spans: (hub: string, name: string) => new Map(spans.all(hub, name).map((span) => [span.event, span])),
    /** Which spoke had this event at this time. */
    spokeAt: (hub: string, name: string, event: string, at: string): string =>
      firstSpoke.get(hub, name, event, at)?.spoke ?? '',
    /** The first and the last time of this event between two times. */
    between: (hub: string, event: string, from: string, to: string) => between.get(hub, event, from, to)!,
    delivery: (hub: string, name: string) => delivery.get(hub, name),
    /** The module is on the hub, or was delivered by us before. */
    known: (hub: string, name: string): boolean =>
      module.get(hub, name) !== undefined || delivery.get(hub, name) !== undefined,
    /** Our time of the oldest data. */
    freshAt: (hub: string): string | null => oldest.get(hub)?.at ?? null,
  };
}
export type ReportRows = ReturnType<typeof createReportRows>;
