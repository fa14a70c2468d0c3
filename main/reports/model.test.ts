import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReportModel } from '../../shared/contract/install.ts';
import { toFault } from '../../shared/fault.ts';
import type { Sessions } from '../hubs/sessions.ts';
import { openStore, type Store } from '../store/open.ts';
import { createTimeline } from '../store/timeline.ts';
import { createReports } from './reports.ts';

const t = (seconds: number) =>
  new Date(Date.UTC(2026, 10, 22, 12) + seconds * 1000).toISOString().slice(0, 19).concat('Z');
const hub = 'h1';
const hubNow = t(4000);
let store: Store;
let home: string;

beforeEach(() => {
  store = openStore(':memory:');
  home = mkdtempSync(join(tmpdir(), 'reports-'));
  const { db } = store;
  db.prepare(
    `insert into hub (id, name, context, server, tls, practice, source_json, created_at) values (?, 'West', 'c', 'https://h', 'system-ca', 0, '{}', ?)`,
  ).run(hub, t(0));
  const spoke = db.prepare(
    `insert into spoke (hub, name, availability, operative, reason, openshift, kernels, kmm, kmm_since, kmm_started, since, created_at)
     values (?, ?, 'available', ?, ?, '4.12.3', 'k1', ?, ?, ?, ?, ?)`,
  );
  const proof = db.prepare(
    `insert into proof (hub, module, spoke, state, cause, reason, remedy, image, selected_at, since, proven_at)
     values (?, 'm', ?, ?, '', ?, '', 'r/x:k1', ?, ?, ?)`,
  );
  // Ten spokes: eight proven with 10, 20 … 80 s, one operative that failed, one that does not work; one untargeted.
  for (let n = 1; n <= 8; n += 1) {
    spoke.run(hub, `s${n}`, 1, '', 'installed', t(100 + n), n === 8 ? null : t(100), t(0), t(0));
    proof.run(hub, `s${n}`, 'proven', '', t(1000), t(1000 + n * 10), t(1000 + n * 10));
  }
  spoke.run(hub, 's9', 1, '', 'installed', t(190), t(100), t(0), t(0));
  proof.run(hub, 's9', 'failed', 'Worker pod crashed.', t(1000), t(1100), t(500));
  spoke.run(hub, 's10', 0, 'Its agent stopped.', 'installed', t(120), t(100), t(0), t(0));
  proof.run(hub, 's10', 'unknown', 'Not reachable.', t(1000), t(1100), null);
  spoke.run(hub, 's11', 1, '', 'absent', null, null, t(0), t(0));
  db.prepare(
    `insert into work (hub, spoke, name, purpose, module, generation, applied, applied_generation, applied_reason, applied_message,
       available, available_message, delivered, deleting, changed_at, created_at)
     values (?, 's8', 'm', 'module', 'm', 1, 'True', 1, '', '', 'True', '', 1, 0, ?, ?)`,
  ).run(hub, t(1068), t(1000));
  const build = db.prepare(
    `insert into build (hub, namespace, name, uid, module, spoke, kernel, image, action, state, started_at, ended_at)
     values (?, 'n', ?, ?, 'm', 's1', 'k1', 'r/x:k1', ?, ?, ?, ?)`,
  );
  build.run(hub, 'b1', 'u1', 'BuildImage', 'succeeded', t(900), t(960));
  build.run(hub, 'b2', 'u2', 'SignImage', 'succeeded', t(960), t(990));
  build.run(hub, 'b3', 'mbsc', 'BuildImage', 'waiting', null, null);
  db.prepare(
    `insert into delivery (id, hub, module, way, phase, yaml, started_at, ended_at) values ('d', ?, 'm', 'staged', 'done', '', ?, ?)`,
  ).run(hub, t(890), t(1200));
  const timeline = createTimeline(store);
  const add = (event: string, at: number, spokeName = '', module = '') =>
    timeline.add({ hub, at: t(at), seenAt: t(at), spoke: spokeName, module, event, sentence: '', tone: 'neutral' });
  add('kmmInstalled', 108, 's8');
  add('kmmInstalled', 101, 's1');
  add('hubKmmInstalled', 50);
  for (const [connected, synced] of [
    [-90_000, -89_000],
    [10, 30],
    [2000, 2010],
  ] as const) {
    add('hubConnected', connected);
    add('hubSynced', synced);
  }
  add('buildStarted', 900, 's1', 'm');
  add('buildStarted', 1, 's1', 'other');
});
afterEach(() => {
  store.close();
  rmSync(home, { recursive: true });
});

const sessions = (live: boolean): Sessions => ({
  client: () => {
    throw new Error('reports never ask the hub');
  },
  peek: () => (live ? ({} as ReturnType<Sessions['client']>) : undefined),
  hubNow: () => hubNow,
  isLive: () => live,
  onConnected: () => () => {},
  rediscover: () => {},
});
const clock = { now: () => Date.UTC(2030, 0, 1), sleep: async () => {} };
const reports = (live = true) => createReports({ store, sessions: sessions(live), clock, home }).handlers;
const read = async () =>
  JSON.parse((await reports()['reports.read']({ hub, module: 'm', format: 'json' })).text) as ReportModel;

