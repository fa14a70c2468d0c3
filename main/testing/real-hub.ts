import { createKmm, type Kmm } from '../../lab/actors/kmm/kmm.ts';
import { kubeconfigText } from '../../lab/apiserver/http/kubeconfig.ts';
import { scenarios } from '../../lab/scenarios/catalog.ts';
import { startScenarioIn } from '../../lab/scenarios/start.ts';
import type { Scenario } from '../../lab/scenarios/types.ts';
import { haveUpstreamCrds } from '../../lab/testbed/crds.ts';
import { loadHubKinds, loadKinds } from '../../lab/testbed/hub-kinds.ts';
import { startKubeServer } from '../../lab/testbed/kube-server.ts';
import { createRemoteApi } from '../../lab/testbed/remote-api.ts';
import { findServers, serverProgram } from '../../lab/testbed/servers.ts';
import { createWallClock } from '../../lab/testbed/wall-clock.ts';
import { createRandom } from '../../lab/world/random.ts';
import { createWorldAround } from '../../lab/world/world.ts';
import type { KubeObject } from '../../shared/kube.ts';
import { kubectlGet } from './kubectl.ts';

const servers = findServers();
const missing = (['kube-controller-manager', 'kubectl'] as const).find((name) => !serverProgram(servers, name));
/** Why there can be no real hub on this machine; undefined when there can. */
export const noRealHub: string | undefined =
  servers.why ??
  (missing ? `no ${missing} beside kube-apiserver` : undefined) ??
  (haveUpstreamCrds ? undefined : 'no upstream CRDs on this machine');

/** `healthy` spokes of the published scale test, and `broken` more, each broken in another way. */
function fleet(healthy: number, broken: number): Scenario {
  const scale = scenarios.find(({ name }) => name === 'scale-1755')!;
  return {
    ...scale,
    plan(options, pick) {
      const plans = scale.plan({ ...options, broken }, pick).filter(({ neverJoined }) => !neverJoined);
      return [...plans.filter((plan) => !plan.broken).slice(0, healthy), ...plans.filter((plan) => plan.broken)];
    },
  };
}

export interface Account {
  namespace: string;
  name: string;
  uid: string;
}

/** A ClusterRole and its binding for a service account of the namespace default. */
function rightsOf(account: string, all: boolean): KubeObject[] {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const name = `test-${account}`;
  const ocm = ['cluster', 'internal', 'addon'].map((group) => `${group}.open-cluster-management.io`);
  const seen = ['managedclusters', 'managedclusterinfos', 'managedclusteraddons'];
  const rule = all
    ? { apiGroups: ['*'], resources: ['*'], verbs: ['*'] }
    : { apiGroups: ocm, resources: seen, verbs: ['get', 'list', 'watch'] };
  return [
    { apiVersion, kind: 'ClusterRole', metadata: { name }, rules: [rule] },
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace: 'default' }],
    },
  ];
}

export interface RealHubOptions {
  healthy: number;
  broken?: number;
  /** How much faster than in life the spokes, agents and builds take their time. */
  haste: number;
}

/**
 * A hub whose API server is a real kube-apiserver, with its garbage collector and namespace controller; all else that
 * acts there are the lab's actors, which reach it over HTTPS. The spokes' own API servers are the lab's.
 */
export async function startRealHub({ healthy, broken = 0, haste }: RealHubOptions) {
  const server = await startKubeServer(servers, { controllers: true });
  const faults: unknown[] = [];
  await loadHubKinds(server.caller);
  const api = createRemoteApi({ ...server, token: 'admin-token' }, (kinds) => {
    void loadKinds(server.caller, kinds).catch((error) => faults.push(error));
  });
  const clock = createWallClock(haste);
  let kmm: Kmm | undefined;
  const running = await startScenarioIn(createWorldAround(api, clock, createRandom(1)), {
    scenario: fleet(healthy, broken),
    clock,
    kmm: ({ hub, random }) => {
      kmm = createKmm({ hub, clock, random: random.fork('kmm') });
      return kmm;
    },
  });
  return {
    server,
    api,
    spokes: running.world.spokes,
    plans: running.plans,
    kmm: () => kmm!,
    /** What `kubectl get … -A -o json` prints of a kind. */
    kubectl: (plural: string) => kubectlGet(serverProgram(servers, 'kubectl')!, server.folder, plural),
    /** A service account that may do all, or only see clusters. */
    async account(name: string, all: boolean): Promise<Account> {
      const made = await api.create({
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name, namespace: 'default' },
      });
      for (const object of rightsOf(name, all)) await api.create(object);
      return { namespace: 'default', name, uid: made.metadata.uid! };
    },
    /** A kubeconfig whose token the server takes for another `ms`; `context` is its only context. */
    kubeconfigFor: (account: Account, ms: number, context: string) =>
      kubeconfigText(server, { token: server.tokenFor(account, ms) }, context),
    /** What went wrong behind the scenes; empty in a healthy run. */
    faults,
    async close(): Promise<void> {
      running.stop();
      kmm?.stop();
      api.close();
      await server.stop();
    },
  };
}
export type RealHub = Awaited<ReturnType<typeof startRealHub>>;
