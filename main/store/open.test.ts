import { execFileSync, spawn } from 'node:child_process';
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
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrations } from './migrate.ts';
import { openStore, type Store } from './open.ts';
import { addHub } from './testing/hub-row.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  path = join(folder, 'bastion.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const code = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    const { fault } = error as { fault?: { code: string; field?: string; remedy: string } };
    expect(fault, String(error)).toBeDefined();
    expect(fault!.remedy).not.toBe('');
    return fault!.code;
  }
  return 'no fault';
};
const filled = () => {
  const store = openStore(path);
  addHub(store, 'h');
  for (let n = 0; n < 200; n += 1) {
    store.db
      .prepare(`insert into job values (?, '', 'k', 't', 'done', 0, 0, '', ?, '', null, null)`)
      .run(`j${n}`, 'x'.repeat(500));
  }
  store.close();
};
const bytes = () => readFileSync(path);

describe('opening', () => {
  it('makes a store in WAL mode, for this user alone, and finds it again', () => {
    filled();
    const store = openStore(path);
    for (const file of [path, `${path}-wal`])
      if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(store.db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(store.db.pragma('user_version', { simple: true })).toBe(migrations.length);
    expect(store.db.prepare('select count(*) from job').pluck().get()).toBe(200);
    store.close();
  });
  it('refuses a newer database and leaves every byte', () => {
    filled();
    const db = new Database(path);
    db.pragma(`user_version = ${migrations.length + 1}`);
    db.close();
    const before = bytes();
    expect(code(() => openStore(path))).toBe('store.newer');
    expect(bytes().equals(before)).toBe(true);
  });
  it('refuses what is cut short, what is no database and what is another program’s', () => {
    filled();
    truncateSync(path, 8192);
    expect(code(() => openStore(path))).toBe('store.damaged');
    truncateSync(path, 50);
    expect(code(() => openStore(path))).toBe('store.damaged');
    writeFileSync(path, 'hello, this is a text file and not a database at all'.repeat(10));
    expect(code(() => openStore(path))).toBe('store.damaged');
    expect(bytes().toString()).toContain('hello');
    rmSync(path);
    const other = new Database(path);
    other.exec('create table t (a)');
    other.close();
    expect(code(() => openStore(path))).toBe('store.foreign');
  });
  it('refuses an emptied file while changes to it wait beside it, takes a new empty one', () => {
    writeFileSync(path, '');
    writeFileSync(`${path}-wal`, 'x');
    expect(code(() => openStore(path))).toBe('store.damaged');
    rmSync(`${path}-wal`);
    openStore(path).close();
  });
  it('refuses a write-protected file', () => {
    filled();
    chmodSync(path, 0o444);
    expect(code(() => openStore(path))).toBe('store.readOnly');
  });
  it('says that a folder in the file’s place cannot be opened', () => {
    mkdirSync(path);
    expect(code(() => openStore(path))).toMatch(/^store\.(readOnly|damaged)$/);
  });
});

describe('migrations', () => {
  const second = 'alter table job add column more text';
  it('copies the file before it changes it', () => {
    filled();
    const store = openStore(path, { migrations: [...migrations, second], clock: { now: () => 0 } });
    expect(store.backup).toBe(join(folder, 'backups', `schema-${migrations.length}-1970-01-01T000000Z.db`));
    expect(store.db.pragma('user_version', { simple: true })).toBe(migrations.length + 1);
    store.close();
    const copy = new Database(store.backup!, { readonly: true });
    expect(copy.pragma('user_version', { simple: true })).toBe(migrations.length);
    expect(copy.prepare('select count(*) from job').pluck().get()).toBe(200);
    copy.close();
  });
  it('a migration that fails leaves the old schema and the copy', () => {
    filled();
    expect(() => openStore(path, { migrations: [...migrations, second, 'create table job (x)'] })).toThrow(
      /already exists/,
    );
    const store = openStore(path);
    expect(store.db.prepare('select * from job limit 1').get()).not.toHaveProperty('more');
    store.close();
    expect(readdirSync(join(folder, 'backups'))).toHaveLength(1);
  });
  it('does not migrate when the copy cannot be written', () => {
    filled();
    writeFileSync(join(folder, 'backups'), 'in the way');
    expect(code(() => openStore(path, { migrations: [...migrations, second] }))).toBe('store.backupFailed');
    const store = openStore(path);
    expect(store.db.prepare('select * from job limit 1').get()).not.toHaveProperty('more');
    store.close();
  });
});

describe('kill -9', () => {
  it('in the middle of writing loses only the open transaction', async () => {
    openStore(path).close();
    const script = `
      import { openStore } from ${JSON.stringify(join(import.meta.dirname, 'open.ts'))};
      const store = openStore(${JSON.stringify(path)});
      const put = store.db.prepare("insert into job values (?, '', 'k', 't', 'done', 0, 0, '', '', '', null, null)");
      for (let n = 0; ; n += 2) {
        store.transaction(() => { put.run('a' + n); put.run('b' + n); });
        if (n === 200) console.log('go');
      }`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    const store = openStore(path);
    const count = (letter: string) =>
      store.db.prepare(`select count(*) from job where id like ?`).pluck().get(`${letter}%`);
    expect(store.db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(count('a')).toBeGreaterThan(100);
    expect(count('a')).toBe(count('b'));
    store.close();
  });
});

const canMount = (() => {
  const at = mkdtempSync(join(tmpdir(), 'mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', at], { stdio: 'ignore' });
    execFileSync('umount', [at], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(at, { recursive: true, force: true });
  }
})();

describe.skipIf(!canMount)('on a disk of its own (skipped where this user may not mount)', () => {
  let disk: string;
  let store: Store | undefined;
  const mount = (options: string) => execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk]);
  beforeEach(() => {
    disk = join(folder, 'disk');
    mkdirSync(disk);
    mount('size=3m');
    path = join(disk, 'bastion.db');
  });
  afterEach(() => {
    store?.close();
    store = undefined;
    execFileSync('umount', ['-l', disk]);
  });
  it('a full disk is said, loses nothing written, and writing goes on when there is room', () => {
    store = openStore(path);
    const put = store.db.prepare(`insert into job values (?, '', 'k', 't', 'done', 0, 0, '', ?, '', null, null)`);
    store.transaction(() => put.run('first', ''));
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(1_500_000));
    let fits = 0;
    const fill = () => {
      for (; fits < 1000; fits += 1) store!.transaction(() => put.run(`big${fits}`, 'x'.repeat(20_000)));
    };
    expect(code(fill)).toBe('store.diskFull');
    expect(store.db.prepare('select count(*) from job').pluck().get()).toBe(fits + 1);
    rmSync(join(disk, 'ballast'));
    store.transaction(() => put.run('after', ''));
    store.close();
    store = openStore(path);
    expect(store.db.prepare('select count(*) from job').pluck().get()).toBe(fits + 2);
    expect(store.db.pragma('integrity_check', { simple: true })).toBe('ok');
  });
  it('a read-only disk is said', () => {
    filled();
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    expect(code(() => openStore(path))).toBe('store.readOnly');
    execFileSync('mount', ['-o', 'remount,rw', disk]);
    expect(existsSync(path)).toBe(true);
  });
});
