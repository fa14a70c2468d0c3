import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { refusal, type TestEngine, testEngine } from './testing/test-engine.ts';

let home: string;
let db: string;
let engine: TestEngine | undefined;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'bad-home-'));
  db = join(home, 'bastion.db');
  engine = testEngine(home);
  await engine.typed('hubs.add', { source: { text: kubeconfig('first') } });
  await engine.typed('views.save', { name: 'mine', filter: {}, sort: 'name', descending: false });
});
afterEach(async () => {
  await engine?.close();
  engine = undefined;
  rmSync(home, { recursive: true, force: true });
});

const kubeconfig = (name: string) => `apiVersion: v1
kind: Config
contexts: [{ name: ${name}, context: { cluster: c, user: u } }]
clusters: [{ name: c, cluster: { server: 'https://127.0.0.1:1' } }]
users: [{ name: u, user: { token: secret } }]
`;
const close = async () => {
  await engine!.close();
  engine = undefined;
};
/** Every file of the home with its bytes, but not those that say who holds it. */
const files = () =>
  Object.fromEntries(
    readdirSync(home, { recursive: true, encoding: 'utf8' })
      .filter((name) => !/^(lock\.db|holder\.json)/.test(name) && statSync(join(home, name)).isFile())
      .map((name) => [name, readFileSync(join(home, name)).toString('base64')]),
  );
const kept = async () => ({
  hubs: (await engine!.typed('hubs.list', {})).hubs.map(({ id }) => id),
  views: (await engine!.typed('views.list', {})).views.map(({ name }) => name),
});
const root = process.getuid?.() === 0;

describe('a database that cannot be used is left as it is, and the home is free again', () => {
  const cases: [string, string, () => void][] = [
    [
      'from a newer version',
      'store.newer',
      () => {
        const file = new Database(db);
        file.pragma('user_version = 9999');
        file.close();
      },
    ],
    ['cut short', 'store.damaged', () => truncateSync(db, 8192)],
    ['another file in its place', 'store.damaged', () => writeFileSync(db, 'my notes\n'.repeat(200))],
    ['write-protected', 'store.readOnly', () => chmodSync(db, 0o444)],
  ];
  test.each(cases)('%s', async (_what, code, spoil) => {
    await close();
    const good = readFileSync(db);
    spoil();
    const before = files();
    const why = await refusal(() => testEngine(home));
    expect(why).toMatchObject({ code, field: db });
    expect(files()).toEqual(before);
    // Not held by the attempt that failed: as soon as the file is right again, everything is there.
    chmodSync(db, 0o600);
    writeFileSync(db, good);
    engine = testEngine(home);
    expect(await kept()).toEqual({ hubs: ['first'], views: ['mine'] });
  });
});

test('a second instance: who holds the home is said, and the first works on', async () => {
  const why = await refusal(() => testEngine(home));
  expect(why).toMatchObject({ code: 'home.held', field: '--home' });
  expect(why.message).toContain(String(process.pid));
  await engine!.typed('hubs.add', { source: { text: kubeconfig('second') } });
  expect((await kept()).hubs).toEqual(['first', 'second']);
  await close();
  engine = testEngine(home);
  expect((await kept()).hubs).toEqual(['first', 'second']);
});

test('a home that cannot be a folder', async () => {
  const file = join(home, 'file');
  writeFileSync(file, 'x');
  expect(await refusal(() => testEngine(file))).toMatchObject({ field: '--home' });
  expect(await refusal(() => testEngine(join(file, 'below')))).toMatchObject({ field: '--home' });
});

const disk = root && process.platform === 'linux';
test.skipIf(!disk)(`a full disk${disk ? '' : ' (skipped: needs root to mount a small one)'}`, async () => {
  await close();
  const small = join(home, 'disk');
  mkdirSync(small);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small]);
  try {
    const place = join(small, 'home');
    engine = testEngine(place);
    await engine.typed('hubs.add', { source: { text: kubeconfig('first') } });
    const free = () => execFileSync('df', ['--output=avail', '-B1', small]).toString().trim().split('\n').at(-1)!;
    writeFileSync(join(small, 'filler'), Buffer.alloc(Number(free())));
    const full = engine;
    // Each adds a row; the database soon needs a page that is not there.
    const why = await refusal(async () => {
      for (let n = 0; n < 200; n += 1) {
        const filter = { labels: Array.from({ length: 400 }, (_, at) => `site=${at}`) };
        await full.typed('views.save', { name: `v${n}`, filter, sort: 'name', descending: false });
      }
    });
    expect(why.code).toBe('store.diskFull');
    expect(why.remedy).toContain('Free some space');
    const pasted = await refusal(() =>
      full.typed('hubs.add', { source: { text: `${kubeconfig('second')}# ${'x'.repeat(9000)}` } }),
    );
    expect(pasted.code).toBe('store.diskFull');
    const known = await kept();
    expect(known.hubs).toEqual(['first']);

    rmSync(join(small, 'filler'));
    await engine.typed('views.save', { name: 'after', filter: {}, sort: 'name', descending: false });
    await close();
    engine = testEngine(place);
    expect(await kept()).toEqual({ hubs: ['first'], views: [...known.views, 'after'].sort() });
    await close();
    expect(existsSync(join(place, 'holder.json'))).toBe(false);
  } finally {
    await engine?.close();
    engine = undefined;
    execFileSync('umount', [small]);
  }
});
