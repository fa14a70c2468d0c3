import { beforeAll, describe, expect, it } from 'vitest';
import { FleetFilter, FleetSort, type LoadState, type SpokeRow } from '../../shared/contract/fleet.ts';
import { names } from '../../shared/kube.ts';
import { createCubeReader } from './cube.ts';
import { pageIds } from './page.ts';
import { cluster, createFleetRoom } from './testing/room.ts';

const size = 700;
let seed = 11;
const roll = (n: number) => {
  seed = (seed * 1103515245 + 12345) % 2 ** 31;
  return Math.floor((seed / 2 ** 31) * n);
};
const pick = <T>(list: readonly T[]): T => list[roll(list.length)]!;
const room = createFleetRoom();
const labelsOf = new Map<string, Record<string, string>>();
const rows: SpokeRow[] = [];

beforeAll(async () => {
  const proof = room.store.db.prepare(
    `insert into proof (hub, module, spoke, state, cause, reason, remedy, since) values ('h', ?, ?, ?, '', 'why', '', '')`,
  );
  const state = room.store.db.prepare(`update spoke set kmm = ?, load = ? where name = ?`);
  for (let n = 0; n < size; n += 1) {
    const name = `sno${String(n * 7).padStart(5, '0')}`;
    const labels: Record<string, string> = {
      vendor: 'OpenShift',
      site: `s${roll(5)}`,
      ...(roll(3) === 0 && { extra: 'x' }),
    };
    labelsOf.set(name, labels);
    const claims: Record<string, string> = {
      [names.openshiftVersionClaim]: pick(['4.9.1', '4.12.3', '4.12.13']),
      ...(roll(8) === 0 && Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`a.custom.${index}`, 'x']))),
      ...(roll(6) > 0 && { [names.kernelClaim]: pick(['k1', 'k2', 'k1\nk2']) }),
    };
    const available = roll(9) === 0 ? pick(['False', 'Unknown'] as const) : 'True';
    room.put(
      'ManagedCluster',
      cluster(name, { labels, claims, available, availableAt: `t${roll(50)}`, joined: roll(40) > 0 }),
      true,
    );
    const loads: [string, LoadState][] = roll(4) === 0 ? [] : [['kmm-kmod', pick(['proven', 'loading', 'failed'])]];
    if (roll(3) === 0) loads.push(['other', pick(['proven', 'waiting'])]);
    for (const [module, load] of loads) proof.run(module, name, load);
    state.run(pick(['installed', 'absent']), loads[0]?.[1] ?? 'none', name);
  }
  const first = await room.handlers['fleet.page'](query({}, { limit: 500 }));
  const second = await room.handlers['fleet.page'](query({}, { limit: 500, offset: 500 }));
  rows.push(...first.rows, ...second.rows);
});

const query = (filter: object, more: object = {}) => ({
  ...{ hub: 'h', filter: FleetFilter.parse(filter), sort: 'name' as const, descending: false, offset: 0, limit: 500 },
  ...more,
});

const noClaim = ({ kernels, claimsCut, kmm }: SpokeRow) =>
  kernels.length > 0
    ? []
    : [claimsCut ? ('cut' as const) : kmm === 'installed' ? ('silent' as const) : ('noKmm' as const)];

/** The filter as the contract words it, one spoke at a time. */
function holds(row: SpokeRow, filter: FleetFilter): boolean {
  const any = <T>(list: readonly T[], ...values: T[]) =>
    list.length === 0 || values.some((value) => list.includes(value));
  const labels = labelsOf.get(row.name)!;
  const states = row.modules
    .filter(({ module }) => filter.module === '' || module === filter.module)
    .map(({ state }) => state);
  return (
    row.name.includes(filter.search.toLowerCase()) &&
    any(filter.availability, row.availability) &&
    any(filter.openshift, row.openshift) &&
    any(filter.claim, ...noClaim(row)) &&
    any(filter.kernel, ...(row.kernels.length === 0 ? [''] : row.kernels)) &&
    (filter.operative === undefined || filter.operative === row.operative) &&
    (filter.load.length === 0
      ? filter.module === '' || states.length > 0
      : any(filter.load, ...(states.length === 0 ? ['none' as const] : states))) &&
    filter.labels.every((label) => {
      const [key, value] = label.split('=');
      return value === undefined ? labels[key!] !== undefined : labels[key!] === value;
    })
  );
}
const filters: object[] = [
  {},
  { search: '7' },
  { search: 'SNO00' },
  { search: 'nothing' },
  { availability: ['unknown', 'joining'] },
  { openshift: ['4.12.3'], kernel: ['k2'] },
  { kernel: [''] },
  { load: ['failed'] },
  { load: ['none'] },
  { load: ['proven', 'none'], module: 'other' },
  { module: 'kmm-kmod' },
  { labels: ['site=s1'] },
  { labels: ['site=s1', 'extra'] },
  { labels: ['site=s1', 'extra=x', 'vendor=OpenShift'], search: '1' },
  { labels: ['vendor=OpenShift'] },
  { claim: ['cut'] },
  { claim: ['silent', 'noKmm'], search: '1' },
  { labels: ['site=s9'] },
  { operative: false },
  { operative: true, availability: ['available'], load: ['loading'], labels: ['extra'], search: '0' },
];
const expected = (filter: FleetFilter) => rows.filter((row) => holds(row, filter));

