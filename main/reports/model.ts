import { isoSeconds } from '../../shared/clock.ts';
import type { ReportModel } from '../../shared/contract/install.ts';
import { distribution } from '../../shared/rules/percentile.ts';
import type { HubRecord } from '../store/hubs.ts';
import { milestones } from './milestones.ts';
import type { ReportBuild, ReportRows, ReportSpoke } from './rows.ts';

/** Names of spokes given with a reason. */
const named = 50;

/** Where a report's times come from. `hubNow` is the hub's clock, RFC 3339; `now` ours, ms. */
export interface ReportTimes {
  hubNow: string;
  now: number;
  live: boolean;
}

/** Counts a report from the rows. Seconds are between two times of the same clock, the hub's, and null where one is not known. */
export function reportModel(rows: ReportRows, hub: HubRecord, module: string, times: ReportTimes): ReportModel {
  const table = rows.table(hub.id, module);
  const spokes = rows.spokes(hub.id, module);
  const proven = spokes
    .map(({ proven_at }) => proven_at)
    .filter((at) => at !== null)
    .sort();
  const builds = rows.builds(hub.id, module).filter(({ action }) => action !== 'SignImage');
  const delivery = rows.delivery(hub.id, module);
  const images = rows.images(hub.id, module).map(({ image }) => image);
  const counted = {
    table: { ...table, notWorking: table.potential - table.operative },
    firstLoadAt: proven[0] ?? null,
    lastLoadAt: proven.at(-1) ?? null,
  };
  const lines = spokes.map(spokeLine);
  const reached = milestones(rows, hub.id, module, counted);
  // The hub's clock is known to about a second, a hurried practice hub's to about a minute: it has reached what it has stamped.
  const writtenAt = [times.hubNow, ...reached.map(({ at }) => at)].sort().at(-1) ?? times.hubNow;
  const known = (values: (number | null)[]) => values.filter((value) => value !== null);
  return {
    title: `Deployment of ${module}`,
    hub: hub.name,
    server: hub.server,
    module,
    image: images.join(', '),
    practice: hub.practice === 1,
    writtenAt,
    dataFrom: dataFrom(rows.freshAt(hub.id), { ...times, hubNow: writtenAt }),
    way: delivery?.way ?? '',
    ...counted,
    builds: builds.length,
    buildSeconds: buildSeconds(builds),
    milestones: reached,
    durations: [
      {
        name: 'KMM on a spoke: order to first report',
        values: distribution(known(lines.map((line) => line.kmmSeconds))),
      },
      {
        name: 'Image build',
        values: distribution(known(builds.map((build) => seconds(build.started_at, build.ended_at)))),
      },
      {
        name: 'Load on a spoke: delivered to proven',
        values: distribution(known(spokes.map((row) => seconds(row.delivered_at, row.proven_at)))),
      },
      {
        name: 'Load on a spoke: selected to proven',
        values: distribution(known(lines.map((line) => line.loadSeconds))),
      },
      {
        name: 'Load on a spoke: module applied to proven',
        values: distribution(known(proven.map((at) => seconds(delivery?.started_at ?? null, at)))),
      },
    ],
    states: rows.states(hub.id, module),
    spokes: lines,
    notProven: notProven(spokes),
    mirror: rows.mirror(hub.id),
  };
}

/** Whole seconds from one time to a later one; null where one is missing or the order cannot be. */
function seconds(from: string | null, to: string | null): number | null {
  if (from === null || to === null) return null;
  const value = (Date.parse(to) - Date.parse(from)) / 1000;
  return value >= 0 ? Math.round(value) : null;
}

/** From the first build's start to the last one's end; null while one runs or none was seen. */
function buildSeconds(builds: readonly ReportBuild[]): number | null {
  const ends = builds.map(({ ended_at }) => ended_at);
  if (builds.length === 0 || ends.includes(null)) return null;
  const starts = builds.map(({ started_at }) => started_at).filter((at) => at !== null);
  return seconds(starts.sort()[0] ?? null, ends.sort().at(-1) ?? null);
}

function spokeLine(row: ReportSpoke): ReportModel['spokes'][number] {
  return {
    spoke: row.name,
    kernel: row.kernel || row.kernels.replaceAll('\n', ', '),
    openshift: row.openshift,
    state: row.state,
    kmmSeconds: row.kmm === 'installed' ? seconds(row.kmm_started, row.kmm_since) : null,
    loadSeconds: seconds(row.selected_at, row.proven_at),
    provenAt: row.proven_at,
    reason: row.state === 'proven' ? '' : whyNot(row),
  };
}

/** Why the module is not proven on a spoke, in one sentence. A spoke that does not work needs no other reason. */
function whyNot(row: ReportSpoke): string {
  if (row.operative === 0) return `Not operative: ${row.why}`;
  if (row.state === 'none') return 'The module does not target this spoke.';
  return row.reason || `The state is ${row.state}.`;
}

function notProven(spokes: readonly ReportSpoke[]): ReportModel['notProven'] {
  const groups = new Map<string, string[]>();
  for (const row of spokes) {
    if (row.state === 'proven') continue;
    const reason = whyNot(row);
    const names = groups.get(reason);
    if (names) names.push(row.name);
    else groups.set(reason, [row.name]);
  }
  return [...groups]
    .map(([reason, names]) => ({ reason, count: names.length, spokes: names.slice(0, named) }))
    .sort((a, b) => b.count - a.count || a.reason.localeCompare(b.reason));
}

/** The oldest data's time on the hub's clock: data of a live hub is of now. */
function dataFrom(freshAt: string | null, { hubNow, now, live }: ReportTimes): string {
  if (live || freshAt === null) return hubNow;
  return isoSeconds(Date.parse(hubNow) - Math.max(0, now - Date.parse(freshAt)));
}
