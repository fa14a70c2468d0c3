/** One package of a catalog, as far as OLM needs it. */
export interface CatalogPackage {
  name: string;
  defaultChannel: string;
  /** Head of each channel: the name of its ClusterServiceVersion. */
  channels: Readonly<Record<string, string>>;
  /** What the ClusterServiceVersion says of itself. */
  displayName: string;
  version: string;
  /** Deployments that its ClusterServiceVersion brings. */
  deployments: readonly string[];
}

/** The catalogs of a cluster by `<namespace>/<name>` of their CatalogSource, else by the path of its image: a mirrored one has another host. */
export type Catalogs = ReadonlyMap<string, readonly CatalogPackage[]>;

/** `registry.site:5000/redhat/redhat-operator-index:v4.12` → `redhat/redhat-operator-index`. */
export const indexPath = (image: string): string =>
  image
    .split('/')
    .slice(-2)
    .join('/')
    .replace(/[@:].*$/, '');

/** spec of a Subscription (operators/v1alpha1). */
export interface SubscriptionSpec {
  name?: string;
  channel?: string;
  source?: string;
  sourceNamespace?: string;
  installPlanApproval?: 'Automatic' | 'Manual';
  startingCSV?: string;
}

/** KMM's two packages as Red Hat's catalog has them in one version. */
export function kmmPackages(version: string): readonly CatalogPackage[] {
  const one = (name: string, displayName: string, deployments: readonly string[]): CatalogPackage => ({
    name,
    displayName,
    version,
    defaultChannel: 'stable',
    channels: { stable: `${name}.v${version}` },
    deployments,
  });
  return [
    one('kernel-module-management', 'Kernel Module Management', ['kmm-operator-controller', 'kmm-operator-webhook']),
    one('kernel-module-management-hub', 'Kernel Module Management - Hub', [
      'kmm-operator-hub-controller',
      'kmm-operator-hub-webhook',
    ]),
  ];
}
