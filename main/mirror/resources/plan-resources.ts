import { fault } from '../../../shared/fault.ts';
import type { KubeObject } from '../../../shared/kube.ts';
import { countText } from '../../../shared/rules/amount-text.ts';
import { type Dried, dryRun } from '../../install/dry-run.ts';
import { at, list, text } from '../../install/names.ts';
import { policyGround } from '../../install/policy-shape.ts';
import { chooseWay } from '../../install/way.ts';
import { resources } from '../../kube/resources.ts';
import type { KubeClient, ResourceRef } from '../../kube/types.ts';
import { carriedChanges } from './carried.ts';
import { leftovers } from './leftovers.ts';
import { makeResources, yamlOf } from './make-resources.ts';
import { mirrorLabels, siteSlug } from './names.ts';
import { changesOfWorks, reachesMore, standing } from './placed.ts';
import { policyObjects } from './policy.ts';
import { type Change, mayRestart, restartWords } from './restarts.ts';
import { chooseSpokes, type Family, familiesOf, type ResourceSpoke } from './spokes.ts';
import { fitTrustedCa } from './trusted-ca-live.ts';
import type { Kind, SiteContent } from './types.ts';
import { mirrorWork } from './work.ts';

/** With many works only so many are tried and shown; all of a family say the same. The others are compared with what stands. */
const shownWorks = 20;
/** Namespace of our policies on the hub. */
const policyNamespace = 'kmm-bastion-mirror';

export interface ResourceRequest {
  where: 'hub' | 'spokes';
  way: 'policy' | 'work';
  /** Labels of ManagedClusters; empty = all. */
  spokeSelector: Readonly<Record<string, string>>;
  /** Empty = all; for spokes all but an UpdateService, which one cluster runs for many. */
  kinds: readonly Kind[];
}

export interface ResourceDeps {
  client: KubeClient;
  /** How many works are tried by dry run and shown; 20 when left out. */
  shownWorks?: number | undefined;
  /** Joined spokes of the hub's rows. */
  spokes: () => readonly ResourceSpoke[];
  /** ManagedClusterSets for a Placement to see them, as bindSets of main/install/way.ts says. */
  sets: () => Promise<{ sets: string[]; outside: number }>;
}

/** What an apply would send, and what the hub says to it. */
export interface PlannedResources {
  where: 'hub' | 'policy' | 'work';
  objects: KubeObject[];
  dried: Dried[];
  /** As deterministic as the objects; of works one for each family. */
  yaml: string;
  warnings: string[];
  /** What it does to nodes, in words; empty when nothing. */
  restarts: string;
  mayRestart: boolean;
}

/**
 * Makes the objects that point a hub, or spokes, at what lies at a site, and asks the hub by dry run what they would change.
 * Faults: mirror.noSpokes, .noWay, .nothing; those of the client. A refusal of the hub is in `dried`.
 */
export async function planResources(
  deps: ResourceDeps,
  site: SiteContent,
  request: ResourceRequest,
): Promise<PlannedResources> {
  const { whom, ...made } =
    request.where === 'hub' ? await forHub(deps.client, site, request) : await forSpokes(deps, site, request);
  const isWork = made.where === 'work';
  const most = isWork ? (deps.shownWorks ?? shownWorks) : made.objects.length;
  const dried: Dried[] = [];
  for (const object of made.objects.slice(0, most)) dried.push(await dryRun(deps.client, object));
  const rest = await changesOfWorks(deps.client, made.objects.slice(most));
  const changes = [...changesOf(made.where, dried, request.where === 'hub' ? [] : deps.spokes()), ...rest];
  return { ...made, dried, restarts: restartWords(changes, whom), mayRestart: mayRestart(changes) };
}

/** Only what really changes counts, and where it comes for the first time. */
function changesOf(where: Made['where'], dried: readonly Dried[], spokes: readonly ResourceSpoke[]): readonly Change[] {
  const diffs = dried.map(({ diff }) => diff);
  if (where === 'hub') return diffs;
  const more = diffs.filter((diff) => reachesMore(diff, spokes));
  const isMore = ({ name }: { name: string }) =>
    more.some((one) => one.kind === 'ManagedClusterSetBinding' || one.name === name);
  return diffs.flatMap((diff) => carriedChanges(diff, isMore(diff)));
}

type Made = Omit<PlannedResources, 'dried' | 'restarts' | 'mayRestart'> & {
  /** The clusters, in words. */
  whom: string;
};

const nothing = () =>
  fault(
    'mirror.nothing',
    'There is nothing at this site that a cluster could be pointed at.',
    'Push images to it first, or ask for other kinds.',
    { field: 'site' },
  );

const asked: readonly [string, string][] = [
  ['config.openshift.io/v1', 'ImageDigestMirrorSet'],
  ['config.openshift.io/v1', 'ImageTagMirrorSet'],
  ['config.openshift.io/v1', 'Image'],
  ['operator.openshift.io/v1alpha1', 'ImageContentSourcePolicy'],
  ['operators.coreos.com/v1alpha1', 'CatalogSource'],
  ['olm.operatorframework.io/v1', 'ClusterCatalog'],
  ['updateservice.operator.openshift.io/v1', 'UpdateService'],
];

/** Release signatures and authorities: only these namespaces are listed, which needs no right on all of the cluster. */
const configMaps = [
  ['v1', 'ConfigMap', 'openshift-config-managed'],
  ['v1', 'ConfigMap', 'openshift-config'],
] as const;

