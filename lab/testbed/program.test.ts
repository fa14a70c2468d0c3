import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { startProgram } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'program-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const log = (name: string) => join(folder, name);
const alive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
/** Prints its process id and flags, then waits. */
const waiter = join(folder, 'waiter.sh');
writeFileSync(waiter, '#!/bin/sh\necho "pid $$ $*"\nexec sleep 300\n', { mode: 0o755 });
const pidIn = async (name: string) => {
  await expect.poll(() => readFileSync(log(name), 'utf8'), { timeout: 5000 }).toMatch(/pid \d+/);
  return Number(/pid (\d+)/.exec(readFileSync(log(name), 'utf8'))![1]);
};

describe.skipIf(process.platform === 'win32')('programs of the test bed', () => {
  test('get their flags, are logged and end when told', async () => {
    const program = startProgram(waiter, { 'data-dir': '/x y' }, log('told'));
    const pid = await pidIn('told');
    expect(program.log()).toContain('--data-dir=/x y');
    expect([program.alive(), alive(pid)]).toEqual([true, true]);
    await program.stop();
    expect([program.alive(), alive(pid)]).toEqual([false, false]);
  });

  test('end with the process that started them, however it ends', async () => {
    const source = `import { startProgram } from ${JSON.stringify(join(import.meta.dirname, 'program.ts'))};
      startProgram(${JSON.stringify(waiter)}, {}, ${JSON.stringify(log('orphan'))}); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: 'ignore' });
    const pid = await pidIn('orphan');
    parent.kill('SIGKILL');
    await expect.poll(() => alive(pid), { timeout: 5000 }).toBe(false);
  });

  test('end though they ignore a signal that ends all of their group at once', async () => {
    const stubborn = join(folder, 'stubborn.sh');
    writeFileSync(stubborn, '#!/bin/sh\ntrap "" TERM\necho "pid $$"\nwhile :; do sleep 0.2; done\n', { mode: 0o755 });
    const source = `import { startProgram } from ${JSON.stringify(join(import.meta.dirname, 'program.ts'))};
      startProgram(${JSON.stringify(stubborn)}, {}, ${JSON.stringify(log('stubborn'))}); setInterval(() => {}, 1000);`;
    const args = ['--input-type=module', '-e', source];
    const parent = spawn(process.execPath, args, { stdio: 'ignore', detached: true });
    const pid = await pidIn('stubborn');
    process.kill(-parent.pid!, 'SIGTERM');
    await expect.poll(() => alive(pid), { timeout: 10_000 }).toBe(false);
  }, 20_000);

  test('are not alive after they ended by themselves', async () => {
    const program = startProgram('/bin/false', {}, log('false'));
    await expect.poll(() => program.alive(), { timeout: 5000 }).toBe(false);
    await program.stop();
  });
});
