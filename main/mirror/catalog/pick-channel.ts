import { fault } from '../../../shared/fault.ts';
import type { PackageFacts } from './catalog-index.ts';
import { channelShape, chooseEntries } from './channel-graph.ts';
import type { ChannelEntry } from './facts.ts';
import { nearest } from './nearest.ts';
import { type Test, versionOf } from './version-range.ts';

/** `a, b and 3 more`. */
export const listed = (names: readonly string[], shown = 5): string =>
  names.length <= shown ? names.join(', ') : `${names.slice(0, shown).join(', ')} and ${names.length - shown} more`;

/** The entries of a channel, or the fault catalog.unknownChannel with what is there. */
export function channelOf(owner: PackageFacts, channel: string, field: string): ChannelEntry[] {
  const found = owner.channels.get(channel);
  if (found) return found;
  const known = [...owner.channels.keys()].sort();
  const near = nearest(channel, known);
  throw fault(
    'catalog.unknownChannel',
    `Package ${owner.name} has no channel "${channel}"; it has ${listed(known, 12) || 'none'}.`,
    near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Name one of its channels.',
    { field, about: known },
  );
}

/** The one head of a whole channel. Fault: catalog.headLost where the catalog's channel itself has none or several. */
export function headOf(owner: PackageFacts, channel: string, field: string): string {
  const { heads } = channelShape(channelOf(owner, channel, field));
  const [head] = heads;
  if (heads.length === 1 && head !== undefined) return head;
  const what = heads.length === 0 ? 'no head' : `${heads.length} heads (${listed(heads)})`;
  throw fault(
    'catalog.headLost',
    `Channel ${channel} of package ${owner.name} has ${what} in the catalog itself.`,
    'Name another channel, or give a range that holds one of them only.',
    { field, about: heads },
  );
}

export interface ChannelPick {
  entries: Set<string>;
  warnings: string[];
}

/**
 * The entries of a channel whose versions pass. Faults: catalog.noVersion when none does; catalog.headLost when what is left is not
 * one chain with one head, naming the heads or the entries nothing leads to; catalog.circle when entries replace each other.
 */
export function pickRange(owner: PackageFacts, channel: string, test: Test, words: string, field: string): ChannelPick {
  const all = channelOf(owner, channel, field);
  const versions = new Map(all.map(({ name }) => [name, versionOf(owner.bundles.get(name)?.version ?? '')]));
  const wanted = new Set([...versions].flatMap(([name, version]) => (version && test(version) ? [name] : [])));
  const place = `Channel ${channel} of package ${owner.name}`;
  if (wanted.size === 0) {
    const there = [...versions.values()].flatMap((version) => (version ? [version] : []));
    const known = there.sort((a, b) => b.compare(a)).map((version) => version.version);
    throw fault(
      'catalog.noVersion',
      `${place} holds no version ${words}; it holds ${listed(known, 8) || 'none that can be read'}.`,
      'Correct the range.',
      { field, about: known },
    );
  }
  const { entries, bridged, shape } = chooseEntries(all, wanted);
  if (!shape.sound) throw headLost(owner, channel, words, all, new Set(entries.map(({ name }) => name)), field);
  const warnings =
    bridged.length > 0 ? [`${place}: ${listed(bridged)} taken too, so that its upgrades stay one chain.`] : [];
  return { entries: new Set(entries.map(({ name }) => name)), warnings };
}

function headLost(
  owner: PackageFacts,
  channel: string,
  words: string,
  all: readonly ChannelEntry[],
  chosen: ReadonlySet<string>,
  field: string,
) {
  const { heads, stranded, circle } = channelShape(all.filter(({ name }) => chosen.has(name)));
  const whole = channelShape(all);
  if (circle.length > 0) throw goesRound(owner, channel, words, circle, field);
  const left = all.map(({ name }) => name).filter((name) => !chosen.has(name));
  const what =
    heads.length === 1
      ? `nothing would lead from its head ${heads[0]} to ${listed(stranded)}`
      : heads.length === 0
        ? 'it would have no head, as its entries replace each other in a circle'
        : `it would have ${heads.length} heads: ${listed(heads)}`;
  return fault(
    'catalog.headLost',
    `With versions ${words}, channel ${channel} of package ${owner.name} would be broken: ${what}. Its own head is ${listed(whole.heads)}; left out: ${listed(left)}.`,
    `Widen the range so that it reaches ${listed(whole.heads)}, or narrow it to one of ${listed(heads.length > 1 ? heads : [...heads, ...stranded])}.`,
    { field, about: [...heads, ...stranded] },
  );
}

/** opm refuses a catalog with such a channel, and with it everything else in the catalog (model.go, validateReplacesChain). */
const goesRound = (owner: PackageFacts, channel: string, words: string, circle: readonly string[], field: string) =>
  fault(
    'catalog.circle',
    `With versions ${words}, channel ${channel} of package ${owner.name} would go round in a circle: ${[...circle, circle[0]].join(' replaces ')}.`,
    'Narrow the range to versions above these, or take the head alone by giving no range; and tell whoever publishes the catalog.',
    { field, about: [...circle] },
  );
