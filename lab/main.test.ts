import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { parse } from 'yaml';

const entry = join(import.meta.dirname, 'main.ts');
let lab: ChildProcess | undefined;
const dir = mkdtempSync(join(tmpdir(), 'kmm-lab-'));
afterEach(() => {
  lab?.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

function start(...args: string[]) {
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  lab = child;
  const line = new Promise<Record<string, unknown>>((resolve) =>
    createInterface({ input: child.stdout }).once('line', (text) => resolve(JSON.parse(text))),
  );
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, line, code };
}

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
  users: { user: { 'client-certificate-data'?: string; 'client-key-data'?: string; token?: string } }[];
}

function get(file: string, path: string): Promise<{ status: number; date: string; body: string }> {
  const { clusters, users } = parse(readFileSync(join(dir, file), 'utf8')) as Kubeconfig;
  const { server, 'certificate-authority-data': ca } = clusters[0]!.cluster;
  const plain = (text: string | undefined) => (text ? Buffer.from(text, 'base64').toString() : undefined);
  const { user } = users[0]!;
  return new Promise((resolve, reject) => {
    request(
      `${server}${path}`,
      {
        ca: plain(ca),
        cert: plain(user['client-certificate-data']),
        key: plain(user['client-key-data']),
        headers: user.token ? { authorization: `Bearer ${user.token}` } : {},
      },
      (response) => {
        let body = '';
        response.on('data', (part) => {
          body += String(part);
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, date: response.headers.date ?? '', body }),
        );
      },
    )
      .on('error', reject)
      .end();
  });
}

test('serves a scenario over HTTPS in lab time, and ends with its standard input', async () => {
  const { child, line, code } = start('--scenario', 'site-3', '--seed', '5', '--speed', '600', '--dir', dir);
  const ready = await line;
  expect(ready).toMatchObject({ ready: true, scenario: 'site-3', spokes: 3, kubeconfig: join(dir, 'kubeconfig') });
  expect(statSync(join(dir, 'kubeconfig')).mode & 0o777).toBe(0o600);
  const path = '/apis/cluster.open-cluster-management.io/v1/managedclusters';
  const first = await get('kubeconfig', path);
  expect(JSON.parse(first.body).items.length).toBe(3);
  expect((await get('kubeconfig-reader', path)).status).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const later = await get('kubeconfig', path);
  expect(Date.parse(later.date) - Date.parse(first.date)).toBeGreaterThan(200_000);
  child.stdin.end();
  expect(await code).toBe(0);
});

test('unknown scenario, option and number: one JSON line with the words, exit code 2', async () => {
  for (const [args, words] of [
    [['--scenario', 'moon', '--dir', dir], 'unknown scenario "moon"; there are site-3'],
    [['--option', 'colour=blue', '--dir', dir], 'unknown option "colour"'],
    [['--broken', 'many', '--dir', dir], '--broken must be a whole number'],
    [['--scenario', 'site-3'], '--dir is missing'],
  ] as const) {
    const { line, code } = start(...args);
    expect((await line).error).toContain(words);
    expect(await code).toBe(2);
  }
});

test('--list names every scenario with its size and a sentence', async () => {
  const { line } = start('--list');
  const list = (await line) as unknown as { name: string; spokes: number; sentence: string }[];
  expect(list.map(({ name, spokes }) => `${name} ${spokes}`)).toEqual([
    'site-3 3',
    'mixed-kernels 8',
    'scale-1755 1755',
  ]);
});
