import { join } from 'node:path';
import { createFleet } from '../main/fleet/fleet.ts';
import type { Sessions } from '../main/hubs/sessions.ts';
import { openStore } from '../main/store/open.ts';
import { systemClock } from '../shared/clock.ts';
import { fleetCalls } from '../shared/contract/fleet.ts';
import type { Output } from '../shared/contract.ts';
import { percentile } from '../shared/rules/percentile.ts';
import { type BenchResult, within } from './result.ts';
import { seededHub as hub, seed } from './seed.ts';
import type { Workbench } from './workbench.ts';

const fleetSize = 100_000;
const times = 60;
type Row = Output<'fleet.page'>['rows'][number];

/** Questions of a screen: what a filter, a sort and a scroll position ask for. */
const questions = [
  {},
  { offset: 60_000 },
  { sort: 'kernel', descending: true, offset: 2_000 },
  { sort: 'since', descending: true },
  { sort: 'load', offset: 99_900 },
  { filter: { search: '04242' } },
  { filter: { search: 'no-such-spoke' } },
  { filter: { availability: ['unknown', 'unavailable'] } },
  { filter: { openshift: ['4.12.3'], load: ['failed', 'staleBoot'] }, sort: 'openshift' },
  { filter: { kernel: ['5.14.0-284.11.1.el9_2.x86_64'], operative: true }, offset: 10_000 },
  { filter: { labels: ['site=site-7'] } },
  { filter: { labels: ['group-du-sno'], module: 'kmm-kmod', load: ['proven'] }, sort: 'kmm', offset: 40_000 },
] as const;

/** Page, count and facet queries over 100,000 spokes. The peer answers from a list in memory, as desktops for Kubernetes do. */
export async function benchStore({ dir, say }: Workbench): Promise<BenchResult[]> {
  const store = openStore(join(dir, 'bastion.db'));
  const begun = performance.now();
  seed(store, fleetSize, join(dir, 'none'), 'https://127.0.0.1:1');
  say(`${fleetSize} spokes written in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  const { handlers } = createFleet({ store, sessions: {} as Sessions, clock: systemClock() });
  const pages = questions.map((question) => fleetCalls['fleet.page'].input.parse({ hub, limit: 100, ...question }));
  const all: Row[] = [];
  for (let offset = 0; offset < fleetSize; offset += 500) {
    const { rows } = await handlers['fleet.page'](fleetCalls['fleet.page'].input.parse({ hub, limit: 500, offset }));
    all.push(...rows);
  }
  const page = await p99(pages, (query) => handlers['fleet.page'](query));
  const facet = await p99(pages, ({ filter }) => handlers['fleet.facets']({ hub, filter }));
  const count = await p99(pages, () => handlers['fleet.counts']({ hub }));
  const inMemory = await p99(pages, (query) => listPage(all, query));
  const countInMemory = await p99(pages, () => listCounts(all));
  store.close();
  return [
    within('page of 100,000 spokes, p99, in-memory list as peer', 'ms', page, 20, inMemory),
    within('facets of 100,000 spokes, p99', 'ms', facet, 20),
    within('counts of 100,000 spokes, p99, in-memory list as peer', 'ms', count, 20, countInMemory),
  ];
}

/** p99 over all inputs, each asked many times in a mixed order; the first round warms up and is not counted. */
async function p99<T>(inputs: readonly T[], ask: (input: T) => unknown): Promise<number> {
  for (const input of inputs) await ask(input);
  const taken: number[] = [];
  for (let round = 0; round < times; round += 1) {
    for (let index = 0; index < inputs.length; index += 1) {
      const begun = performance.now();
      await ask(inputs[(index * 5 + round) % inputs.length] as T);
      taken.push(performance.now() - begun);
    }
  }
  return (
    percentile(
      taken.sort((a, b) => a - b),
      0.99,
    ) ?? Number.NaN
  );
}

/** The peer: filter, sort and cut a whole list. It leaves out labels, which such lists do not have at hand. */
function listPage(rows: readonly Row[], query: ReturnType<(typeof fleetCalls)['fleet.page']['input']['parse']>): Row[] {
  const { search, availability, openshift, kernel, load, operative } = query.filter;
  const chosen = rows.filter(
    (row) =>
      (search === '' || row.name.includes(search)) &&
      (availability.length === 0 || availability.includes(row.availability)) &&
      (openshift.length === 0 || openshift.includes(row.openshift)) &&
      (kernel.length === 0 || row.kernels.some((each) => kernel.includes(each))) &&
      (load.length === 0 || load.includes(row.load)) &&
      (operative === undefined || row.operative === operative),
  );
  const key = (row: Row): string => {
    if (query.sort === 'kernel') return row.kernels[0] ?? '';
    return String(row[query.sort]);
  };
  chosen.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.name < b.name ? -1 : 1));
  if (query.descending) chosen.reverse();
  return chosen.slice(query.offset, query.offset + query.limit);
}

function listCounts(rows: readonly Row[]): [operative: number, installed: number, unclaimed: number] {
  let operative = 0;
  let installed = 0;
  let unclaimed = 0;
  for (const row of rows) {
    if (row.operative) operative += 1;
    if (row.operative && row.kmm === 'installed') installed += 1;
    if (row.kernels.length === 0) unclaimed += 1;
  }
  return [operative, installed, unclaimed];
}
