import { isoSeconds } from '../../shared/clock.ts';
import type { Condition, KubeObject } from '../../shared/kube.ts';
import { addonSaid } from '../actors/ocm/addon-agent.ts';
import { addonLabelValue } from '../actors/ocm/addon-hub.ts';
import { reportedClaims } from '../actors/ocm/claims.ts';
import { clusterInfo, infoStatus } from '../actors/ocm/cluster-info.ts';
import { apiDown, clusterSaid } from '../actors/ocm/cluster-said.ts';
import { type Said, stamped } from '../actors/ocm/conditions.ts';
import { addons, ocmNames } from '../actors/ocm/names.ts';
import { kubernetesVersion } from '../actors/ocm/registration-agent.ts';
import { clusterLease, clusterNamespace, clusterRoleBindings } from '../actors/ocm/registration-hub.ts';
import type { Hub } from '../api.ts';
import { kinds } from '../kinds.ts';
import type { SpokePlan } from '../scenarios/types.ts';
import { nodeResources } from './node.ts';
import type { Spoke } from './spoke.ts';
import type { World } from './world.ts';

/** How long ago what happened before the lab's first second is said to have happened. */
const dayMs = 86_400_000;
const lostForMs = 40 * 60_000;

/** Labels that ACM and the site's provisioning give a ManagedCluster (hub.md 1.3, 7.1). */
function clusterLabels(spoke: Spoke, plan: SpokePlan): Record<string, string> {
  const [major = '', minor = ''] = plan.openshift.split('.');
  return {
    cloud: 'Other',
    [ocmNames.clusterSetLabel]: 'default',
    clusterID: spoke.machine.systemUuid,
    name: plan.name,
    openshiftVersion: plan.openshift,
    'openshiftVersion-major': major,
    'openshiftVersion-major-minor': `${major}.${minor}`,
    vendor: 'OpenShift',
    ...plan.labels,
  };
}

/** The conditions that the hub shows of a spoke at the start, with the times they would have. */
function firstConditions(spoke: Spoke, plan: SpokePlan, now: number): Condition[] {
  const long = isoSeconds(now - dayMs);
  const accepted = stamped(clusterSaid.accepted, long);
  if (plan.broken === 'not-accepted') return [];
  if (plan.neverJoined) return [accepted, stamped(clusterSaid.unknown, isoSeconds(now - dayMs + 300_000))];
  const lost = plan.broken === 'lost' || plan.broken === 'deleting';
  const available: [Said, string] = lost
    ? [clusterSaid.unknown, isoSeconds(now - lostForMs + 300_000)]
    : plan.broken === 'api-down'
      ? [apiDown(spoke.server), isoSeconds(now - lostForMs)]
      : [clusterSaid.available, long];
  const clock = plan.broken === 'clock' ? clusterSaid.outOfSync : clusterSaid.synced;
  return [accepted, stamped(clusterSaid.joined, long), stamped(...available), stamped(clock, long)];
}

function addonConditions(plan: SpokePlan, addon: string, now: number): Condition[] {
  if (plan.broken === 'lost' || plan.broken === 'deleting') {
    return [stamped({ ...clusterSaid.unknown, type: 'Available' }, isoSeconds(now - lostForMs + 300_000))];
  }
  const renewed = plan.broken === 'addons' ? undefined : now;
  return [stamped(addonSaid(addon, renewed, now), isoSeconds(now - dayMs))];
}

async function furnishAddons(world: World<Hub>, plan: SpokePlan): Promise<Record<string, string>> {
  const api = world.hub.as('addon-manager-controller');
  const labels: Record<string, string> = {};
  for (const name of addons) {
    const made = await api.create({
      apiVersion: 'addon.open-cluster-management.io/v1alpha1',
      kind: 'ManagedClusterAddOn',
      metadata: { name, namespace: plan.name },
      spec: { installNamespace: ocmNames.addonNamespace },
    });
    const conditions = addonConditions(plan, name, world.clock.now());
    const addon = await api.as('registration').update({ ...made, status: { conditions } }, 'status');
    labels[ocmNames.addonLabel(name)] = addonLabelValue(addon);
  }
  return labels;
}

/** Writes what stands on the hub for one spoke, as if its agents had been there for a day. */
export async function furnishCluster(world: World<Hub>, spoke: Spoke, plan: SpokePlan): Promise<void> {
  const { clock } = world;
  const now = clock.now();
  const api = world.hub.as('registration');
  const { name } = plan;
  const accepted = plan.broken !== 'not-accepted';
  const joined = accepted && !plan.neverJoined;
  const conditions = firstConditions(spoke, plan, now);
  const up = conditions.find(({ type }) => type === ocmNames.available)?.status;
  const taint = up === 'True' ? undefined : up === 'False' ? ocmNames.unavailable : ocmNames.unreachable;
  let labels = clusterLabels(spoke, plan);
  if (accepted) {
    await api.create(clusterNamespace(name));
    for (const binding of clusterRoleBindings(name)) await api.create(binding);
    const ago = plan.neverJoined ? dayMs : up === 'Unknown' ? lostForMs : spoke.random.between(0, 60_000);
    await api.create(clusterLease(name, now - ago + spoke.clockOffset));
  }
  if (joined) labels = { ...labels, ...(await furnishAddons(world, plan)) };
  const cluster: KubeObject = {
    apiVersion: 'cluster.open-cluster-management.io/v1',
    kind: 'ManagedCluster',
    metadata: {
      name,
      labels,
      finalizers: [ocmNames.resourceCleanup, ...(accepted ? [ocmNames.apiResourceCleanup] : [])],
    },
    spec: {
      hubAcceptsClient: accepted,
      leaseDurationSeconds: 60,
      ...(taint && { taints: [{ effect: 'NoSelect', key: taint, timeAdded: isoSeconds(now - lostForMs) }] }),
    },
  };
  const made = await api.create(cluster);
  if (!accepted) return;
  const claims = joined ? reportedClaims((await spoke.core.list(kinds.ClusterClaim)).items) : [];
  const facts = joined && { ...nodeResources, clusterClaims: claims, version: { kubernetes: kubernetesVersion } };
  await api.update({ ...made, status: { ...facts, conditions } }, 'status');
  if (!joined) return;
  const manager = world.hub.as('work-manager');
  const info = await manager.create(clusterInfo(name));
  const node = await spoke.core.get(kinds.Node, name);
  if (node) await manager.update({ ...info, status: infoStatus(spoke, node, isoSeconds(now - dayMs)) }, 'status');
}
