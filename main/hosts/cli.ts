import { writeFileSync } from 'node:fs';
import { systemClock } from '../../shared/clock.ts';
import { type CallName, calls, type Output } from '../../shared/contract.ts';
import { FaultError, fault, toFault } from '../../shared/fault.ts';
import { createEngine, type Engine } from '../engine.ts';
import { type Command, parseCommand, toInput, usage } from './cli-args.ts';
import { caller, chooseHub, connect, connectFor, until } from './cli-connect.ts';
import { clean, exitCode, faultText, human } from './cli-output.ts';
import { demo } from './demo.ts';
import { homeFolder } from './home.ts';
import { labProcess } from './lab-process.ts';
import { serve } from './serve.ts';
import { version } from './version.ts';

const say = (line: string) => process.stderr.write(`${line.split('\n').map(clean).join('\n')}\n`);

/** Entry of the command line. Results go to stdout, everything said on the way to stderr. */
async function main(argv: readonly string[]): Promise<number> {
  let json = argv.includes('--json');
  try {
    const command = parseCommand(argv);
    json = command.json;
    if (command.name === 'help' || command.flags.some(([flag]) => flag === 'help')) return help(command);
    if (command.name === 'version') return print(version, `KMM Bastion ${version}`, command);
    if (command.name !== 'demo' && command.name !== 'serve' && !Object.hasOwn(calls, command.name)) {
      throw fault('call.unknown', `There is no command "${command.name.replace('.', ' ')}".`, 'See `cli help`.', {
        field: command.name,
      });
    }
    const engine = createEngine({
      // Practice never touches the home where real hubs are kept.
      home: homeFolder(command.home, process.env, process.platform, command.name === 'demo'),
      clock: systemClock(),
      random: Math.random,
      host: command.name === 'serve' ? 'web' : 'cli',
      version,
      shell: {},
      lab: labProcess({ execPath: process.execPath }),
    });
    const stop = () => void engine.close().finally(() => process.exit(130));
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    try {
      if (command.name === 'demo') return await demo(engine, command, say);
      if (command.name === 'serve') return await serve(engine, command, say);
      const result = await run(engine, command, command.name as CallName);
      return print(result, human(result), command);
    } finally {
      await engine.close();
    }
  } catch (error) {
    const why = toFault(error);
    if (json) process.stdout.write(`${JSON.stringify({ fault: why })}\n`);
    else say(faultText(why));
    return exitCode(why);
  }
}

async function run(engine: Engine, command: Command, name: CallName): Promise<unknown> {
  const sugar = command.flags.map(([flag, value]): [string, string] =>
    flag === 'kubeconfig'
      ? [name === 'hubs.inspect' ? 'paths' : 'source.paths', value.replaceAll(':', ',')]
      : [flag, value],
  );
  const input = toInput(name, sugar);
  const wantsHub = 'hub' in ((calls[name].input as unknown as { shape?: object }).shape ?? {});
  if (wantsHub && name !== 'modules.template') input['hub'] = await chooseHub(engine, input['hub']);
  const hub = input['hub'] as string | undefined;
  if (name === 'hubs.connect' && hub) return watchHub(engine, hub, command);
  if (hub) await connectFor(engine, name, hub, { ...command, say });
  const result = await engine.call(name, input);
  return name === 'modules.apply' && command.wait ? follow(engine, result as Output<'modules.apply'>) : result;
}

/** `hubs connect`: brings the rows up to date and leaves; with --stay it goes on until it is interrupted. */
async function watchHub(engine: Engine, hub: string, command: Command): Promise<unknown> {
  await connect(engine, hub, { ...command, say });
  const call = caller(engine);
  await until(engine, async () => {
    const state = await call('hubs.get', { hub });
    if (state.phase === 'refused' && state.fault) throw new FaultError(state.fault);
    return state.phase === 'live' && !command.flags.some(([flag]) => flag === 'stay');
  });
  return call('hubs.get', { hub });
}

/** Stays with a delivery until it has ended, since it only goes on while an engine runs. */
async function follow(engine: Engine, started: Output<'modules.apply'>): Promise<unknown> {
  const call = caller(engine);
  let last = '';
  let state = started;
  await until(engine, async () => {
    state = await call('deliveries.get', { id: started.id });
    if (state.sentence !== last) say(state.sentence);
    last = state.sentence;
    return ['done', 'failed', 'stopped'].includes(state.phase);
  });
  if (state.phase === 'failed')
    throw fault('delivery.failed', state.sentence, 'See `cli modules proof` for each spoke.');
  return state;
}

function print(value: unknown, text: string, command: Command): number {
  const json = JSON.stringify(value, null, 2);
  if (command.jsonFile) writeFileSync(command.jsonFile, `${json}\n`);
  process.stdout.write(`${command.json && !command.jsonFile ? json : text}\n`);
  return 0;
}

function help(command: Command): number {
  const named =
    command.name !== 'help' && Object.hasOwn(calls, command.name)
      ? [command.name as CallName]
      : (Object.keys(calls) as CallName[]);
  process.stdout.write(`KMM Bastion ${version}

  cli demo [--scenario NAME] [--seed N] [--speed X] [--broken N] [--json FILE] [--keep]
  cli serve [--port N]               the window in a browser, on 127.0.0.1 only
  cli hubs add --kubeconfig FILE [--context NAME]
  cli hubs connect [--hub ID] [--stay] [--allow-exec]

Every call of the application:
${named.map((name) => `  cli ${usage(name)}`).join('\n')}

Everywhere: --home DIR, --json [FILE], --offline, --no-wait; --flag @file reads a file, --flag @- standard input.
Exit codes: 0 done, 1 failed, 2 wrong input, 3 hub not reached, 4 refused, 5 home or store not usable.
`);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
// A pipe that is closed early (cli … | head) is no error.
process.stdout.on('error', () => process.exit(0));
