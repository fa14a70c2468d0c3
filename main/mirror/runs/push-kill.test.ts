import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { registryProcess } from '../../hosts/registry-process.ts';
import { startVictim } from '../../images/copy/testing/victim.ts';
import { createRegistry } from '../../images/registry/registry.ts';
import { registryAbsent, startDockerRegistry } from '../../images/testing/docker-registry.ts';
import { allBytes, sampleImage } from '../../images/testing/sample-image.ts';
import { startUploadGate, type UploadGate } from '../../images/testing/upload-gate.ts';
import { openStore } from '../../store/open.ts';
import { testEngine } from '../../testing/test-engine.ts';
import { publish, startMirrorBed } from '../testing/mirror-bed.ts';
import type { PushOrder } from '../testing/push-program.ts';

const MiB = 1_048_576;
const size = 10 * MiB;
const chunkBytes = 2 * MiB;
/** The configuration, and what the probe of the site sends. */
const small = 20_000;
const image = sampleImage({ sizes: [size] });
const blob = image.blobs[1]!;

let folder: string;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kmm-bastion-push-'));
  const bed = await startMirrorBed();
  const source = await bed.registry();
  await bed.engine.typed('mirror.addSite', { name: 'Source', role: 'source', address: source.host, plainHttp: true });
  const set = await bed.save('some', [await publish(source.host, 'team/large:1', image)]);
  await bed.engine.typed('mirror.pull', { set });
  await bed.engine.close();
  cpSync(join(bed.folder, 'office'), join(folder, 'office'), { recursive: true });
  await bed.close();
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The home of a laptop that holds the image and knows the registry behind the gate. */
async function laptop(gate: UploadGate): Promise<{ home: string; site: string }> {
  const home = mkdtempSync(join(folder, 'home-'));
  cpSync(join(folder, 'office'), home, { recursive: true });
  const engine = testEngine(home);
  const { id } = await engine.typed('mirror.addSite', { name: 'S', role: 'site', address: gate.host, plainHttp: true });
  await engine.close();
  return { home, site: id };
}

const uploadsOf = (home: string): { repository: string; location: string; bytes: number }[] => {
  const store = openStore(join(home, 'bastion.db'));
  const rows = store.db.prepare('select repository, location, bytes from site_upload').all();
  store.close();
  return rows as never;
};

/** What the application shows of its runs, as text, and the newest of them. */
async function shown(home: string) {
  const engine = testEngine(home);
  const { runs } = await engine.typed('mirror.runs', {});
  const run = runs[0]!;
  const said = [
    runs,
    await engine.typed('mirror.runImages', { id: run.id }),
    await engine.typed('mirror.history', {}),
    await engine.typed('mirror.sites', {}),
    await engine.typed('jobs.list', {}),
  ];
  await engine.close();
  return { run, text: JSON.stringify(said) };
}

/** Pushes, kills -9 where the gate holds, does `between`, and goes on in another process. */
async function killed(behind: string, hold: [chunks: number, bytes: number], between?: (gate: UploadGate) => unknown) {
  const gate = await startUploadGate(behind);
  stops.push(() => gate.stop());
  const { home, site } = await laptop(gate);
  const start = async () => {
    const victim = await startVictim(join(import.meta.dirname, '../testing/push-program.ts'), join(folder, 'compiled'));
    stops.push(async () => victim.end());
    const run = (begin: PushOrder['begin']) => victim.run({ home, chunkBytes, begin } satisfies PushOrder, 60_000);
    return { run, end: victim.end };
  };
  const first = await start();
  const held = gate.hold(...hold);
  const running = first.run({ site });
  await Promise.race([held, running]);
  first.end();
  expect(await running).toBeUndefined();
  const [upload] = uploadsOf(home);
  const before = await shown(home);
  expect(before.run.state).toBe('interrupted');
  gate.release();
  await between?.(gate);
  const second = await start();
  expect(await second.run({ resume: before.run.id })).toBeGreaterThan(0);
  const after = await shown(home);
  expect(after.run).toMatchObject({ state: 'done', imagesDone: 1, bytesDone: after.run.bytes });
  expect(uploadsOf(home)).toEqual([]);

  const registry = createRegistry({ host: gate.host, plainHttp: true }, { clock: systemClock(), random: Math.random });
  stops.push(() => registry.close());
  const [repository = ''] = (await registry.repositories())!.filter((name) => name.endsWith('large'));
  expect((await registry.manifest(repository, '1')).bytes.equals(image.manifest.bytes)).toBe(true);
  const { body } = await registry.blob(repository, blob.descriptor, { offset: 0 });
  expect((await allBytes(body)).equals(blob.bytes)).toBe(true);

  const secret = new URL(upload!.location);
  for (const { text } of [before, after])
    for (const part of [secret.pathname.split('/').at(-1)!, secret.search.slice(1) || 'none'])
      expect(text).not.toContain(part);
  return { sent: gate.sent(), upload, resumed: after.run.bytesMoved - before.run.bytesMoved };
}

