import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { onSamePort } from './same-port.ts';
import { serveFiles } from './synthetic/serve-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'same-port-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the port of the last time comes again; another where it is taken; a port that was asked for, or a refusal', async () => {
  const content = { releases: [], host: 'registry.example', signatures: new Map<string, Buffer>() };
  const serve = (port: number) => serveFiles(content, port);
  const open = (asked = 0) => onSamePort(join(folder, 'port'), asked, serve, ({ port }) => port);
  const first = await open();
  await first.close();
  const second = await open();
  expect(second.port).toBe(first.port);
  const third = await open();
  expect(third.port).not.toBe(first.port);
  await expect(open(second.port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await Promise.all([second.close(), third.close()]);
  const asked = await open(first.port);
  expect(asked.port).toBe(first.port);
  await asked.close();
});