describe('report model', () => {
  it('counts the day from the rows, as a funnel of operative spokes', async () => {
    const model = await read();
    expect(ReportModel.parse(model)).toEqual(model);
    expect(model.table).toEqual({ potential: 11, notWorking: 1, operative: 10, kmmInstalled: 9, kmodDeployed: 8 });
    expect(model.states).toEqual({ proven: 8, failed: 1, unknown: 1 });
    expect([model.builds, model.buildSeconds, model.way, model.image]).toEqual([1, 60, 'staged', 'r/x:k1']);
    expect([model.firstLoadAt, model.lastLoadAt]).toEqual([t(1010), t(1080)]);
  });

  it('measures durations only where both ends are known', async () => {
    const { durations, spokes } = await read();
    expect(durations.find(({ name }) => name.includes('delivered'))?.values).toMatchObject({ count: 1, max: 12 });
    const values = Object.fromEntries(
      durations
        .filter(({ name }) => !name.includes('delivered'))
        .map((each) => [each.name.split(':')[0]?.concat(each.name.includes('applied') ? '+' : ''), each.values]),
    );
    expect(values['KMM on a spoke']).toEqual({ count: 9, min: 1, p50: 5, p95: 90, p99: 90, max: 90 });
    expect(values['Load on a spoke']).toEqual({ count: 8, min: 10, p50: 40, p95: 80, p99: 80, max: 80 });
    expect(values['Load on a spoke+']).toMatchObject({ count: 8, min: 120, max: 190 });
    expect(values['Image build']).toMatchObject({ count: 1, max: 60 });
    expect(spokes.find(({ spoke }) => spoke === 's8')).toMatchObject({ kmmSeconds: null, loadSeconds: 80, reason: '' });
    // A spoke that was proven once and failed since has no time of proof.
    expect(spokes.find(({ spoke }) => spoke === 's9')).toMatchObject({
      state: 'failed',
      provenAt: null,
      loadSeconds: null,
    });
  });

  it('says what is not proven and why', async () => {
    const { notProven } = await read();
    expect(notProven.map(({ reason, spokes }) => [reason, spokes])).toEqual([
      ['Not operative: Its agent stopped.', ['s10']],
      ['The module does not target this spoke.', ['s11']],
      ['Worker pod crashed.', ['s9']],
    ]);
  });

  it('orders milestones by the hub’s time and claims no more than was seen', async () => {
    const { milestones } = await read();
    expect(milestones.map(({ at, name }) => [at, name])).toEqual([
      [t(10), 'Hub connected'],
      [t(30), 'Fleet in step'],
      [t(50), 'KMM on the hub'],
      [t(101), 'KMM on the first spoke'],
      [t(108), 'KMM on the last spoke so far'],
      [t(890), 'Module applied'],
      [t(900), 'Build started'],
      [t(1010), 'First load'],
      [t(1080), 'Last load so far'],
      [t(1200), 'Delivery done'],
    ]);
    expect(milestones[3]?.sentence).toContain('s1');
  });

  it('tells the age of its data on the hub’s clock', async () => {
    const fresh = new Date(clock.now() - 90_000).toISOString();
    store.db
      .prepare(`insert into feed (hub, kind, state, fresh_at) values (?, 'ManifestWork', 'retrying', ?)`)
      .run(hub, fresh);
    expect((await reports(false)['reports.summary']({ hub, module: 'm' })).dataFrom).toBe(t(4000 - 90));
    expect((await reports(true)['reports.summary']({ hub, module: 'm' })).dataFrom).toBe(hubNow);
  });
});

describe('reports calls', () => {
  it('leaves the lines out of the summary', async () => {
    expect((await reports()['reports.summary']({ hub, module: 'm' })).spokes).toEqual([]);
  });

  it.each(['html', 'json', 'csv'] as const)('writes %s into the home', async (format) => {
    const { path, bytes } = await reports()['reports.write']({ hub, module: 'm', format, path: undefined });
    expect(path).toBe(join(home, 'reports', `m_West_20261122T130640Z.${format}`));
    expect(readFileSync(path).byteLength).toBe(bytes);
    expect(readdirSync(join(home, 'reports'))).toHaveLength(1);
  });

  it('makes no folder of the user’s by a slip of the pen', async () => {
    const path = join(home, 'reprots', 'kmm.html');
    const refused = await Promise.resolve()
      .then(() => reports()['reports.write']({ hub, module: 'm', format: 'html', path }))
      .catch(toFault);
    expect(refused).toMatchObject({
      code: 'report.unwritable',
      field: 'path',
      remedy: expect.stringContaining('--path'),
    });
    expect((refused as { message: string }).message).toContain(join(home, 'reprots'));
    expect(readdirSync(home)).toEqual([]);
  });

  it('names the path it cannot write and leaves nothing half', async () => {
    const blocked = join(home, 'file');
    writeFileSync(blocked, 'x');
    const path = join(blocked, 'below.html');
    const refused = await Promise.resolve()
      .then(() => reports()['reports.write']({ hub, module: 'm', format: 'html', path }))
      .catch(toFault);
    expect(refused).toMatchObject({ code: 'report.unwritable', field: 'path' });
    expect(readFileSync(blocked, 'utf8')).toBe('x');
    expect(readdirSync(home)).toEqual(['file']);
  });

  it('knows which hubs and modules there are', async () => {
    const ask = (input: { hub: string; module: string }) =>
      Promise.resolve()
        .then(() => reports()['reports.summary'](input))
        .catch(toFault);
    expect(await ask({ hub: 'nope', module: 'm' })).toMatchObject({ code: 'hub.unknown', field: 'hub' });
    expect(await ask({ hub, module: 'nope' })).toMatchObject({ code: 'object.unknown', field: 'module' });
  });
});
