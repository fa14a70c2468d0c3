import type { KubeObject } from '../../../shared/kube.ts';
import { enforcedPolicy, template } from '../../install/policy-shape.ts';
import { mirrorLabels, siteLabel, siteSlug } from './names.ts';

/** Of ACM, on each ManagedCluster: `4.12`. */
const versionLabel = 'openshiftVersion-major-minor';
/** Releases that know ImageContentSourcePolicy only. */
const icspVersions = Array.from({ length: 13 }, (_, minor) => `4.${minor}`);
/** Lists of mirrors are ours alone: as `musthave` an entry that is gone here would stay there. */
const ownKinds = ['ImageContentSourcePolicy', 'ImageDigestMirrorSet', 'ImageTagMirrorSet'];

export interface PolicyOptions {
  /** Of the Policy, Placement and PlacementBinding. */
  name: string;
  namespace: string;
  spokeSelector: Readonly<Record<string, string>>;
  /** The site's address. */
  address: string;
  /** Where spokes are mixed: those of one family only, told by ACM's version label. */
  family?: 'icsp' | 'idms';
}

/** Placement, Policy and PlacementBinding that bring objects to spokes and keep them there. */
export function policyObjects(objects: readonly KubeObject[], options: PolicyOptions): KubeObject[] {
  const { name, namespace, spokeSelector, address, family } = options;
  const byLabels = Object.keys(spokeSelector).length > 0;
  const byVersion = family && {
    matchExpressions: [{ key: versionLabel, operator: family === 'icsp' ? 'In' : 'NotIn', values: icspVersions }],
  };
  return enforcedPolicy(
    { name, namespace, labels: { ...mirrorLabels, [siteLabel]: siteSlug(address) } },
    objects.map((object) => template(ownKinds.includes(object.kind) ? 'mustonlyhave' : 'musthave')(object)),
    byLabels || byVersion ? { ...(byLabels && { matchLabels: { ...spokeSelector } }), ...byVersion } : undefined,
  );
}
