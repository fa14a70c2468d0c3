import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FaultyRegistry } from '../../images/testing/faulty-registry.ts';
import { sampleImage } from '../../images/testing/sample-image.ts';
import { soon } from '../../testing/lab-engine.ts';
import { refusal } from '../../testing/test-engine.ts';
import { type MirrorBed, publish, startMirrorBed } from '../testing/mirror-bed.ts';

const MiB = 1_048_576;
/** The store keeps 64 MiB free, so a disk of 84 has room for about 20. */
const size = '84m';

let bed: MirrorBed;
let source: FaultyRegistry;
let disk: string;
let mounted = 0;
const mount = (folder: string, options: string) =>
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'pipe' });
const why = (() => {
  const folder = mkdtempSync(join(tmpdir(), 'mirror-disk-'));
  try {
    mount(folder, 'size=1m');
    execFileSync('umount', [folder]);
    return '';
  } catch {
    return ' (skipped: mounting a tmpfs needs root on Linux)';
  } finally {
    rmdirSync(folder);
  }
})();

describe.skipIf(why !== '')(`the store's disk${why}`, () => {
  beforeEach(async () => {
    bed = await startMirrorBed();
    source = await bed.registry();
    await bed.engine.typed('mirror.addSite', { name: 'Source', role: 'source', address: source.host, plainHttp: true });
    disk = join(bed.folder, 'office', 'store');
    mkdirSync(disk);
    mount(disk, `size=${size}`);
    mounted = 1;
  });
  afterEach(async () => {
    // Lazily: the store's own files are still open.
    for (; mounted > 0; mounted -= 1) execFileSync('umount', ['-l', disk]);
    await bed.close();
  });
  const call: MirrorBed['engine']['typed'] = (name, input) => bed.engine.typed(name, input);

  test('full: the run says how much is missing and goes on when there is room; plan and pull agree', async () => {
    const small = await publish(source.host, 'small:1');
    const big = await publish(source.host, 'big:1', sampleImage({ sizes: [30 * MiB] }));
    const set = await bed.save('some', [small, big]);
    expect(await call('mirror.plan', { set })).toMatchObject({ fits: false });
    const fault = await refusal(() => call('mirror.pull', { set }));
    expect(fault).toMatchObject({
      code: 'store.full',
      message: expect.stringMatching(/31\.5 MB wanted, \d+\.\d MB to spare/),
    });
    const [run] = (await call('mirror.runs', {})).runs;
    expect(run).toMatchObject({ state: 'failed', fault: { code: 'store.full' } });
    execFileSync('mount', ['-o', 'remount,size=200m', disk]);
    expect(await call('mirror.resume', { id: run!.id })).toMatchObject({
      state: 'done',
      imagesDone: 2,
      imagesFailed: 0,
    });
    expect((await call('mirror.verify', {})).run).toMatchObject({ state: 'done' });
  });

  test('unplugged in mid-pull: said so, nothing is written beside it, and gone on with when it is back', async () => {
    const set = await bed.save('some', [await publish(source.host, 'slow:1', sampleImage({ sizes: [4 * MiB] }))]);
    source.add({ path: /blobs/, method: 'GET', skip: 1, times: Number.POSITIVE_INFINITY, bytesPerSecond: 2 * MiB });
    const { run } = await call('mirror.pull', { set, wait: false });
    await soon(async () => (await call('mirror.run', { id: run.id })).bytesMoved > 100_000, 10_000, 'some bytes');
    execFileSync('umount', ['-l', disk]);
    mounted = 0;
    const ended = await soon(
      async () => {
        const now = await call('mirror.run', { id: run.id });
        return now.state !== 'running' && now;
      },
      20_000,
      'an end',
    );
    expect(ended).toMatchObject({ state: 'failed', fault: { code: 'store.unplugged' } });
    expect(readdirSync(disk)).toEqual([]);
    source.heal();
    // Another disk, empty: what was on the first is gone, so that all comes anew.
    mount(disk, 'size=200m');
    mounted = 1;
    const again = await call('mirror.resume', { id: run.id }).catch((error: { fault: unknown }) => error.fault);
    expect(again).toMatchObject({ state: 'done' });
  });
});
