import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from 'vitest';
import { type Answer, callerOf, imageOf, imageType } from './bed.fixture.ts';
import { digestOf } from './digest.ts';
import type { Digest } from './types.ts';

const folder = mkdtempSync(join(tmpdir(), 'registry-kill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start() {
  const args = [join(import.meta.dirname, 'main.ts'), '--dir', folder];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const { port } = await new Promise<{ port: number }>((resolve) =>
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line) as { port: number })),
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    call: callerOf(() => port),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

type Call = (
  method: string,
  path: string,
  options?: { body?: Buffer; headers?: Record<string, string> },
) => Promise<Answer>;

/** Pushes images until the registry dies; notes what it answered 201 to. */
async function pushOn(call: Call, repository: string, kept: Map<string, Digest>): Promise<void> {
  const push = async (bytes: Buffer) => {
    const digest = digestOf(bytes);
    const { headers } = await call('POST', `/v2/${repository}/blobs/uploads/`);
    await call('PATCH', String(headers['location']), { body: bytes.subarray(0, 5000) });
    const done = await call('PUT', `${headers['location']}?digest=${digest}`, { body: bytes.subarray(5000) });
    if (done.status === 201) kept.set(`/v2/${repository}/blobs/${digest}`, digest);
    return { mediaType: 'application/octet-stream', digest, size: bytes.length };
  };
  for (let number = 0; ; number += 1) {
    const image = imageOf(await push(Buffer.from(`{"n":${number}}`)), [await push(randomBytes(20_000))]);
    const path = `/v2/${repository}/manifests/${number}`;
    const done = await call('PUT', path, { body: image.bytes, headers: { 'content-type': imageType } });
    if (done.status === 201) kept.set(path, image.digest);
  }
}

test('killed five times in mid-push, it has everything that it said it has, byte for byte', async () => {
  const kept = new Map<string, Digest>();
  for (let round = 0; round < 5; round += 1) {
    const registry = await start();
    const pushes = [1, 2, 3].map((lane) => pushOn(registry.call, `round-${round}/lane-${lane}`, kept).catch(() => {}));
    const enough = kept.size + 5 + Math.floor(Math.random() * 15);
    while (kept.size < enough) await new Promise((resolve) => setTimeout(resolve, 1));
    await registry.kill();
    await Promise.all(pushes);
  }
  expect(kept.size).toBeGreaterThanOrEqual(25);
  const registry = await start();
  for (const [path, digest] of kept) {
    const { status, body } = await registry.call('GET', path);
    expect([path, status, status === 200 && digestOf(body)]).toEqual([path, 200, digest]);
  }
  await registry.kill();
  const { manifests } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as { manifests: object[] };
  expect(manifests.length).toBeGreaterThanOrEqual(
    [...kept.keys()].filter((path) => path.includes('/manifests/')).length,
  );
});
