import type { CatalogIndex, PackageFacts } from './catalog-index.ts';
import { channelShape, chooseEntries } from './channel-graph.ts';
import { type BundleFacts, type Requirement, requirementWords } from './facts.ts';
import type { Picks } from './selection.ts';
import { olmRange, versionOf } from './version-range.ts';

/**
 * Adds to `picks` what the bundles in it require of this catalog (olm.package.required, olm.gvk.required, olm.constraint without cel and
 * not; one bundle must give all of an `all`, as OLM's resolver and-s its predicates over one entry: resolver.go convertConstraints), and what those require in turn: as little as possible, a channel's head before an older bundle. Returns words on what was added and on
 * what no bundle of the catalog gives, each naming the bundle that asks.
 */
export function addDependencies(index: CatalogIndex, picks: Picks): string[] {
  const words: string[] = [];
  const state: State = { index, picks, queue: chosenBundles(index, picks), words };
  for (let bundle = state.queue.shift(); bundle; bundle = state.queue.shift()) {
    for (const requirement of bundle.requires) {
      const missing = satisfy(state, bundle, requirement);
      if (missing) words.push(`${bundle.name} requires ${missing}; the cluster must have it from elsewhere.`);
    }
  }
  return [...new Set(words)];
}

interface State {
  index: CatalogIndex;
  picks: Picks;
  queue: BundleFacts[];
  words: string[];
}

function chosenBundles(index: CatalogIndex, picks: Picks): BundleFacts[] {
  return [...picks]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, { channels }]) => {
      const owner = index.packages.get(name);
      const names = [...new Set([...channels.values()].flatMap((entries) => [...entries]))].sort();
      return names.flatMap((bundle) => owner?.bundles.get(bundle) ?? []);
    });
}

/** Undefined when it is satisfied now, else what is missing. */
function satisfy(state: State, asker: BundleFacts, requirement: Requirement): string | undefined {
  if (requirement.kind === 'other') return `${requirement.words}, which is not followed here`;
  if (requirement.kind === 'all') {
    const { known, others } = parted(requirement.of);
    const missing = [
      known.length > 0 ? find(state, asker, known.length === 1 ? known[0]! : { kind: 'all', of: known }) : undefined,
      ...others.map((words) => `${words}, which is not followed here`),
    ];
    return missing.filter((one) => one !== undefined).join(' and ') || undefined;
  }
  if (requirement.kind === 'any') {
    if (requirement.of.some((one) => isMet(state, one))) return undefined;
    for (const one of requirement.of) if (satisfy(state, asker, one) === undefined) return undefined;
    return `${requirementWords(requirement)}, none of which this catalog can give`;
  }
  return find(state, asker, requirement);
}

/** What of an `all` can be followed, those inside it included, and words for the rest. */
function parted(of: readonly Requirement[]): { known: Requirement[]; others: string[] } {
  const flat = of.flatMap((one): Requirement[] => (one.kind === 'all' ? one.of : [one]));
  if (flat.some(({ kind }) => kind === 'all')) return parted(flat);
  const others = flat.flatMap((one) => (one.kind === 'other' ? [one.words] : []));
  return { known: flat.filter(({ kind }) => kind !== 'other'), others };
}

/** The first package in it whose range can't be read: OLM gives the whole constraint up then. */
function unreadable(requirement: Requirement): Requirement | undefined {
  if (requirement.kind === 'package') return olmRange(requirement.range) ? undefined : requirement;
  if (requirement.kind !== 'all' && requirement.kind !== 'any') return undefined;
  return requirement.of.map(unreadable).find((one) => one !== undefined);
}

/** Has one bundle that gives it taken; undefined when there is one, else what is missing. */
function find(state: State, asker: BundleFacts, requirement: Requirement): string | undefined {
  if (isMet(state, requirement)) return undefined;
  const bad = unreadable(requirement);
  if (bad) return `${requirementWords(bad)}, a range that can't be read`;
  const owners = candidates(state, requirement);
  for (const owner of owners) {
    if (!take(state, owner, (bundle) => gives(bundle, requirement))) continue;
    const others = owners.filter((one) => one !== owner).map(({ name }) => name);
    const choice = others.length > 0 ? ` (chosen before ${others.join(', ')})` : '';
    state.words.push(
      `Package ${owner.name} comes too${choice}: ${asker.name} requires ${requirementWords(requirement)}.`,
    );
    return undefined;
  }
  const lacking =
    requirement.kind === 'all' ? 'which no one bundle of this catalog gives' : 'which this catalog does not have';
  return `${requirementWords(requirement)}, ${lacking}`;
}

function gives(bundle: BundleFacts, requirement: Requirement): boolean {
  if (requirement.kind === 'gvk') return bundle.provides.includes(requirement.gvk);
  if (requirement.kind === 'all') return requirement.of.every((one) => gives(bundle, one));
  if (requirement.kind === 'any') return requirement.of.some((one) => gives(bundle, one));
  if (requirement.kind !== 'package' || bundle.package !== requirement.name) return false;
  const version = versionOf(bundle.version);
  return version !== undefined && (olmRange(requirement.range)?.(version) ?? false);
}

function isMet(state: State, requirement: Requirement): boolean {
  return chosenBundles(state.index, state.picks).some((bundle) => gives(bundle, requirement));
}

/** Packages that may give it, the ones already taken first, then by name. */
function candidates({ index, picks }: State, requirement: Requirement): PackageFacts[] {
  const able = (owner: PackageFacts) => [...owner.bundles.values()].some((bundle) => gives(bundle, requirement));
  return [...index.packages.values()]
    .filter(able)
    .sort((a, b) => Number(picks.has(b.name)) - Number(picks.has(a.name)) || (a.name < b.name ? -1 : 1));
}

/** Takes one bundle of a package that passes; false when none can be taken without breaking its channel. */
function take({ picks, queue }: State, owner: PackageFacts, passes: (bundle: BundleFacts) => boolean): boolean {
  const have = picks.get(owner.name);
  const rank = (channel: string) => (have?.channels.has(channel) ? 0 : channel === owner.defaultChannel ? 1 : 2);
  const channels = [...owner.channels.keys()].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const options = channels.flatMap((channel) => {
    const entries = owner.channels.get(channel) ?? [];
    const { heads } = channelShape(entries);
    const able = entries.flatMap(({ name }) => owner.bundles.get(name) ?? []).filter(passes);
    const isHead = (bundle: BundleFacts) => heads.length === 1 && heads[0] === bundle.name;
    return able
      .sort((a, b) => versionOf(b.version)?.compare(versionOf(a.version) ?? '0.0.0') ?? 0)
      .map((bundle) => ({ channel, entries, bundle, head: isHead(bundle) }));
  });
  // The head of any channel is better than an older bundle: it is what the catalog's owner would install today.
  for (const { channel, entries, bundle } of options.sort((a, b) => Number(b.head) - Number(a.head))) {
    const before = have?.channels.get(channel) ?? new Set<string>();
    const chosen = chooseEntries(entries, new Set([...before, bundle.name]));
    if (!chosen.shape.sound) continue;
    const pick = have ?? { defaultChannel: channel, channels: new Map<string, Set<string>>() };
    pick.channels.set(channel, new Set(chosen.entries.map(({ name }) => name)));
    picks.set(owner.name, pick);
    for (const { name } of chosen.entries) {
      const added = owner.bundles.get(name);
      if (added && !before.has(name)) queue.push(added);
    }
    return true;
  }
  return false;
}
