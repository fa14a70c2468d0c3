import { createInterface } from 'node:readline';
import { createEngine } from '../main/engine.ts';
import { windowFolder } from '../main/hosts/home.ts';
import { serveWeb } from '../main/hosts/web.ts';
import { systemClock } from '../shared/clock.ts';

/** The engine and the web host on a home: `ui-program.ts HOME`. Prints {url}; ends when its standard input does. */
const engine = createEngine({
  home: process.argv[2] ?? '',
  clock: systemClock(),
  random: Math.random,
  host: 'web',
  version: '0.0.0-bench',
  shell: {},
  lab: {
    scenarios: async () => [],
    start: async () => {
      throw new Error('no lab in a benchmark');
    },
  },
  registry: {
    serve: () => Promise.reject(new Error('no registry in this benchmark')),
    connected: () => Promise.reject(new Error('no registry in this benchmark')),
  },
  env: {},
});
const web = await serveWeb(engine, windowFolder());
process.stdout.write(`${JSON.stringify({ url: web.url })}\n`);
createInterface({ input: process.stdin }).on('close', async () => {
  await web.close();
  await engine.close();
  process.exit(0);
});