describe('page', () => {
  it('has every spoke once, by name', () => {
    expect(rows.map(({ name }) => name)).toEqual([...labelsOf.keys()].sort());
  });
  it.each(filters)('filters like the contract says: %j', async (filter) => {
    const { total, rows: found } = await room.handlers['fleet.page'](query(filter));
    const all = expected(FleetFilter.parse(filter));
    expect(total).toBe(all.length);
    expect(found).toEqual(all.slice(0, 500));
  });
  const worst = ['failed', 'staleBoot', 'unknown', 'claimed', 'loading', 'waiting', 'proven', 'none'];
  const version = (row: SpokeRow) => Number(row.openshift.split('.')[1]) * 1000 + Number(row.openshift.split('.')[2]);
  const keys: Record<string, (row: SpokeRow) => string | number> = {
    availability: (row) => row.availability,
    openshift: version,
    kernel: (row) => row.kernels.join('\n'),
    load: (row) => worst.indexOf(row.load),
    kmm: (row) => row.kmm,
    since: (row) => row.since,
  };
  it.each(Object.keys(keys))('sorts by %s both ways, page by page, whatever the filter', async (sort) => {
    const key = keys[sort]!;
    for (const filter of filters) {
      for (const descending of [false, true]) {
        const found: SpokeRow[] = [];
        for (let offset = 0; ; offset += 61) {
          const page = await room.handlers['fleet.page'](query(filter, { sort, descending, offset, limit: 61 }));
          found.push(...page.rows);
          if (offset + 61 >= page.total) break;
        }
        // Spokes of equal value come by name; under `since` the name turns round with it, as the index does.
        const names = descending && sort === 'since' ? -1 : 1;
        const up = (a: SpokeRow, b: SpokeRow) =>
          (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) * (descending ? -1 : 1);
        const sorted = expected(FleetFilter.parse(filter)).sort(
          (a, b) => up(a, b) || (a.name < b.name ? -names : names),
        );
        expect(found.map(({ name }) => name)).toEqual(sorted.map(({ name }) => name));
      }
    }
  });
});

describe('the two ways to a page', () => {
  it('give the same: sorting what is rare, walking through what is common', () => {
    const readCube = createCubeReader(room.store.db);
    let compared = 0;
    for (const filter of filters) {
      for (const sort of FleetSort.options) {
        for (const descending of [false, true]) {
          const question = query(filter, { sort, descending, offset: 13, limit: 40 });
          const cube = readCube('h', question.filter);
          const [walked, sorted] = [0, 1e9].map((from) => pageIds(room.store.db, cube, question, from).ids);
          expect(walked, JSON.stringify(question)).toEqual(sorted);
          compared += walked!.length;
        }
      }
    }
    expect(compared).toBeGreaterThan(5000);
  });
});

