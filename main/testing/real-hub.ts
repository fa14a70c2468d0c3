import { createKmm, type Kmm } from '../../lab/actors/kmm/kmm.ts';
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

const servers = findServers();
/** Why there can be no real hub on this machine; undefined when there can. */
export const noRealHub: string | undefined =
  servers.why ??
  (serverProgram(servers, 'kube-controller-manager')
    ? undefined
    : 'no kube-controller-manager beside kube-apiserver') ??
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
