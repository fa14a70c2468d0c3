import type { z } from 'zod';
import type { FleetFilter, FleetSort } from '../../shared/contract/fleet.ts';
import type { Db } from '../store/open.ts';
import { worstFirst } from '../store/proofs.ts';
import { type Cube, type Group, holds, labelInput, labelSource, labelTests } from './cube.ts';

export interface PageQuery {
  hub: string;
  filter: FleetFilter;
  sort: z.infer<typeof FleetSort>;
  descending: boolean;
  offset: number;
  limit: number;
}

const words = new Intl.Collator('en', { numeric: true });
/** A walk along an index costs less than a sort from about this many rows on. */
const enoughToWalk = 2000;

/** What groups can be sorted by; the rest (name, since) is a matter of single spokes. */
const orders: Partial<Record<PageQuery['sort'], (a: Group, b: Group) => number>> = {
  availability: (a, b) => words.compare(a.availability, b.availability),
  openshift: (a, b) => (a.openshift_sort < b.openshift_sort ? -1 : a.openshift_sort > b.openshift_sort ? 1 : 0),
  kernel: (a, b) => words.compare(a.kernels, b.kernels),
  kmm: (a, b) => words.compare(a.kmm, b.kmm),
  load: (a, b) => worstFirst.indexOf(a.load) - worstFirst.indexOf(b.load),
};

/** The total under a filter, and the row ids of one page in order. Spokes of equal value come by name. */
export function pageIds(
  db: Db,
  cube: Cube,
  query: PageQuery,
  walkFrom = enoughToWalk,
): { total: number; ids: number[] } {
  const groups = cube.groups.filter((group) => holds(group, query.filter));
  const total = groups.reduce((sum, { n }) => sum + n, 0);
  const ids: number[] = [];
  let skip = query.offset;
  for (const bucket of buckets(groups, query)) {
    const size = bucket.reduce((sum, { n }) => sum + n, 0);
    if (skip >= size) {
      skip -= size;
      continue;
    }
    ids.push(...bucketIds(db, cube, query, bucket, { size, offset: skip, limit: query.limit - ids.length, walkFrom }));
    skip = 0;
    if (ids.length >= query.limit) break;
  }
  return { total, ids };
}

/** Groups of equal sort value, in order. */
function buckets(groups: Group[], { sort, descending }: PageQuery): Group[][] {
  const order = orders[sort];
  if (!order) return groups.length === 0 ? [] : [groups];
  const result: Group[][] = [];
  for (const group of [...groups].sort((a, b) => (descending ? order(b, a) : order(a, b)))) {
    const bucket = result.at(-1);
    if (bucket && order(bucket[0]!, group) === 0) bucket.push(group);
    else result.push([group]);
  }
  return result;
}

function bucketIds(
  db: Db,
  cube: Cube,
  { hub, sort, descending }: PageQuery,
  bucket: Group[],
  { size, offset, limit, walkFrom }: { size: number; offset: number; limit: number; walkFrom: number },
): number[] {
  const { search, labels } = cube;
  const whole = bucket.length === cube.groups.length;
  const only = bucket.length === 1 ? 'and s.grp = ?' : 'and s.grp in (select value from json_each(?))';
  const inGroups = whole ? '' : only;
  const groupInput = whole ? [] : [bucket.length === 1 ? bucket[0]!.id : JSON.stringify(bucket.map(({ id }) => id))];
  const found = search === '' ? '' : 'and instr(s.name, ?) > 0';
  const bySince = sort === 'since';
  const down = descending && (sort === 'name' || bySince) ? 'desc' : 'asc';
  // A rare label is where to start; a common one is tested on the way along the order wanted, until the page is full.
  const byLabel = labels.length > 0 && labels[0]!.n < walkFrom;
  const order = bySince
    ? `order by s.since ${down}, s.name ${down}`
    : `order by ${byLabel ? 'l.spoke' : 's.name'} ${down}`;
  const walk = bySince ? 'spoke_by_since' : bucket.length === 1 && !whole ? 'spoke_by_group' : 'spoke_by_name';
  const index = size < walkFrom && !whole ? 'spoke_by_group' : walk;
  const from = byLabel ? labelSource(labels) : `spoke s indexed by ${index} where s.hub = ? ${labelTests(labels)}`;
  return db
    .prepare<unknown[], number>(`select s.id from ${from} ${inGroups} ${found} ${order} limit ? offset ?`)
    .pluck()
    .all(...labelInput(hub, labels), ...groupInput, ...(search === '' ? [] : [search]), limit, offset);
}
