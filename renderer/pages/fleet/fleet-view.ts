import type { z } from 'zod';
import { Availability, type FleetFilter, FleetSort, LoadState, NoClaim } from '../../../shared/contract/fleet.ts';
import type { Input } from '../../../shared/contract.ts';

/** What the fleet table shows, as its link says it. */
export interface FleetView {
  filter: FleetFilter;
  sort: z.infer<typeof FleetSort>;
  descending: boolean;
}

const list = (text: string | undefined) => (text ? text.split(',').filter((value) => value !== '') : []);
/** Words that the contract does not know (an old link) are dropped, not refused. */
const known = <T extends string>(words: z.ZodEnum<{ [K in T]: K }>, text: string | undefined): T[] =>
  list(text).filter((word): word is T => words.safeParse(word).success);

/** Reads a view from a link's query. */
export function viewOf(query: Record<string, string>): FleetView {
  const sort = FleetSort.safeParse(query.sort);
  return {
    filter: {
      search: query.search ?? '',
      availability: known(Availability, query.availability),
      openshift: list(query.openshift),
      kernel: list(query.kernel),
      load: known(LoadState, query.load),
      module: query.module ?? '',
      labels: list(query.labels),
      claim: known(NoClaim, query.claim),
      ...(query.operative === 'yes' && { operative: true }),
      ...(query.operative === 'no' && { operative: false }),
    },
    sort: sort.success ? sort.data : 'name',
    descending: query.desc === '1',
  };
}

/** The query of a view: what is not set is '', so that it leaves the link. */
export function queryOf({ filter, sort, descending }: FleetView): Record<string, string> {
  return {
    search: filter.search,
    availability: filter.availability.join(','),
    openshift: filter.openshift.join(','),
    kernel: filter.kernel.join(','),
    load: filter.load.join(','),
    module: filter.module,
    labels: filter.labels.join(','),
    claim: filter.claim.join(','),
    operative: filter.operative === undefined ? '' : filter.operative ? 'yes' : 'no',
    sort: sort === 'name' ? '' : sort,
    desc: descending ? '1' : '',
  };
}

export interface Chip {
  group: string;
  text: string;
  without: FleetFilter;
}

/** Each active condition of a filter with the filter that is left when it is taken away. */
export function chipsOf(filter: FleetFilter, word: (group: string, value: string) => string): Chip[] {
  const lists = ['availability', 'openshift', 'kernel', 'load', 'labels', 'claim'] as const;
  const titles = {
    availability: 'Availability',
    openshift: 'OpenShift',
    kernel: 'Kernel',
    load: 'Module state',
    labels: 'Label',
    claim: 'No kernel claim',
  };
  const chips: Chip[] = lists.flatMap((group) =>
    (filter[group] as string[]).map((value) => ({
      group: titles[group],
      text: word(group, value),
      without: { ...filter, [group]: (filter[group] as string[]).filter((other) => other !== value) },
    })),
  );
  if (filter.module) chips.push({ group: 'Module', text: filter.module, without: { ...filter, module: '' } });
  if (filter.operative !== undefined) {
    const { operative, ...without } = filter;
    chips.push({ group: 'Operative', text: operative ? 'yes' : 'no', without });
  }
  return chips;
}

/** The view as the calls take it. */
export const asInput = (hub: string, view: FleetView): Input<'fleet.page'> => ({ hub, ...view });
