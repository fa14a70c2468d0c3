import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { digestOf } from '../digest.ts';
import type { ContentStore } from '../types.ts';
import { createContentStore } from './content-store.ts';

const MiB = 1_048_576;
const dir = mkdtempSync(join(tmpdir(), 'kmm-bastion-full-'));
const why = mount();

/** A disk of 24 MiB; empty where it could be mounted, else why not. */
function mount(): string {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', dir], { stdio: 'pipe' });
    return '';
  } catch {
    return ' (skipped: mounting a tmpfs needs root on Linux)';
  }
}

describe.skipIf(why !== '')(`a store on a disk of 24 MiB${why}`, () => {
  let store: ContentStore;
  const root = join(dir, 'store');
  beforeAll(async () => {
    store = await createContentStore({ root, clock: systemClock(), keepFree: MiB });
  });
  afterAll(async () => {
    await store?.close();
    execFileSync('umount', [dir]);
  });

  const write = (bytes: Buffer, onBytes?: (bytes: number) => void) =>
    store.write(
      { digest: digestOf(bytes), size: bytes.length },
      async (offset) => ({
        body: Readable.from(
          (function* () {
            for (let at = offset; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
          })(),
        ),
        offset,
      }),
      onBytes && { onBytes },
    );
  const faultOf = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error) => error.fault as { code: string; message: string },
    );

  test('a blob that does not fit is refused before a byte is fetched, with the numbers; two that only fit one by one are too', async () => {
    const told = await faultOf(write(randomBytes(24 * MiB)));
    expect(told?.code).toBe('store.full');
    expect(told?.message).toMatch(/25\.2 MB wanted, \d+\.\d MB to spare/);
    const both = await Promise.all([faultOf(write(randomBytes(13 * MiB))), faultOf(write(randomBytes(13 * MiB)))]);
    expect(both.map((each) => each?.code).sort()).toEqual(['store.full', undefined]);
    expect(store.usage()).toMatchObject({ blobs: 1, bytes: 13 * MiB });
  });

  test('a disk that others fill meanwhile: what came stays, and is gone on with when there is room again', async () => {
    const bytes = randomBytes(8 * MiB);
    let seen = 0;
    const filler = join(dir, 'filler');
    const told = await faultOf(
      write(bytes, (count) => {
        seen += count;
        if (seen === 4 * MiB) fill(filler);
      }),
    );
    expect(told?.code).toBe('store.full');
    expect(store.has(digestOf(bytes))).toBe(false);
    const { partialBytes } = store.usage();
    expect(partialBytes).toBeGreaterThanOrEqual(MiB);
    rmSync(filler);
    let again = 0;
    await write(bytes, (count) => {
      again += count;
    });
    expect(again).toBe(8 * MiB - partialBytes);
    expect(await store.verify(() => {})).toEqual([]);
  });
});

/** Takes every byte that is left. */
function fill(path: string): void {
  for (let size = MiB; size >= 4096; size /= 4) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(size), { flag: 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}

afterAll(() => rmSync(dir, { recursive: true, force: true }));
