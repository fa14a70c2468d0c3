import { writeFileSync } from 'node:fs';
import type { Output, Transport } from '../../shared/contract.ts';
import { FaultError, fault } from '../../shared/fault.ts';
import type { Engine } from '../engine.ts';
import type { Command } from './cli-args.ts';
import { caller, until } from './cli-connect.ts';
import { mirrorDay } from './demo-mirror.ts';
import { demoModule } from './demo-module.ts';
import { dayTable } from './demo-table.ts';
import { serve } from './serve.ts';

const flag = (command: Command, name: string) => command.flags.find(([key]) => key === name)?.[1];

function number(command: Command, name: string): number | undefined {
  const text = flag(command, name);
  if (text === undefined) return undefined;
  if (text === '' || !Number.isFinite(Number(text))) {
    throw fault('input.invalid', `--${name} must be a number, not "${text}".`, 'Write digits.', { field: `--${name}` });
  }
  return Number(text);
}

/**
 * The main job on the practice hub, through the contract alone: connect, sync, install KMM on hub and spokes, deliver kmm-kmod,
 * wait for proof of load, write the report, print the table as counted from the store.
 */
export async function demo(
  transport: Transport,
  command: Command,
  say: (line: string) => void,
  openOffice: () => Engine,
): Promise<number> {
  const begun = performance.now();
  const call = caller(transport);
  const scenario = flag(command, 'scenario') || 'scale-1755';
  const seed = number(command, 'seed') ?? 1;
  const speed = number(command, 'speed') ?? 30;
  const broken = number(command, 'broken');
  // A quarter of an hour of the hub's time without any change: longer than any retry of its agents but the last.
  const patience = Math.max(8000, 900_000 / speed);
  const way = flag(command, 'way') === 'plain' ? 'plain' : 'staged';
  const elapsed = () => `${((performance.now() - begun) / 1000).toFixed(0).padStart(4)} s  `;
  const tell = (line: string) => say(elapsed() + line);

  tell(`Starting the practice hub: ${scenario}, seed ${seed}, ${speed} times as fast as life.`);
  const { hub = '' } = await call('lab.start', { scenario, seed, speed, ...(broken !== undefined && { broken }) });
  await until(transport, async () => {
    const state = await call('hubs.get', { hub });
    if (state.phase === 'refused' && state.fault) throw new FaultError(state.fault);
    return state.phase === 'live';
  });
  const fleet = await call('fleet.counts', { hub });
  tell(
    `Connected and in step: ${fleet.potential} spokes, ${fleet.operative} operative, ${fleet.notWorking} not working.`,
  );
  for (const { reason, count, examples } of fleet.notWorkingReasons)
    tell(`  ${count} × ${reason} (${examples.join(', ')})`);

  const mirror =
    flag(command, 'no-mirror') === undefined ? await mirrored(transport, hub, openOffice, tell) : undefined;
  // KMM comes from the catalog that was just mirrored.
  const params = mirror?.catalogSource ? { source: mirror.catalogSource } : {};
  await installHub(transport, hub, params, tell);
  await installSpokes(transport, hub, params, patience, tell);
  const delivery = await deliver(transport, hub, way, patience, tell);

  const report = await call('reports.summary', { hub, module: demoModule.name });
  const files = [];
  for (const format of ['html', 'json', 'csv'] as const) {
    files.push(await call('reports.write', { hub, module: demoModule.name, format }));
  }
  const { table, ...rest } = report;
  const wallSeconds = Math.round((performance.now() - begun) / 100) / 10;
  const { builds, buildSeconds, firstLoadAt, lastLoadAt, milestones, states, notProven } = rest;
  const result = {
    ...table,
    builds,
    buildSeconds,
    firstLoadAt,
    lastLoadAt,
    milestones,
    states,
    notProven,
    scenario,
    seed,
    speed,
    way,
    delivery: delivery.phase,
    ...(mirror && { mirror }),
    reports: files.map(({ path }) => path),
    wallSeconds,
  };
  if (command.jsonFile) writeFileSync(command.jsonFile, `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(
    command.json && !command.jsonFile ? `${JSON.stringify(result, null, 2)}\n` : dayTable(report, files, wallSeconds),
  );
  if (flag(command, 'keep') !== undefined) return serve(transport, command, say);
  await call('lab.stop', {});
  return delivery.phase === 'done' || way === 'plain' ? 0 : 1;
}

/** The mirror's part of the day, with the connected laptop's engine beside this one; it ends when the clusters are told. */
async function mirrored(field: Transport, hub: string, openOffice: () => Engine, tell: (line: string) => void) {
  const office = openOffice();
  try {
    const { home } = await caller(office)('app.info', {});
    return await mirrorDay({ office, field }, { hub, home, tell });
  } finally {
    await office.close();
  }
}

async function installHub(
  transport: Transport,
  hub: string,
  params: { source?: string },
  tell: (line: string) => void,
): Promise<void> {
  const call = caller(transport);
  await call('install.apply', { hub, where: 'hub', params });
  tell('KMM for the hub: Subscription applied.');
  let last: Output<'install.status'>['hub'] | undefined;
  await until(transport, async () => {
    last = (await call('install.status', { hub })).hub;
    return last.state === 'installed' || last.state === 'failed';
  });
  if (last?.state === 'failed')
    throw fault('install.failed', last.sentence, 'See the hub page for the operator’s messages.');
  tell(`KMM-Hub ${last?.version} is installed.`);
}

/** Until every operative spoke has KMM; a spoke that can't get it is counted, not waited for. */
async function installSpokes(
  transport: Transport,
  hub: string,
  params: { source?: string },
  patience: number,
  tell: (line: string) => void,
): Promise<void> {
  const call = caller(transport);
  const { sentence } = await call('install.apply', { hub, where: 'spokes', params });
  tell(`KMM for the spokes: ${sentence}`);
  await settle(transport, 'KMM installed on', tell, patience, async () => {
    const { operative, kmmInstalled } = await call('fleet.counts', { hub });
    return { done: kmmInstalled, of: operative };
  });
}

async function deliver(
  transport: Transport,
  hub: string,
  way: 'staged' | 'plain',
  patience: number,
  tell: (line: string) => void,
): Promise<Output<'deliveries.get'>> {
  const call = caller(transport);
  const { preview, findings } = await call('modules.check', { hub, yaml: demoModule.yaml });
  if (preview) tell(preview.sentence);
  for (const { severity, message } of findings) if (severity !== 'info') tell(`  ${severity}: ${message}`);
  const anyway =
    way === 'plain' ? findings.map(({ rule }) => rule).filter((rule) => rule.startsWith('selection.')) : [];
  const { id } = await call('modules.apply', { hub, yaml: demoModule.yaml, way, anyway });
  let last = '';
  let state = await call('deliveries.get', { id });
  await settle(transport, '', tell, patience, async () => {
    state = await call('deliveries.get', { id });
    if (state.sentence !== last) tell(state.sentence);
    last = state.sentence;
    // A plain delivery has no end of its own, and a failure there may pass: only proof counts, or nothing moving any more.
    const ended = way === 'staged' && ['done', 'failed', 'stopped'].includes(state.phase);
    return {
      done: state.states['proven'] ?? 0,
      of: state.targets,
      mark: JSON.stringify(state.states),
      ended,
      counts: way === 'plain',
    };
  });
  return state;
}

/** Waits until all is done, or until nothing has moved for a good while: then the rest is what the report must explain. */
async function settle(
  transport: Transport,
  what: string,
  tell: (line: string) => void,
  patience: number,
  look: () => Promise<{ done: number; of: number; mark?: string; ended?: boolean; counts?: boolean }>,
): Promise<void> {
  let before = -1;
  let marked = '';
  let moved = performance.now();
  let told = performance.now();
  await until(transport, async () => {
    // A staged delivery says itself when it is over; `counts: false` waits for that word.
    const { done, of, ended, mark = '', counts = true } = await look();
    if (done !== before || mark !== marked) moved = performance.now();
    marked = mark;
    if (what !== '' && done !== before && (done === of || performance.now() - told > 5000)) {
      tell(`${what} ${done} of ${of} spokes.`);
      told = performance.now();
    }
    before = done;
    return ended === true || (counts && of > 0 && done >= of) || performance.now() - moved > patience;
  });
}
