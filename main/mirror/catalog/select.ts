import type { output } from 'zod';
import type { CatalogPackage, CatalogSet } from '../../../shared/contract/image-set.ts';
import { fault, toFault } from '../../../shared/fault.ts';
import type { CatalogIndex, PackageFacts } from './catalog-index.ts';
import { nearest } from './nearest.ts';
import { channelOf, headOf, listed, pickRange } from './pick-channel.ts';
import type { Picked, Picks } from './selection.ts';
import { betweenVersions } from './version-range.ts';

type Wanted = output<typeof CatalogPackage>;

/**
 * What a set wants of a catalog, before dependencies. Without packages: the head of every package's default channel; a package that
 * has none is a warning there. Fields in faults are relative to the catalog of the set (`packages.0.channels.1.from`).
 * Faults: catalog.unknownPackage, .unknownChannel, .range, .noVersion, .headLost, .defaultLost, .twice.
 */
export function pickWanted(index: CatalogIndex, set: output<typeof CatalogSet>): { picks: Picks; warnings: string[] } {
  const picks: Picks = new Map();
  const warnings: string[] = [];
  if (set.packages.length === 0) {
    for (const owner of [...index.packages.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      try {
        const head = headOf(owner, defaultOf(owner, 'packages'), 'packages');
        picks.set(owner.name, picked(owner.defaultChannel, [[owner.defaultChannel, new Set([head])]]));
      } catch (error) {
        warnings.push(`Package ${owner.name} is left out: ${toFault(error).message}`);
      }
    }
    return { picks, warnings };
  }
  for (const [at, wanted] of set.packages.entries()) {
    const field = `packages.${at}`;
    const owner = index.packages.get(wanted.name);
    if (!owner) throw unknownPackage(index, wanted.name, `${field}.name`);
    if (picks.has(owner.name)) throw twice(`Package ${owner.name}`, `${field}.name`);
    picks.set(owner.name, pickPackage(owner, wanted, field, warnings));
  }
  return { picks, warnings };
}

const picked = (defaultChannel: string, channels: [string, Set<string>][]): Picked => ({
  defaultChannel,
  channels: new Map(channels),
});

function pickPackage(owner: PackageFacts, wanted: Wanted, field: string, warnings: string[]): Picked {
  if (wanted.channels.length > 0 && (wanted.from || wanted.to)) {
    throw fault(
      'catalog.range',
      `Package ${owner.name} has a range and channels: a range of the package is one over its default channel.`,
      'Give the range to a channel, or leave the channels away.',
      { field: `${field}.${wanted.from ? 'from' : 'to'}` },
    );
  }
  const asked =
    wanted.channels.length > 0
      ? wanted.channels.map((channel, at) => ({ ...channel, field: `${field}.channels.${at}` }))
      : [{ name: wanted.defaultChannel ?? defaultOf(owner, field), from: wanted.from, to: wanted.to, field }];
  const channels: [string, Set<string>][] = asked.map(({ name, from, to, field: place }, at) => {
    if (asked.findIndex((one) => one.name === name) !== at)
      throw twice(`Channel ${name} of ${owner.name}`, `${place}.name`);
    if (!from && !to) return [name, new Set([headOf(owner, name, `${place}.name`)])];
    const words = [from && `from ${from}`, to && `to ${to}`].filter(Boolean).join(' ');
    const pick = pickRange(owner, name, betweenVersions(from, to, place), words, place);
    warnings.push(...pick.warnings);
    return [name, pick.entries];
  });
  const names = channels.map(([name]) => name);
  return picked(chooseDefault(owner, wanted, names, field, warnings), channels);
}

/** A filtered package must have its default channel in it, or it is no valid catalog. */
function chooseDefault(
  owner: PackageFacts,
  { defaultChannel }: Wanted,
  channels: readonly string[],
  field: string,
  warnings: string[],
): string {
  if (defaultChannel !== undefined) {
    channelOf(owner, defaultChannel, `${field}.defaultChannel`);
    if (channels.includes(defaultChannel)) return defaultChannel;
  } else {
    if (channels.includes(owner.defaultChannel)) return owner.defaultChannel;
    const [only] = channels;
    if (channels.length === 1 && only !== undefined) {
      warnings.push(
        `Package ${owner.name}: ${only} becomes its default channel, as ${owner.defaultChannel} is not taken.`,
      );
      return only;
    }
  }
  throw fault(
    'catalog.defaultLost',
    `The default channel of package ${owner.name}, ${defaultChannel ?? owner.defaultChannel}, is not among the channels taken: ${listed(channels)}.`,
    `Take it too, or set defaultChannel to one of ${listed(channels)}.`,
    { field: `${field}.defaultChannel`, about: [...channels] },
  );
}

function defaultOf(owner: PackageFacts, field: string): string {
  if (owner.defaultChannel && owner.channels.has(owner.defaultChannel)) return owner.defaultChannel;
  throw fault(
    'catalog.defaultLost',
    `Package ${owner.name} names ${owner.defaultChannel || 'no'} default channel, which the catalog does not hold.`,
    `Name a channel: ${listed([...owner.channels.keys()].sort(), 12) || 'it has none'}.`,
    { field },
  );
}

const twice = (what: string, field: string) =>
  fault('catalog.twice', `${what} is named twice.`, 'Name it once, with all that is wanted of it.', { field });

function unknownPackage(index: CatalogIndex, name: string, field: string) {
  const near = nearest(name, index.packages.keys());
  return fault(
    'catalog.unknownPackage',
    `The catalog has no package "${name}" among its ${index.packages.size}.`,
    near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Look at its packages, or take another catalog.',
    { field, about: near },
  );
}
