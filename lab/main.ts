import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createKmm } from './actors/kmm/kmm.ts';
import { writeKubeconfig } from './apiserver/http/kubeconfig.ts';
import { createLogins } from './apiserver/http/logins.ts';
import { serveApi } from './apiserver/http/serve.ts';
import { type Arguments, readArguments } from './arguments.ts';
import { createLabClock } from './clock.ts';
import { scenarios } from './scenarios/catalog.ts';
import { startScenario } from './scenarios/start.ts';

const print = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** Builds and serves a scenario until told to end: SIGTERM, SIGINT, the end of standard input or a parent's message. */
async function run({ scenario, seed, speed, dir, port, options }: Arguments): Promise<void> {
  const clock = createLabClock(speed);
  let kmm: ReturnType<typeof createKmm> | undefined;
  const running = await startScenario({
    scenario,
    seed,
    clock,
    options,
    kmm: ({ hub, random }) => {
      kmm = createKmm({
        hub,
        clock,
        random: random.fork('kmm'),
        buildFails: options.buildFails ? () => 'DockerBuildFailed' : undefined,
      });
      return kmm;
    },
  });
  const front = await serveApi(running.world.hub, { port, logs: (pod) => kmm?.podLog(pod) });
  const logins = await createLogins(running.world.hub, front);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const kubeconfig = join(dir, 'kubeconfig');
  await writeKubeconfig(kubeconfig, front, logins.admin);
  await writeKubeconfig(join(dir, 'kubeconfig-engineer'), front, logins.engineer);
  await writeKubeconfig(join(dir, 'kubeconfig-reader'), front, logins.reader);
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    running.stop();
    void front.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  // A process of Electron's has no standard input: there a message of its parent ends it.
  const { parentPort } = process as unknown as { parentPort?: { once(event: 'message', listener: () => void): void } };
  if (parentPort) parentPort.once('message', end);
  else process.stdin.once('end', end).once('close', end).resume();
  print({ ready: true, kubeconfig, server: front.url, scenario: scenario.name, spokes: running.plans.length });
}

// One actor's fault must not end the practice of the others; it is told where the starter collects it.
process.on('unhandledRejection', (error) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
});

try {
  const args = readArguments(process.argv.slice(2));
  if (args === 'list') {
    print(scenarios.map(({ name, title, spokes, sentence }) => ({ name, title, spokes, sentence })));
  } else await run(args);
} catch (error) {
  print({ error: error instanceof Error ? error.message : String(error) });
  process.exit(2);
}
