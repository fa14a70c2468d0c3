import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LabHub, startLabHub } from '../testing/lab-hub.ts';

const home = mkdtempSync(join(tmpdir(), 'cli-'));
let lab: LabHub;
beforeAll(async () => {
  lab = await startLabHub('site-3', { speed: 30 });
  writeFileSync(join(home, 'reader'), lab.kubeconfig('reader'));
});
afterAll(async () => {
  await lab.close();
  rmSync(home, { recursive: true, force: true });
});

function start(...args: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'cli.ts'), ...args, '--home', join(home, 'home')]);
  const said = { out: '', err: '' };
  child.stdout.on('data', (data) => {
    said.out += String(data);
  });
  child.stderr.on('data', (data) => {
    said.err += String(data);
  });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, said, code };
}
async function cli(...args: string[]) {
  const { said, code } = start(...args);
  return { code: await code, ...said };
}

test('a hub from the first look to stored rows that tell their age', async () => {
  expect(await cli('fleet', 'page')).toMatchObject({ code: 2, err: expect.stringContaining('--hub: No hub is known') });
  expect(await cli('hubs', 'add', '--kubeconfig', join(home, 'reader'))).toMatchObject({ code: 0 });
  expect((await cli('fleet', 'counts')).err).toContain('was never read');
  const connected = await cli('hubs', 'connect', '--json');
  expect(connected.code).toBe(0);
  expect(JSON.parse(connected.out)).toMatchObject({ phase: 'live', spokes: 3, identity: 'auditor' });
  const page = await cli('fleet', 'page', '--sort', 'name');
  expect(page.out).toContain('sno00003');
  expect(page.err).toMatch(/^Stored rows of lab-hub, last current \d+ s ago \(20/);
  // What an apply refuses, a check does not call done.
  const module = join(home, 'module.yaml');
  writeFileSync(module, 'kind: ManagedClusterModule\nmetadata: {name: Bad_Name}\n');
  const checked = await cli('modules', 'check', '--yaml', `@${module}`);
  expect(checked).toMatchObject({ code: 2, out: expect.stringContaining('error') });
  const file = join(home, 'out.json');
  await cli('fleet', 'page', '--json', file);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ total: 3 });
}, 180_000);

test('what is wrong, refused or away has its exit code', async () => {
  expect(await cli('fleet', 'page', '--limit', 'many')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^--limit/),
  });
  const refused = await cli('install', 'apply', '--where', 'spokes', '--json');
  expect(refused.code).toBe(4);
  expect(JSON.parse(refused.out)).toMatchObject({ fault: { code: 'hub.forbidden' } });
  expect(await cli('modules', 'get', '--name', 'none')).toMatchObject({ code: 2 });

  const { child, said, code } = start('hubs', 'connect', '--stay');
  await expect.poll(() => said.err, { timeout: 20_000 }).toContain('live');
  const second = await cli('hubs', 'list');
  expect(second).toMatchObject({ code: 5, err: expect.stringContaining(`process ${child.pid} (cli)`) });
  await lab.leave();
  await expect.poll(() => said.err, { timeout: 20_000 }).toContain('lab-hub: stale.');
  child.kill('SIGINT');
  expect(await code).toBe(130);

  const away = await cli('install', 'status');
  expect(away).toMatchObject({ code: 3, err: expect.stringContaining('nothing listens there') });
  expect(await cli('install', 'status', '--offline')).toMatchObject({ code: 0 });
}, 180_000);
