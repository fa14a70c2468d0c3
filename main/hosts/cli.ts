import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../shared/clock.ts';
import { type CallName, calls, type Output } from '../../shared/contract.ts';
import { fault, toFault } from '../../shared/fault.ts';
import { createEngine, type Engine } from '../engine.ts';
import { type Command, parseCommand, toInput, unknownCommand, usage } from './cli-args.ts';
import { caller, chooseHub, connect, connectFor, live, until } from './cli-connect.ts';
import { follow, stayConnected } from './cli-follow.ts';
import { exitCode, faultText, human } from './cli-output.ts';
import { practiceElsewhere } from './cli-practice.ts';
import { tellJobs } from './cli-progress.ts';
import { runOf, stayWithRun } from './cli-run.ts';
import { cleanLines } from './cli-text.ts';
import { demo } from './demo.ts';
import { homeFolder } from './home.ts';
import { labProcess } from './lab-process.ts';
import { registryProcess } from './registry-process.ts';
import { serve } from './serve.ts';
import { version } from './version.ts';

const say = (line: string) => process.stderr.write(`${cleanLines(line)}\n`);

/** Entry of the command line. Results go to stdout, everything said on the way to stderr. */
async function main(argv: readonly string[]): Promise<number> {
  let json = argv.includes('--json');
  let stopped = false;
  try {
    const command = parseCommand(argv);
    json = command.json;
    if (/^help(\.|$)/.test(command.name) || command.flags.some(([flag]) => flag === 'help')) return help(command);
    if (command.name === 'version') return print(version, `KMM Bastion ${version}`, command);
    if (command.name !== 'demo' && command.name !== 'serve' && !Object.hasOwn(calls, command.name)) {
      throw unknownCommand(command.name);
    }
    // Practice never touches the home where real hubs are kept.
    const home = homeFolder(command.home, process.env, process.platform, command.name === 'demo');
    const open = (folder: string) =>
      createEngine({
        home: folder,
        clock: systemClock(),
        random: Math.random,
        host: command.name === 'serve' ? 'web' : 'cli',
        version,
        shell: {},
        lab: labProcess({ execPath: process.execPath }),
        registry: registryProcess({ execPath: process.execPath }),
        env: process.env,
      });
    const engine = open(home);
    const stop = () => {
      // What ends by this has not failed.
      stopped = true;
      void engine.close().finally(() => process.exit(130));
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    try {
      if (command.name === 'demo') return await demo(engine, command, say, () => open(join(home, 'office')));
      if (command.name === 'serve') return await serve(engine, command, say);
      const result = await run(engine, command, command.name as CallName);
      return print(result, human(result), command);
    } finally {
      await engine.close();
    }
  } catch (error) {
    const why = toFault(error);
    if (stopped && why.code.endsWith('.ended')) return 130;
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
  if (name === 'hubs.connect' && hub) return connectOnce(engine, hub, command);
  if (hub) await connectFor(engine, name, hub, { ...command, say });
  const quiet = name.startsWith('mirror.') ? tellJobs(engine, say, process.stderr.isTTY === true) : () => {};
  const wait = command.wait && input['wait'] !== false;
  const result = await stayWithRun(engine, name, { wait, say }, () => engine.call(name, input)).finally(quiet);
  const delivery =
    name === 'modules.apply' || name === 'deliveries.get' ? (result as Output<'deliveries.get'>) : undefined;
  if (name === 'deliveries.get' && delivery && command.stay) {
    await connect(engine, delivery.hub, { ...command, say });
    await live(engine, delivery.hub);
    return follow(engine, delivery, say);
  }
  if (name === 'lab.start') {
    say('The practice hub runs until this command is interrupted (Ctrl+C).');
    const { kubeconfig } = result as Output<'lab.start'>;
    if (kubeconfig) say(`For kubectl: export KUBECONFIG=${kubeconfig}`);
    print(result, human(result), command);
    await until(engine, async () => !(await caller(engine)('lab.status', {})).running);
    throw fault('lab.ended', 'The practice hub has ended by itself.', 'Start it again.');
  }
  if (name === 'mirror.serve' || name === 'mirror.practice') {
    say('It is served until this command is interrupted (Ctrl+C).');
    print(result, human(result), command);
    if (name === 'mirror.practice' && !command.json) {
      for (const line of await practiceElsewhere(engine, homeFolder(command.home, process.env))) say(line);
    }
    await until(engine, async () => name === 'mirror.serve' && !(await caller(engine)('mirror.serving', {})).running);
    throw fault('registry.ended', 'The registry has ended by itself.', 'Start it again.');
  }
  if (name === 'mirror.prune' && !command.json) {
    const { dryRun, blobs } = result as Output<'mirror.prune'>;
    if (dryRun && blobs > 0) say('Nothing was freed: this was a look. To free it, add --dryRun false.');
  }
  return name === 'modules.apply' && delivery && command.wait ? follow(engine, delivery, say) : result;
}

/** `hubs connect`: brings the rows up to date and leaves; with --stay it goes on until it is interrupted. */
async function connectOnce(engine: Engine, hub: string, command: Command): Promise<unknown> {
  const call = caller(engine);
  await connect(engine, hub, { ...command, say });
  if (command.stay) await stayConnected(engine, hub, say);
  else await live(engine, hub);
  const { deliveries } = await call('deliveries.list', { hub, module: '' });
  for (const { id, module, endedAt, sentence } of deliveries) {
    if (!endedAt)
      say(
        `${module} is being delivered, which goes on only while the application runs: ${sentence}\n  Stay with it: cli deliveries get --id ${id} --follow`,
      );
  }
  return call('hubs.get', { hub });
}

function print(value: unknown, text: string, command: Command): number {
  const json = JSON.stringify(value, null, 2);
  if (command.jsonFile) writeFileSync(command.jsonFile, `${json}\n`);
  process.stdout.write(`${command.json && !command.jsonFile ? json : text}\n`);
  // Done for some and refused for others is not done.
  const { refused, missing, gaps } = (value ?? {}) as Partial<Record<'refused' | 'missing' | 'gaps', unknown>>;
  const run = runOf(command.name, value);
  const some = (list: unknown) => Array.isArray(list) && list.length > 0;
  if (some(refused)) return 4;
  // What a save or an apply would refuse is wrong input already.
  const { findings } = (value ?? {}) as { findings?: { severity?: string }[] };
  const isCheck = command.name === 'mirror.check' || command.name === 'modules.check';
  if (isCheck && findings?.some(({ severity }) => severity === 'error')) return 2;
  if (command.name === 'mirror.checkSite' && (value as Output<'mirror.checkSite'>).health === 'failed') return 1;
  if (command.name === 'mirror.plan' && !(value as Output<'mirror.plan'>).fits) return 1;
  if (run?.state === 'interrupted') return 130;
  return some(missing) || some(gaps) || (run && run.state !== 'done') ? 1 : 0;
}

function help(command: Command): number {
  // `cli mirror plan --help`, `cli help mirror plan`, `cli mirror --help`: one call, or those of a room.
  const third = command.flags.find(([flag]) => flag === '')?.[1];
  const about = [...command.name.split('.'), third].filter((word) => word && word !== 'help').join('.');
  const all = Object.keys(calls) as CallName[];
  const fitting = all.filter((name) => name === about || name.startsWith(`${about}.`));
  const named = fitting.length > 0 ? fitting : all;
  process.stdout.write(`KMM Bastion ${version}

  cli demo [--scenario NAME] [--seed N] [--speed X] [--broken N] [--json FILE] [--keep]
  cli serve [--port N]               the window in a browser, on 127.0.0.1 only
  cli hubs add --kubeconfig FILE [--context NAME]
  cli hubs renew --kubeconfig FILE   a fresh kubeconfig for a known hub, when its token has run out
  cli hubs connect [--hub ID] [--stay] [--allow-exec]
  cli deliveries get --id ID --follow    connects and stays with a delivery until it ends

Every call of the application (\`cli fleet page --help\` shows one in full):
${named.map((name) => `  cli ${usage(name, named.length > 1 ? 'short' : 'full')}`).join('\n')}

Everywhere: --home DIR, --json [FILE], --offline, --no-wait; --flag @file reads a file, --flag @- standard input.
Exit codes: 0 done, 1 failed, 2 wrong input, 3 hub not reached, 4 refused, 5 home or store not usable,
130 interrupted (a run of the mirror that was is gone on with by \`cli mirror resume\`).
`);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
// A pipe that is closed early (cli … | head) is no error.
process.stdout.on('error', () => process.exit(0));