describe('facets', () => {
  it.each(filters)('each counted under all the others: %j', async (given) => {
    const filter = FleetFilter.parse(given);
    const facets = await room.handlers['fleet.facets']({ hub: 'h', filter });
    const count = (without: Partial<FleetFilter>, values: (row: SpokeRow) => string[]) => {
      const sums: Record<string, number> = {};
      for (const row of expected({ ...filter, ...without }))
        for (const value of new Set(values(row))) sums[value] = (sums[value] ?? 0) + 1;
      return sums;
    };
    const asked = (list: { value: string; count: number }[]) =>
      Object.fromEntries(list.map(({ value, count: n }) => [value, n]));
    expect(asked(facets.availability)).toEqual(count({ availability: [] }, (row) => [row.availability]));
    expect(asked(facets.openshift)).toEqual(count({ openshift: [] }, (row) => [row.openshift]));
    expect(asked(facets.kernel)).toEqual(
      count({ kernel: [] }, (row) => (row.kernels.length === 0 ? [''] : row.kernels)),
    );
    expect(asked(facets.labels)).toEqual(count({}, (row) => Object.keys(labelsOf.get(row.name)!)));
    // Without its own states the load facet still speaks of the filter's module, of spokes it does not target too.
    const states = (row: SpokeRow) =>
      row.modules.filter(({ module }) => filter.module === '' || module === filter.module).map(({ state }) => state);
    const loads: Record<string, number> = {};
    for (const row of expected({ ...filter, load: [], module: '' })) {
      const own = states(row);
      for (const state of new Set(own.length === 0 ? ['none'] : own)) loads[state] = (loads[state] ?? 0) + 1;
    }
    expect(asked(facets.load)).toEqual(loads);
  });
  it('OpenShift versions come newest first, the rest by number', async () => {
    const facets = await room.handlers['fleet.facets']({ hub: 'h', filter: FleetFilter.parse({}) });
    expect(facets.openshift.map(({ value }) => value)).toEqual(['4.12.13', '4.12.3', '4.9.1']);
    expect(facets.labels.slice(0, 2)).toEqual(['site', 'vendor'].map((value) => ({ value, count: size })));
  });
  it('values of a label are counted and searched', async () => {
    const { values } = await room.handlers['fleet.labelValues']({ hub: 'h', key: 'site', search: '' });
    expect(values.reduce((sum, { count }) => sum + count, 0)).toBe(size);
    expect((await room.handlers['fleet.labelValues']({ hub: 'h', key: 'site', search: 'S3' })).values).toHaveLength(1);
  });
});

describe('counts', () => {
  it('add up', async () => {
    const counts = await room.handlers['fleet.counts']({ hub: 'h' });
    expect(counts.potential).toBe(size);
    expect(counts.operative + counts.notWorking).toBe(size);
    expect(counts.operative).toBe(rows.filter(({ operative }) => operative).length);
    expect(counts.kmmInstalled).toBe(rows.filter(({ operative, kmm }) => operative && kmm === 'installed').length);
    expect(counts.noKernelClaim).toBe(rows.filter(({ kernels }) => kernels.length === 0).length);
    const by = { cut: 0, noKmm: 0, silent: 0 };
    for (const row of rows) for (const why of noClaim(row)) by[why] += 1;
    expect(Math.min(...Object.values(by))).toBeGreaterThan(0);
    expect(counts.noKernelClaimBy).toEqual(by);
    expect(counts.notWorkingReasons.reduce((sum, { count }) => sum + count, 0)).toBe(counts.notWorking);
    for (const { reason, examples } of counts.notWorkingReasons) {
      for (const name of examples) expect(rows.find((row) => row.name === name)?.reason).toBe(reason);
    }
  });
  it('are zero for a hub without spokes', async () => {
    expect(await room.handlers['fleet.counts']({ hub: 'empty' })).toMatchObject({
      potential: 0,
      operative: 0,
      notWorking: 0,
    });
  });
});

describe('single things', () => {
  it('an object as YAML without managedFields; what is not there is said', async () => {
    const name = rows[0]!.name;
    const { yaml } = await room.handlers['fleet.object']({ hub: 'h', kind: 'ManagedCluster', namespace: '', name });
    expect(yaml).toMatch(/^apiVersion: cluster.open-cluster-management.io\/v1\nkind: ManagedCluster\n/);
    expect(() => room.handlers['fleet.object']({ hub: 'h', kind: 'Pod', namespace: 'n', name })).toThrow(
      /seen no Pod n\//,
    );
    expect(() => room.handlers['fleet.spoke']({ hub: 'h', name: 'nobody' })).toThrow(/no spoke nobody/);
    expect(() => room.handlers['views.remove']({ id: 99 })).toThrow(/no such saved view/);
  });
});
