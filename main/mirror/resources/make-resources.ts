import { stringify } from 'yaml';
import type { KubeObject } from '../../../shared/kube.ts';
import { catalogSources, clusterCatalogs } from './catalog-objects.ts';
import { contentSourcePolicies, digestMirrorSets, fitting, tagMirrorSets } from './mirror-sets.ts';
import { signatureMaps, updateService } from './release-objects.ts';
import { restartWords } from './restarts.ts';
import { digestScopes, isByTag, scopesOf } from './scopes.ts';
import { trustedCa } from './trusted-ca.ts';
import type { ClusterFacts, Kind, MadeResources, SiteContent } from './types.ts';

/** What a cluster takes of the two families of mirror sets, and of OLM's second edition. */
export interface Taken {
  icsp: boolean;
  idms: boolean;
  clusterCatalog: boolean;
}

/** ICSP up to OpenShift 4.12, IDMS and ITMS from 4.13, ClusterCatalog from 4.18; what a cluster serves counts for more than its version. */
export function takenBy({ openshift, served }: ClusterFacts): Taken {
  const [major = 0, minor = 0] = openshift.split('.').map(Number);
  const from = (least: number) => major > 4 || (major === 4 && minor >= least);
  if (served) {
    const idms = served.has('ImageDigestMirrorSet');
    return {
      idms,
      icsp: !idms && served.has('ImageContentSourcePolicy'),
      clusterCatalog: served.has('ClusterCatalog'),
    };
  }
  return { idms: from(13), icsp: major > 0 && !from(13), clusterCatalog: from(18) };
}

/**
 * The objects that point a cluster at all that lies at a site (mirror.md 1.9), in the order to apply them. Deterministic: no times, sorted,
 * whatever the order of what is given. `kinds` empty = all that there is something for; a kind asked for by name that can't be made is
 * a warning. `where` names the cluster in words.
 */
export function makeResources(
  site: SiteContent,
  kinds: readonly Kind[],
  cluster: ClusterFacts,
  where = 'the cluster',
): MadeResources {
  const { address, ca, images, files } = site;
  const wants = (kind: Kind) => kinds.length === 0 || kinds.includes(kind);
  const asked = (kind: Kind) => kinds.includes(kind);
  const taken = takenBy(cluster);
  const warnings: string[] = [];
  const objects: KubeObject[] = [];
  const add = (made: KubeObject[]) => void objects.push(...made);

  const { digest: digests, tag: tags } = scopesOf(images, address);
  const whose = cluster.openshift ? `OpenShift ${cluster.openshift}` : 'this cluster';
  const family = taken.idms ? 'idms' : taken.icsp ? 'icsp' : undefined;
  const updates = updateService(images, address);
  if (wants('trustedCa')) {
    // Whether or not an UpdateService is asked for now: what is left out of an apply is taken away.
    const made = trustedCa(address, ca, updates.object !== undefined);
    warnings.push(...made.warnings);
    add(made.objects);
  }
  if (!family && (digests.length > 0 || tags.length > 0)) {
    warnings.push(
      `It is not known whether ${where} takes ImageDigestMirrorSets or ImageContentSourcePolicies: it is no OpenShift, or can't be asked.`,
    );
  }
  if (family === 'icsp') {
    // Nothing is mirrored by tag there, so nothing stands in the way of what is by digest.
    if (wants('icsp')) add(contentSourcePolicies(digestScopes(images, address)));
    for (const kind of ['idms', 'itms'] as const) {
      if (asked(kind)) warnings.push(`${whose} takes no ${kind.toUpperCase()}; up to 4.12 it is ICSP.`);
    }
    if (tags.length > 0 && (wants('icsp') || asked('itms'))) {
      const names = [...new Set(images.filter(isByTag).map(({ name }) => name))].sort();
      const shown = `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;
      warnings.push(
        `${whose} mirrors by digest only; images that clusters name by tag must be named at ${address} instead: ${shown}.`,
      );
    }
  }
  if (family === 'idms') {
    if (asked('icsp')) warnings.push(`${whose} takes IDMS and ITMS instead of ICSP.`);
    const fits = { digest: fitting(digests), tag: fitting(tags) };
    if (wants('idms')) add(digestMirrorSets(fits.digest.scopes));
    if (wants('itms')) add(tagMirrorSets(fits.tag.scopes));
    warnings.push(...(wants('idms') ? fits.digest.warnings : []), ...(wants('itms') ? fits.tag.warnings : []));
  }
  if (wants('catalogSource')) add(catalogSources(images, address));
  if (wants('clusterCatalog') && taken.clusterCatalog) add(clusterCatalogs(images, address));
  else if (asked('clusterCatalog')) warnings.push(`${whose} takes no ClusterCatalog; that begins with 4.18.`);
  if (wants('signatures')) add(signatureMaps(files));
  if (wants('updateService')) {
    const { object, why } = updates;
    if (object) objects.push(object);
    else if (asked('updateService')) warnings.push(why);
  }
  return {
    objects,
    yaml: yamlOf(objects),
    warnings: [...new Set(warnings)],
    restarts: restartWords(
      objects.map(({ kind }) => ({ kind, change: 'create' })),
      where,
    ),
  };
}

/** Objects as one text of several documents. */
export const yamlOf = (objects: readonly KubeObject[]): string =>
  objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
