import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockHome } from './lock.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'home-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));
const options = { clock: { now: () => 0 }, host: 'test' };
const held = () => {
  try {
    lockHome(home, options).release();
    return undefined;
  } catch (error) {
    return (error as { fault: { code: string; message: string } }).fault;
  }
};

it('a second holder in the same process is told who holds the home, and gets it when it is free', () => {
  const first = lockHome(home, options);
  expect(held()).toMatchObject({
    code: 'home.held',
    message: `The home ${home} is in use by process ${process.pid} (test) on ${hostname()} since 1970-01-01T00:00:00Z.`,
  });
  first.release();
  first.release();
  expect(held()).toBeUndefined();
});

it('another process holds it until it dies, however it dies', async () => {
  const script = `
    import { lockHome } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))};
    lockHome(${JSON.stringify(home)}, { clock: Date, host: 'cli' });
    console.log('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  expect(held()?.message).toContain(`process ${child.pid} (cli)`);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  expect(held()).toBeUndefined();
});

it('says that a home which is no folder cannot be used', () => {
  writeFileSync(join(home, 'file'), '');
  for (const path of [join(home, 'file'), join(home, 'file', 'below')]) {
    expect(() => lockHome(path, options)).toThrow(
      expect.objectContaining({ fault: expect.objectContaining({ code: 'home.notFolder', field: '--home' }) }),
    );
  }
  const made = lockHome(join(home, 'missing', 'deeper'), options);
  made.release();
});
