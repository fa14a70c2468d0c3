import type { ChannelEntry } from './facts.ts';

/** What is wrong with a set of entries as a channel of its own; `heads` is the one head when nothing is. */
export interface ChannelShape {
  heads: string[];
  /** Entries that no upgrade from the head down reaches. */
  stranded: string[];
  /** Entries that replace each other below the head, in order; the first replaces the second, the last the first. */
  circle: string[];
  sound: boolean;
}

/**
 * The shape that opm will see (operator-registry alpha/model/model.go): the head is what no entry replaces or skips, and the
 * chain of `replaces` from it must reach every entry that is not skipped, and must not come back to itself.
 */
export function channelShape(entries: readonly ChannelEntry[]): ChannelShape {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const skipped = new Set(entries.flatMap(({ skips }) => skips));
  const below = new Set([...skipped, ...entries.map(({ replaces }) => replaces)]);
  const heads = [...byName.keys()].filter((name) => !below.has(name)).sort();
  const reached = new Set<string>();
  let circle: string[] = [];
  for (let at = byName.get(heads[0] ?? ''); at && circle.length === 0; at = byName.get(at.replaces)) {
    reached.add(at.name);
    if (skipped.has(at.replaces)) break;
    if (reached.has(at.replaces)) circle = [...reached].slice([...reached].indexOf(at.replaces));
  }
  const stranded =
    heads.length === 1 ? [...byName.keys()].filter((name) => !reached.has(name) && !skipped.has(name)) : [];
  const sound = heads.length === 1 && stranded.length === 0 && circle.length === 0;
  return { heads, stranded: stranded.sort(), circle, sound };
}

/**
 * The entries chosen of a channel. Where they alone would not be one chain, the entries between them on the channel's own chain
 * of `replaces` are added (`bridged`); more is never added.
 */
export function chooseEntries(
  all: readonly ChannelEntry[],
  wanted: ReadonlySet<string>,
): { entries: ChannelEntry[]; bridged: string[]; shape: ChannelShape } {
  const pick = (names: ReadonlySet<string>) => all.filter(({ name }) => names.has(name));
  const direct = pick(wanted);
  const shape = channelShape(direct);
  if (shape.sound || direct.length === 0) return { entries: direct, bridged: [], shape };
  const byName = new Map(all.map((entry) => [entry.name, entry]));
  const between = new Set<string>();
  for (const entry of direct) {
    const path: string[] = [];
    let at = byName.get(entry.replaces);
    while (at && !wanted.has(at.name) && !path.includes(at.name)) {
      path.push(at.name);
      at = byName.get(at.replaces);
    }
    if (at && wanted.has(at.name)) for (const name of path) between.add(name);
  }
  const entries = pick(new Set([...wanted, ...between]));
  return { entries, bridged: [...between].sort(), shape: channelShape(entries) };
}
