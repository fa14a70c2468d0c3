import { parseArgs } from 'node:util';
import { systemClock } from '../../shared/clock.ts';
import { toFault } from '../../shared/fault.ts';
import { createEngine, type Shell } from '../engine.ts';
import { labLauncher } from './lab-process.ts';
import { nodePrograms } from './program.ts';
import { registryLauncher } from './registry-process.ts';
import { shellPrograms } from './shell-program.ts';
import { createCaller, isRequest, reply } from './wire.ts';

/**
 * Entry of the engine's own process, started by a host with `--home DIR --version V --shell a,b`. It speaks the frames of
 * wire.ts with its parent; `{port}` messages bring a window's MessagePort, `{shell: request}` frames go the other way.
 */
interface Port {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown; ports: Port[] }) => void): void;
  start?(): void;
}

/** Electron's utilityProcess gives parentPort, a Node child the channel of child_process. */
const parent = (process as unknown as { parentPort?: Port }).parentPort;
// A parent that is gone is told by 'disconnect', which ends the engine in order; without the callback a send would end it at once.
const ignore = () => {};
const send = (message: unknown) =>
  parent ? parent.postMessage(message) : process.send?.(message, undefined, undefined, ignore);

function main(): void {
  // better-sqlite3 13 needs N-API 10; with less, loading it ends the process without a word.
  if (Number(process.versions.napi) < 10) {
    fail(`Node ${process.versions.node} is too old for the engine; Node 24 is needed.`);
    return;
  }
  const { values } = parseArgs({
    options: {
      home: { type: 'string' },
      version: { type: 'string' },
      shell: { type: 'string' },
      host: { type: 'string' },
    },
  });
  const shellCalls = createCaller((request) => send({ shell: request }));
  const offered = (values.shell ?? '').split(',').filter((name) => name !== '');
  const shell = Object.fromEntries(
    offered
      .filter((name) => name.startsWith('shell.'))
      .map((name) => [name, (input: unknown) => shellCalls.call(name, input)]),
  ) as Shell;
  // Inside Electron only the shell can start processes that run JavaScript: its binary can't be used as Node.
  const launch = offered.includes('program.launch')
    ? shellPrograms(shellCalls.call)
    : nodePrograms({ execPath: process.execPath });
  const engine = createEngine({
    home: values.home ?? '',
    clock: systemClock(),
    random: Math.random,
    host: values.host === 'web' ? 'web' : 'electron',
    version: values.version ?? '',
    shell,
    lab: labLauncher(launch),
    registry: registryLauncher(launch),
    env: process.env,
  });
  engine.listen((event, data) => send({ event, data }));
  const receive = async (message: unknown) => {
    const frame = message as { shellReply?: unknown };
    if (frame?.shellReply) shellCalls.deliver(frame.shellReply);
    else if (isRequest(message)) send(await reply(engine, message));
  };
  const close = () => void engine.close().finally(() => process.exit(0));
  if (parent) {
    parent.on('message', ({ data, ports }) => {
      const window = ports[0];
      if (!window) return void receive((data as { stop?: true })?.stop ? close() : data);
      // A window's own port: its rows never pass through Electron's main process.
      window.on('message', async (event) => {
        if (isRequest(event.data)) window.postMessage(await reply(engine, event.data));
      });
      engine.listen((event, value) => window.postMessage({ event, data: value }));
      window.start?.();
    });
  } else {
    process.on('message', receive);
    process.on('disconnect', close);
  }
  send({ ready: true });
}

function fail(sentence: string): void {
  send({
    failed: { code: 'engine.notStarted', message: sentence, remedy: 'Correct this and start the application again.' },
  });
  process.exitCode = 1;
}

// An unhandled rejection in a utility process only warns: end, so that the host notices and starts a fresh engine.
process.on('unhandledRejection', (error) => {
  console.error(error);
  process.exit(70);
});

try {
  main();
} catch (error) {
  send({ failed: toFault(error) });
  setTimeout(() => process.exit(1), 100);
}
