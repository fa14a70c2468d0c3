/** Ways in which a spoke is not operative by what the hub shows. */
export const breakages = ['lost', 'api-down', 'not-accepted', 'clock', 'addons', 'deleting'] as const;
export type Breakage = (typeof breakages)[number];

/** One spoke as a scenario wants it. */
export interface SpokePlan {
  name: string;
  kernel: string;
  arch: 'amd64' | 'arm64';
  openshift: string;
  rhcos: string;
  /** Labels of its ManagedCluster besides those that ACM gives every cluster. */
  labels: Readonly<Record<string, string>>;
  /** Accepted on the hub, but no agent ever came. */
  neverJoined?: boolean;
  broken?: Breakage;
  /** Custom claims besides OpenShift's own: with many, the later names fall off the hub's list of 20. */
  extraClaims?: number;
}

/** What a run can be told; each scenario has its own defaults. */
export interface ScenarioOptions {
  /** Spokes that are broken (never-joined ones come on top). */
  broken?: number;
  /** Extra custom claims on every spoke. */
  claims?: number;
  /** Whether the user's ConfigMap kmm-kmod-dockerfile appears once the hub's operator namespace is there. */
  dockerfile?: boolean;
  /** Builds on the hub fail. */
  buildFails?: boolean;
}

/** A fleet to practise on. */
export interface Scenario {
  name: string;
  title: string;
  sentence: string;
  spokes: number;
  /** The fleet; `pick` chooses by the run's seed. */
  plan(options: ScenarioOptions, pick: <T>(items: readonly T[], count: number) => T[]): SpokePlan[];
}