const ClusterVersion: ResourceRef = {
  group: 'config.openshift.io',
  versions: ['v1'],
  plural: 'clusterversions',
  kind: 'ClusterVersion',
  namespaced: false,
};

async function openshiftOf(client: KubeClient): Promise<string> {
  if (!(await client.served(ClusterVersion))) return '';
  const live = await client.get(ClusterVersion, 'version');
  const done = list(at(live, 'status', 'history')).find((one) => at(one, 'state') === 'Completed');
  return text(at(done, 'version')) || text(at(live, 'status', 'desired', 'version'));
}

async function forHub(client: KubeClient, site: SiteContent, { kinds }: ResourceRequest): Promise<Made> {
  const served = new Set(['ConfigMap']);
  for (const [apiVersion, kind] of asked) if (await client.resourceOf(apiVersion, kind)) served.add(kind);
  const openshift = await openshiftOf(client);
  const made = makeResources(site, kinds, { openshift, served }, 'the hub');
  const warnings = [...made.warnings];
  const able = made.objects.filter(({ kind }) => served.has(kind));
  const unable = [...new Set(made.objects.filter(({ kind }) => !served.has(kind)).map(({ kind }) => kind))];
  for (const kind of unable) warnings.push(`The hub serves no ${kind}; it is left out.`);
  const fitted = await fitTrustedCa(client, able);
  warnings.push(...fitted.warnings);
  const objects: KubeObject[] = [];
  const missing = new Set<string>();
  const there = new Map<string, boolean>();
  for (const object of fitted.objects) {
    const { namespace = '' } = object.metadata;
    if (namespace !== '' && !there.has(namespace)) {
      there.set(namespace, (await client.get(resources.Namespace, namespace)) !== undefined);
    }
    if (namespace === '' || there.get(namespace)) objects.push(object);
    else missing.add(`${object.kind} ${object.metadata.name} is left out: the hub has no namespace ${namespace}.`);
  }
  warnings.push(...missing);
  // Of kinds that were not asked for, nothing is made: that says nothing about what is there.
  const complete = kinds.length === 0 ? [...asked.filter(([, kind]) => kind !== 'Image'), ...configMaps] : [];
  warnings.push(...(await leftovers(client, complete, objects)));
  if (objects.length === 0 && warnings.length === 0) throw nothing();
  return { where: 'hub', objects, yaml: yamlOf(objects), warnings, whom: 'the hub' };
}

async function forSpokes(deps: ResourceDeps, site: SiteContent, request: ResourceRequest): Promise<Made> {
  const chosen = chooseSpokes(deps.spokes(), request.spokeSelector);
  const { families, warnings } = familiesOf(chosen);
  const kinds = request.kinds;
  const fleet = families.map((family) => {
    const where = `${countText(family.spokes.length, 'spoke')} (OpenShift ${family.versions.join(', ')})`;
    const made = makeResources(site, kinds, family.facts, where);
    const objects = made.objects.filter(({ kind }) => kind !== 'UpdateService' || kinds.includes('updateService'));
    warnings.push(...made.warnings);
    if (objects.some(({ kind }) => kind === 'Image')) {
      warnings.push('additionalTrustedCA of each spoke will name our ConfigMap; one that names another loses that.');
    }
    return { ...family, ...made, objects };
  });
  if (fleet.every(({ objects }) => objects.length === 0)) throw nothing();
  const made = request.way === 'work' ? byWorks(fleet) : await byPolicies(deps, fleet, site.address, request, warnings);
  warnings.push(...(await standing(deps.client, policyNamespace, made.objects, chosen, site.address)));
  const versions = fleet.flatMap((one) => one.versions).join(', ');
  const whom = `${countText(chosen.length, 'spoke')} (OpenShift ${versions})`;
  return { ...made, warnings: [...new Set(warnings)], whom };
}

type Equipped = Family & { objects: KubeObject[] };

function byWorks(fleet: readonly Equipped[]): Pick<Made, 'where' | 'objects' | 'yaml'> {
  const works = fleet.map(({ objects, spokes }) => spokes.map(({ name }) => mirrorWork(objects, name)));
  return { where: 'work', objects: works.flat(), yaml: yamlOf(works.flatMap((all) => all.slice(0, 1))) };
}

async function byPolicies(
  { client, sets: boundSets }: ResourceDeps,
  fleet: readonly Equipped[],
  address: string,
  { spokeSelector }: ResourceRequest,
  warnings: string[],
): Promise<Pick<Made, 'where' | 'objects' | 'yaml'>> {
  const { way, why } = await chooseWay(client);
  if (way !== 'policy') throw fault('mirror.noWay', why, 'Choose one ManifestWork for each spoke.', { field: 'way' });
  const { sets, outside } = await boundSets();
  if (outside > 0) {
    warnings.push(
      `${countText(outside, 'spoke')} ${outside === 1 ? 'is' : 'are'} in no ManagedClusterSet, so the policy cannot reach ${outside === 1 ? 'it; add it' : 'them; add them'} to one.`,
    );
  }
  const mixed = fleet.length > 1;
  const objects = [
    ...policyGround(policyNamespace, sets, mirrorLabels),
    ...fleet.flatMap(({ name, objects: templates }) => {
      const plain = `mirror-${siteSlug(address)}`;
      const options = { name: mixed ? `${plain}-${name}` : plain, namespace: policyNamespace, spokeSelector, address };
      return policyObjects(templates, mixed ? { ...options, family: name } : options);
    }),
  ];
  return { where: 'policy', objects, yaml: yamlOf(objects) };
}
