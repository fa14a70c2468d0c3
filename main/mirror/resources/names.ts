import { digestOf } from '../../images/digest.ts';

/** Ours: on everything that points a cluster at a mirror. */
export const mirrorLabel = 'kmm-bastion.io/mirror';
export const mirrorLabels = { [mirrorLabel]: 'true' } as const;

/** On policies: which registry they point to, as `siteSlug` writes it. */
export const siteLabel = 'kmm-bastion.io/site';

/**
 * A site's address as part of a name, the same on every laptop; at most 32 characters: ACM wants `<namespace>.<policy>` to be no longer than 63.
 * With a hash where it is longer, or an IPv6 address, of which two may read alike.
 */
export function siteSlug(address: string): string {
  const plain = address
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain.length <= 32 && !address.startsWith('[')
    ? plain
    : `${plain.slice(0, 23).replace(/-+$/, '')}-${digestOf(address).slice(7, 15)}`;
}

export const marketplace = 'openshift-marketplace';
/** Name of our ConfigMap of authorities, in `openshift-config`. */
export const trustedCaName = 'kmm-bastion-registry-ca';
/** The key under which the OpenShift Update Service operator looks for the authority; without it, it makes no service at all. */
export const updateServiceKey = 'updateservice-registry';
export const updateNamespace = 'openshift-update-service';

/** `redhat-operator-index:v4.12` → `redhat-operator-index-v4-12`, as oc-mirror v2 names catalogs; at most 59 characters. */
export function catalogName({ repository, tag }: { repository: string; tag: string }): string {
  const last = repository.slice(repository.lastIndexOf('/') + 1);
  const plain = `${last}-${tag}`.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return plain.slice(0, 59).replace(/^-+|-+$/g, '');
}
