import { type Clock, isoSeconds } from '../../shared/clock.ts';
import type { FeedState, Hub } from '../../shared/contract/hubs.ts';
import type { Fault } from '../../shared/fault.ts';
import { serverRemarks } from '../../shared/rules/server-version.ts';
import type { FeedRecord } from '../store/feeds.ts';
import type { HubRecord } from '../store/hubs.ts';
import type { Session } from './session.ts';

/** A hub's standing: phase, local time since when, and why. */
export interface Standing {
  phase: Hub['phase'];
  since: string;
  fault?: Fault;
}

/** A hub for the screen. `feeds` are its stored feeds. */
export function hubView(
  row: HubRecord,
  standing: Standing,
  facts: { session: Session | undefined; feeds: readonly FeedRecord[]; spokes: number; clock: Pick<Clock, 'now'> },
): Hub {
  const { session, feeds, spokes, clock } = facts;
  const read = feeds.filter(
    ({ state, listed_at }) => listed_at !== null && state !== 'absent' && state !== 'forbidden',
  );
  const dataFrom = read.map(({ fresh_at, listed_at }) => fresh_at ?? listed_at!).sort()[0];
  return {
    ...{ id: row.id, name: row.name, context: row.context, server: row.server, tls: row.tls },
    practice: row.practice === 1,
    ...standing,
    ...(row.kubernetes && { kubernetesVersion: row.kubernetes }),
    ...(row.identity && { identity: row.identity }),
    ...(session && { remarks: serverRemarks(row.kubernetes, row.identity) }),
    spokes,
    ...(dataFrom !== undefined && { dataFrom }),
    ...(session && { skewMs: Math.round(session.client.hubNow() - clock.now()) }),
  };
}

/** Feeds for the screen: what is stored, with the state of the running session where there is one. */
export function feedView(row: FeedRecord, rows: number, session: Session | undefined): FeedState {
  const now = session?.standing(row.kind);
  const stored = row.fault_json === null ? undefined : (JSON.parse(row.fault_json) as Fault);
  const why = now ? now.fault : stored;
  return {
    kind: row.kind,
    state: now?.state ?? 'stopped',
    rows,
    ...(row.fresh_at !== null && { freshAt: row.fresh_at }),
    ...(row.resource_version && { resourceVersion: row.resource_version }),
    ...(why && { fault: why }),
  };
}

export const localTime = (clock: Pick<Clock, 'now'>): string => isoSeconds(clock.now());
