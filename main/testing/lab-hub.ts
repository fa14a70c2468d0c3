import { createKmm, type Kmm } from '../../lab/actors/kmm/kmm.ts';
import { kubeconfigText } from '../../lab/apiserver/http/kubeconfig.ts';
import { createLogins, type Logins } from '../../lab/apiserver/http/logins.ts';
import { serveApi } from '../../lab/apiserver/http/serve.ts';
import { createLabClock } from '../../lab/clock.ts';
import { scenarios } from '../../lab/scenarios/catalog.ts';
import { startScenario } from '../../lab/scenarios/start.ts';
import type { ScenarioOptions } from '../../lab/scenarios/types.ts';

/** What a test may say of the practice hub. */
export interface LabHubOptions {
  /** Hub time over real time. */
  speed: number;
  options?: ScenarioOptions;
  /** API groups that this hub shall not serve, e.g. `policy.open-cluster-management.io`. */
  without?: readonly string[];
}

/** The lab in this process, so that a test may reboot its spokes and take its API server away, served over HTTPS. */
export async function startLabHub(scenario: string, { speed, options = {}, without = [] }: LabHubOptions) {
  const clock = createLabClock(speed);
  let kmm: Kmm | undefined;
  const running = await startScenario({
    scenario: scenarios.find(({ name }) => name === scenario)!,
    seed: 1,
    clock,
    options,
    kmm: ({ hub, random }) => {
      const buildFails = options.buildFails ? () => 'DockerBuildFailed' : undefined;
      kmm = createKmm({ hub, clock, random: random.fork('kmm'), buildFails });
      return kmm;
    },
  });
  const { hub: core, spokes } = running.world;
  core.withdraw(core.registry.kinds().filter(({ group }) => without.includes(group)));
  let front = await serveApi(core);
  const logins = await createLogins(core, front);
  return {
    core,
    spokes,
    clock,
    logins,
    kmm: () => kmm!,
    front: () => front,
    kubeconfig: (who: keyof Logins) => kubeconfigText(front, logins[who]),
    /** The API server goes; the world behind it lives on. */
    leave: () => front.close(),
    /** It is back at the same address, with the same certificates and tokens. */
    async comeBack(): Promise<void> {
      const { authority, url, tokens } = front;
      front = await serveApi(core, { authority, port: Number(new URL(url).port) });
      for (const { token } of [logins.engineer, logins.reader]) front.tokens.add(token, tokens.user(token)!);
    },
    async close(): Promise<void> {
      running.stop();
      kmm?.stop();
      await front.close();
      clock.stop();
    },
  };
}
export type LabHub = Awaited<ReturnType<typeof startLabHub>>;