describe.skipIf(registryAbsent !== '')(`a push killed in the middle of a large blob${registryAbsent}`, () => {
  const docker = async (options: Parameters<typeof startDockerRegistry>[0] = {}) => {
    const registry = await startDockerRegistry({ root: mkdtempSync(join(folder, 'registry-')), ...options });
    stops.push(() => registry.stop());
    return registry;
  };

  test('goes on at the chunk: nothing that arrived is sent again', async () => {
    const { host } = await docker();
    const { sent, upload, resumed } = await killed(host, [3, 0]);
    expect(upload).toMatchObject({ bytes: 3 * chunkBytes, location: expect.stringContaining('_state=') });
    expect(sent).toBeGreaterThanOrEqual(size);
    expect(sent).toBeLessThan(size + small);
    // What the registry had counts as here, not as moved.
    expect(resumed).toBeGreaterThanOrEqual(size - 3 * chunkBytes);
    expect(resumed).toBeLessThan(size - 3 * chunkBytes + small);
  });

  test('goes on when the registry was started anew, too', async () => {
    const root = mkdtempSync(join(folder, 'registry-'));
    const { host, stop } = await docker({ root, secret: 'kept' });
    const { sent } = await killed(host, [3, 0], async (gate) => {
      await stop();
      gate.leadTo((await docker({ root, secret: 'kept' })).host);
    });
    expect(sent).toBeLessThan(size + small);
  });

  test('begins the blob anew where the registry no longer knows its own signature', async () => {
    const root = mkdtempSync(join(folder, 'registry-'));
    const { host, stop } = await docker({ root });
    const { sent, resumed } = await killed(host, [3, 0], async (gate) => {
      await stop();
      gate.leadTo((await docker({ root })).host);
    });
    expect(sent).toBeGreaterThanOrEqual(size + 3 * chunkBytes);
    expect(sent).toBeLessThan(size + 3 * chunkBytes + small);
    expect(resumed).toBeGreaterThanOrEqual(size);
  });

  test('begins the blob anew where a cut inside a chunk cost the session, as at docker-registry', async () => {
    const { host } = await docker();
    const { sent, upload } = await killed(host, [3, MiB]);
    expect(upload?.bytes).toBe(3 * chunkBytes);
    expect(sent).toBeGreaterThanOrEqual(size + 3 * chunkBytes);
    expect(sent).toBeLessThan(size + 4 * chunkBytes + small);
  });
});

test('inside a chunk, a registry that keeps what came is sent the rest only', async () => {
  const launcher = registryProcess({ execPath: process.execPath });
  const folderOf = mkdtempSync(join(folder, 'registry-'));
  const { address, stop } = await launcher.serve({ place: { folder: folderOf }, listen: '127.0.0.1', port: 0 });
  stops.push(stop);
  const { sent, resumed } = await killed(address, [3, MiB]);
  expect(sent).toBeLessThan(size + chunkBytes);
  expect(resumed).toBeLessThan(size - 3 * chunkBytes);
});
