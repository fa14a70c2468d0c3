import type { KmmInstaller } from '../actors/kmm/types.ts';
import { startActionsViews } from '../actors/ocm/actions-views.ts';
import { startClusterInfos, startInfoAgent } from '../actors/ocm/cluster-info.ts';
import { startClusterSets } from '../actors/ocm/cluster-sets.ts';
import { startConfigPolicy } from '../actors/ocm/config-policy.ts';
import { startCsrHub } from '../actors/ocm/csr-hub.ts';
import { createHubView, type HubView } from '../actors/ocm/hub-view.ts';
import { addons } from '../actors/ocm/names.ts';
import { startOlm } from '../actors/ocm/olm.ts';
import { indexPath, kmmPackages } from '../actors/ocm/olm-types.ts';
import { startPlacement } from '../actors/ocm/placement.ts';
import { startPolicyPropagator } from '../actors/ocm/policy-propagator.ts';
import { startRegistrationAgent } from '../actors/ocm/registration-agent.ts';
import { startRegistrationHub } from '../actors/ocm/registration-hub.ts';
import { startWorkAgent } from '../actors/ocm/work-agent.ts';
import type { Hub } from '../api.ts';
import type { Core } from '../apiserver/core.ts';
import type { LabClock } from '../clock.ts';
import { kinds } from '../kinds.ts';
import { catalogImages, furnishSpoke, marketplace } from '../world/furnish.ts';
import { furnishCluster } from '../world/furnish-hub.ts';
import type { Spoke } from '../world/spoke.ts';
import { createWorld, type World } from '../world/world.ts';
import { furnishHub, startUser } from './hub.ts';
import { picker } from './pick.ts';
import type { Scenario, ScenarioOptions, SpokePlan } from './types.ts';

export interface StartOptions<H extends Hub = Core> {
  scenario: Scenario;
  clock: LabClock;
  options?: ScenarioOptions;
  /** Makes what runs once OLM has installed KMM. */
  kmm: (world: World<H>) => KmmInstaller;
}

/** A scenario that runs. */
export interface Running<H extends Hub = Core> {
  readonly world: World<H>;
  readonly plans: readonly SpokePlan[];
  readonly hub: HubView;
  stop(): void;
}

/** The version of KMM in the lab's catalogs. */
const kmmVersion = '2.7.0';
const catalogs = new Map(
  Object.entries(catalogImages).flatMap(([name, image]) =>
    [`${marketplace}/${name}`, indexPath(image)].map((key) => [key, kmmPackages(kmmVersion)] as const),
  ),
);

/** Brings a spoke into the state that its plan wants before its agents begin. */
function damage(spoke: Spoke, plan: SpokePlan): void {
  if (plan.neverJoined || plan.broken === 'lost' || plan.broken === 'deleting') spoke.powerOff();
  if (plan.broken === 'api-down') spoke.apiDown();
  if (plan.broken === 'clock') spoke.clockOffset = 20 * 60_000;
  if (plan.broken === 'addons') spoke.stop(...addons);
}

/** A cluster that someone deleted while its spoke was lost: its last work waits for an agent that does not come. */
async function deleteLost(world: World<Hub>, name: string): Promise<void> {
  const api = world.hub.as('kubectl');
  await api.create({
    apiVersion: 'work.open-cluster-management.io/v1',
    kind: 'ManifestWork',
    metadata: {
      name: `${name}-site-settings`,
      namespace: name,
      finalizers: ['cluster.open-cluster-management.io/manifest-work-cleanup'],
    },
    spec: {
      workload: {
        manifests: [
          {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: 'site-settings', namespace: 'default' },
            data: { site: name },
          },
        ],
      },
    },
  });
  await api.remove(kinds.ManagedCluster, name);
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Builds the world of a scenario and sets its actors going. */
export function startScenario({ seed, ...options }: StartOptions & { seed: number | string }): Promise<Running> {
  return startScenarioIn(createWorld({ clock: options.clock, seed }), options);
}

/** As `startScenario`, in a world that is empty but for its hub, such as a real API server. */
export async function startScenarioIn<H extends Hub>(
  world: World<H>,
  { scenario, clock, options = {}, kmm }: StartOptions<H>,
): Promise<Running<H>> {
  const plans = scenario.plan(options, picker(world.random.fork('scenario')));
  const stops: (() => void)[] = [];
  clock.pause();
  await furnishHub(world);
  // One after the other in process, so that a seed makes the same objects; a server far away is asked for several at once.
  const waiting = [...plans];
  const furnish = async () => {
    for (let plan = waiting.shift(); plan; plan = waiting.shift()) {
      const spoke = world.addSpoke(plan);
      await furnishSpoke(spoke, plan.extraClaims, plan.broken !== 'addons');
      damage(spoke, plan);
      await furnishCluster(world, spoke, plan);
      if (plan.broken === 'deleting') await deleteLost(world, plan.name);
    }
  };
  await Promise.all(Array.from({ length: world.hub.settled ? 12 : 1 }, furnish));
  const hub = createHubView(world.hub, clock, world.random.fork('ocm'), 'https://hub.bastion.example:6443');
  const installer = kmm(world);
  stops.push(
    startRegistrationHub(hub),
    // Elsewhere the server signs by itself, and approval is a subresource that only people with rights on it may write.
    ...(world.hub.settled ? [] : [startCsrHub(hub, { approve: true })]),
    startClusterSets(hub),
    startClusterInfos(hub),
    startPlacement(hub),
    startPolicyPropagator(hub),
    startOlm({
      api: world.hub,
      clock,
      random: world.random.fork('olm'),
      catalogs,
      installed: (pkg, namespace) => {
        if (pkg.name.endsWith('-hub')) installer.hub(world.hub, namespace);
      },
      removed: (pkg) => {
        if (pkg.name.endsWith('-hub')) installer.removeHub();
      },
    }),
  );
  if (options.dockerfile !== false) stops.push(startUser(world));
  for (const kind of [
    kinds.ManagedClusterAddOn,
    kinds.ManagedClusterInfo,
    kinds.ManagedClusterAction,
    kinds.ManagedClusterView,
  ]) {
    hub.watch(kind);
  }
  // Agents ask the shared watches what stands: these must have seen the first list.
  await world.hub.settled?.();
  for (let count = 0; count < 3; count += 1) await turn();
  for (const plan of plans) {
    const spoke = world.spokes.get(plan.name)!;
    stops.push(...startSpoke(hub, spoke, plan, installer, !world.hub.settled));
  }
  clock.resume();
  return {
    world,
    plans,
    hub,
    stop() {
      for (const stop of stops) stop();
      hub.stop();
      clock.stop();
    },
  };
}

/** Everything that runs on one spoke. */
function startSpoke(
  hub: HubView,
  spoke: Spoke,
  plan: SpokePlan,
  installer: KmmInstaller,
  certificates: boolean,
): (() => void)[] {
  const { clock, random } = spoke;
  const olm = startOlm({
    api: spoke.api,
    clock,
    random: random.fork('olm'),
    catalogs,
    installed: (pkg, namespace) => {
      if (!pkg.name.endsWith('-hub')) installer.spoke(spoke, namespace);
    },
    removed: (pkg) => {
      if (!pkg.name.endsWith('-hub')) installer.removeSpoke(spoke);
    },
  });
  if (plan.neverJoined) return [olm];
  return [
    olm,
    startRegistrationAgent(hub, spoke, { joined: plan.broken !== 'not-accepted', certificates }),
    startWorkAgent(hub, spoke),
    startInfoAgent(hub, spoke),
    startConfigPolicy(hub, spoke),
    startActionsViews(hub, spoke),
  ];
}
