import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { registryProcess } from './registry-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'registry-process-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const launcher = registryProcess({ execPath: process.execPath });

test('a registry is started, asks for its password, serves over TLS, and ends when told', async () => {
  const login = { user: 'site', password: 'made for this test' };
  const place = { folder: join(folder, 'own') };
  const plain = await launcher.serve({ place, listen: '127.0.0.1', port: 0, login });
  const ask = (headers: Record<string, string>) => fetch(`http://${plain.address}/v2/`, { headers });
  expect((await ask({})).status).toBe(401);
  const basic = Buffer.from(`${login.user}:${login.password}`).toString('base64');
  expect((await ask({ authorization: `Basic ${basic}` })).status).toBe(200);
  await plain.stop();
  const secured = await launcher.serve({ place, listen: '127.0.0.1', port: 0, tls: join(folder, 'tls') });
  expect([secured.tls, secured.ca.includes('BEGIN CERTIFICATE')]).toEqual([true, true]);
  await secured.stop();
});

test('a port that is taken, or a way out of the machine without a password, is a fault with the registry’s words', async () => {
  const taken = createServer();
  const port = await new Promise<number>((resolve) => {
    taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port));
  });
  const place = { store: join(folder, 'store') };
  await expect(launcher.serve({ place, listen: '127.0.0.1', port })).rejects.toMatchObject({
    fault: { code: 'registry.notStarted', message: expect.stringContaining('EADDRINUSE') },
  });
  taken.close();
  await expect(launcher.serve({ place, listen: '0.0.0.0', port: 0 })).rejects.toMatchObject({
    fault: { code: 'registry.notStarted', message: expect.stringContaining('--tls') },
  });
});

test('the connected side says where everything is', async () => {
  const side = await launcher.connected({ dir: join(folder, 'connected'), seed: 3 });
  const answer = await fetch(`http://${side.registry}/v2/openshift-release-dev/ocp-release/tags/list`);
  expect(JSON.stringify(await answer.json())).toContain('4.12.6-x86_64');
  expect((await fetch(`${side.graph}?channel=stable-4.12`)).status).toBe(200);
  await side.stop();
});
