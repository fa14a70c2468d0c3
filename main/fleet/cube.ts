import type { Availability, FleetFilter, LoadState, SpokeRow } from '../../shared/contract/fleet.ts';
import type { Db } from '../store/open.ts';
import { splitKernels } from '../store/spokes.ts';

/** Spokes that agree in everything a facet shows; `n` of them, counted under search and label values. */
export interface Group {
  id: number;
  availability: Availability;
  operative: number;
  openshift: string;
  openshift_sort: string;
  kernels: string;
  kmm: SpokeRow['kmm'];
  load: LoadState;
  loads: string;
  label_keys: string;
  claims_cut: number;
  n: number;
}

/** A label that must have a value: the part of the filter that groups do not know. */
export interface LabelValue {
  key: string;
  value: string;
}

/** A label with the number of spokes that carry it. */
export interface CountedLabel extends LabelValue {
  n: number;
}

export const labelValues = (filter: FleetFilter): LabelValue[] =>
  filter.labels
    .filter((label) => label.includes('='))
    .map((label) => ({ key: label.slice(0, label.indexOf('=')), value: label.slice(label.indexOf('=') + 1) }));

/** The fleet in groups: a few hundred rows stand for 100,000 spokes. */
export interface Cube {
  groups: Group[];
  /** Lower-case search text, '' for none. */
  search: string;
  /** Label values that really narrow the fleet, rarest first. */
  labels: CountedLabel[];
}

/**
 * Reads the groups of a hub under the search text and the label values of a filter. The rest of the filter needs no SQL:
 * see `holds`.
 */
export function createCubeReader(db: Db): (hub: string, filter: FleetFilter) => Cube {
  const all = db.prepare<[string], Group>('select * from spoke_group where hub = ? and n > 0');
  const searched = db.prepare<[string, string], { grp: number; n: number }>(
    'select grp, count(*) n from spoke indexed by spoke_by_group where hub = ? and instr(name, ?) > 0 group by grp',
  );
  const labelled = db
    .prepare<[string, string, string], number>(
      'select count(*) from spoke_label where hub = ? and key = ? and value = ?',
    )
    .pluck();
  const changes = db.prepare<[], number>('select total_changes()').pluck();
  // One entry: the page and the facets of one window ask the same in the same moment.
  let last: { key: string; cube: Cube } | undefined;

  function read(hub: string, filter: FleetFilter): Cube {
    const groups = all.all(hub);
    const search = filter.search.trim().toLowerCase();
    const total = groups.reduce((sum, { n }) => sum + n, 0);
    const labels = labelValues(filter)
      .map((label) => ({ ...label, n: labelled.get(hub, label.key, label.value) ?? 0 }))
      // What every spoke carries narrows nothing.
      .filter(({ n }) => n < total)
      .sort((a, b) => a.n - b.n);
    if (search === '' && labels.length === 0) return { groups, search, labels };
    const counted =
      labels.length === 0
        ? searched.all(hub, search)
        : db
            .prepare<unknown[], { grp: number; n: number }>(
              `select s.grp, count(*) n from ${labelSource(labels)} and instr(s.name, ?) > 0 group by s.grp`,
            )
            .all(...labelInput(hub, labels), search);
    const n = new Map(counted.map((row) => [row.grp, row.n]));
    return {
      groups: groups.filter(({ id }) => n.has(id)).map((group) => ({ ...group, n: n.get(group.id)! })),
      search,
      labels,
    };
  }

  return (hub, filter) => {
    const key = JSON.stringify([hub, filter.search, filter.labels, changes.get()]);
    if (last?.key !== key) last = { key, cube: read(hub, filter) };
    return last.cube;
  };
}

/** `and exists …` for each label on spokes `s`; input is key and value of each. */
export const labelTests = (labels: readonly LabelValue[]): string =>
  labels
    .map(
      () =>
        'and exists (select 1 from spoke_label m where m.hub = s.hub and m.key = ? and m.value = ? and m.spoke = s.name)',
    )
    .join(' ');

/** `from` and `where` of spokes `s` that carry all labels, driven by the first, in the order of their names. */
export const labelSource = (labels: readonly LabelValue[]): string =>
  `spoke_label l cross join spoke s indexed by spoke_by_name
   where l.hub = ? and l.key = ? and l.value = ? and s.hub = l.hub and s.name = l.spoke ${labelTests(labels.slice(1))}`;
export const labelInput = (hub: string, labels: readonly LabelValue[]): string[] => [
  hub,
  ...labels.flatMap(({ key, value }) => [key, value]),
];

const has = <T>(wanted: readonly T[], value: T) => wanted.length === 0 || wanted.includes(value);

/** `module → state` of a group; modules that do not target its spokes are not in it. */
export const statesOf = (group: Group): Map<string, LoadState> =>
  new Map(
    group.loads === ''
      ? []
      : group.loads.split(',').map((part) => {
          const at = part.lastIndexOf(':');
          return [part.slice(0, at), part.slice(at + 1) as LoadState];
        }),
  );

/** States the load facet counts a group under: of the filter's module, else of any module; `none` when there is none. */
export function loadsOf(group: Group, module: string): LoadState[] {
  const states = statesOf(group);
  if (module !== '') return [states.get(module) ?? 'none'];
  return states.size === 0 ? ['none'] : [...new Set(states.values())];
}

/** Why the spokes of a group have no kernel claim; undefined where they have one. */
export const noClaimOf = ({ kernels, claims_cut, kmm }: Pick<Group, 'kernels' | 'claims_cut' | 'kmm'>) =>
  kernels !== '' ? undefined : claims_cut === 1 ? 'cut' : kmm === 'installed' ? 'silent' : 'noKmm';

/** Kernels of a group; [''] stands for "no claim seen". */
export const kernelsOf = (group: Group): string[] => (group.kernels === '' ? [''] : splitKernels(group.kernels));

export type Facet = 'availability' | 'openshift' | 'kernel' | 'load' | 'labels';

/** Whether a group passes the filter; `except` leaves one facet's own condition out. */
export function holds(group: Group, filter: FleetFilter, except?: Facet): boolean {
  const keys = filter.labels.filter((label) => !label.includes('='));
  return (
    (except === 'availability' || has(filter.availability, group.availability)) &&
    (except === 'openshift' || has(filter.openshift, group.openshift)) &&
    (except === 'kernel' ||
      filter.kernel.length === 0 ||
      kernelsOf(group).some((one) => filter.kernel.includes(one))) &&
    (except === 'load' || holdsLoad(group, filter)) &&
    (filter.claim.length === 0 || filter.claim.some((one) => one === noClaimOf(group))) &&
    (filter.operative === undefined || filter.operative === (group.operative === 1)) &&
    (keys.length === 0 || keys.every((key) => group.label_keys.split('\n').includes(key)))
  );
}

function holdsLoad(group: Group, { load, module }: FleetFilter): boolean {
  // A module alone asks for the spokes that it targets.
  if (load.length === 0) return module === '' || statesOf(group).has(module);
  return loadsOf(group, module).some((state) => load.includes(state));
}
