import { parse } from 'yaml';
import type { ObjectDiff } from '../../../shared/contract/common.ts';
import { toFault } from '../../../shared/fault.ts';
import type { KubeObject } from '../../../shared/kube.ts';
import { at, list, text } from '../../install/names.ts';
import { resources } from '../../kube/resources.ts';
import type { KubeClient } from '../../kube/types.ts';
import { changesBetween } from './carried.ts';
import { mirrorLabel, siteLabel, siteSlug } from './names.ts';
import type { Change } from './restarts.ts';
import type { ResourceSpoke } from './spokes.ts';

/** Whether a change of a Placement, or of the sets it sees, brings its policy to spokes that did not have it. */
export function reachesMore({ kind, change, before, after }: ObjectDiff, spokes: readonly ResourceSpoke[]): boolean {
  if (change !== 'create' && change !== 'update') return false;
  if (kind === 'ManagedClusterSetBinding' || kind === 'PlacementBinding') return true;
  if (kind !== 'Placement') return false;
  const [old, next] = [before === '' ? undefined : parse(before), parse(after)];
  return spokes.some(({ labels }) => selects(next, labels) && !(old !== undefined && selects(old, labels)));
}

/** Whether a Placement of ours (policyObjects) takes a spoke with these labels. */
function selects(placement: unknown, labels: Readonly<Record<string, string>>): boolean {
  const selector = at(placement, 'spec', 'predicates', 0, 'requiredClusterSelector', 'labelSelector');
  const named = Object.entries(Object(at(selector, 'matchLabels')) as Record<string, unknown>);
  return (
    named.every(([key, value]) => labels[key] === value) &&
    list(at(selector, 'matchExpressions')).every((each) => {
      const isIn = list(at(each, 'values')).includes(labels[text(at(each, 'key'))]);
      return at(each, 'operator') === 'In' ? isIn : !isIn;
    })
  );
}

/** What works do to their spokes that were not tried by dry run: their own are read in pages, and compared. */
export async function changesOfWorks(client: KubeClient, works: readonly KubeObject[]): Promise<Change[]> {
  if (works.length === 0) return [];
  const wanted = new Map(works.map((work) => [`${work.metadata.namespace}/${work.metadata.name}`, work]));
  const changes: Change[] = [];
  try {
    for await (const { items } of client.list(resources.ManifestWork, { labelSelector: `${mirrorLabel}=true` })) {
      for (const live of items) {
        const key = `${live.metadata.namespace}/${live.metadata.name}`;
        const next = wanted.get(key);
        if (next) changes.push(...changesBetween(live, next));
        wanted.delete(key);
      }
    }
  } catch (error) {
    // What may not be read counts as new: better a warning too many.
    if (toFault(error).code !== 'kube.forbidden') throw error;
  }
  return [...changes, ...[...wanted.values()].flatMap((work) => changesBetween(undefined, work))];
}

/**
 * Words on policies and works of ours that stand on the hub and would not be made now: they go on with what they say, against what is made
 * now, which restarts nodes again and again. And on a policy that is for other spokes than before, and leaves those it was for.
 */
export async function standing(
  client: KubeClient,
  namespace: string,
  made: readonly KubeObject[],
  spokes: readonly ResourceSpoke[],
  address: string,
): Promise<string[]> {
  const known = new Map(made.map((object) => [keyOf(object), object]));
  const goesOn = 'from earlier and goes on with what it says, against what is made now; delete it before.';
  const words: string[] = [];
  const placements = await ours(client, 'Placement', namespace);
  for (const live of await ours(client, 'Policy', namespace)) {
    const { name = '', labels } = live.metadata;
    if (known.has(keyOf(live))) continue;
    const site = labels?.[siteLabel];
    if (site === undefined || site === siteSlug(address))
      words.push(`Policy ${name} in ${namespace} is there ${goesOn}`);
    else words.push(...overlap(name, placements, spokes));
  }
  for (const live of placements) {
    const next = known.get(keyOf(live));
    const [before, after] = [selectorText(live), selectorText(next)];
    if (!next || before === after) continue;
    words.push(
      `Policy ${live.metadata.name} was for ${before} and will be for ${after}: other spokes keep what they have, but nothing keeps it there.`,
    );
  }
  const chosen = new Set(spokes.map(({ name }) => name));
  const works = (await ours(client, 'ManifestWork')).filter(
    (live) => chosen.has(live.metadata.namespace ?? '') && !known.has(keyOf(live)),
  );
  const [first] = works;
  if (first) {
    const { name, namespace: spoke } = first.metadata;
    words.push(`ManifestWork ${name} of ${works.length} spokes (first ${spoke}) is there ${goesOn}`);
  }
  return words;
}

/** A policy of another site: its spokes have that registry, and these are to have this one. */
function overlap(name: string, placements: readonly KubeObject[], spokes: readonly ResourceSpoke[]): string[] {
  const placement = placements.find((each) => each.metadata.name === name);
  const both = placement ? spokes.filter(({ labels }) => selects(placement, labels)) : [];
  const [first] = both;
  if (!first) return [];
  const which = `${both.length} of these spokes (first ${first.name})`;
  return [
    `Policy ${name} of another site reaches ${which}, too: each would undo what the other does. Choose by labels that tell the sites apart, or delete that policy before.`,
  ];
}

const keyOf = ({ kind, metadata: { name, namespace } }: Pick<KubeObject, 'kind' | 'metadata'>): string =>
  `${kind} ${namespace}/${name}`;

/** Heads of objects with our label; none where the kind is not served, or may not be listed: that is no reason to keep the rest back. */
async function ours(
  client: KubeClient,
  kind: 'Policy' | 'Placement' | 'ManifestWork',
  namespace?: string,
): Promise<KubeObject[]> {
  const found: KubeObject[] = [];
  const options = { labelSelector: `${mirrorLabel}=true`, ...(namespace !== undefined && { namespace }) };
  try {
    if (!(await client.served(resources[kind]))) return [];
    for await (const { items } of client.list(resources[kind], options)) {
      for (const { apiVersion, metadata, spec } of items)
        found.push({ apiVersion, kind, metadata, ...(kind === 'Placement' && { spec }) });
    }
  } catch (error) {
    if (toFault(error).code !== 'kube.forbidden') throw error;
  }
  return found;
}

/** Which labels a Placement asks for, in words. */
function selectorText(placement: unknown): string {
  const labels = at(placement, 'spec', 'predicates', 0, 'requiredClusterSelector', 'labelSelector', 'matchLabels');
  const pairs = Object.entries(Object(labels) as Record<string, unknown>).map(([key, value]) => `${key}=${value}`);
  return pairs.length > 0 ? `spokes with ${pairs.sort().join(', ')}` : 'all spokes';
}
