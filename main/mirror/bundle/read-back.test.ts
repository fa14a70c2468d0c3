import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hashFromDisk } from './read-back.ts';
import { faultOf, mib, useDesk } from './testing/desk.ts';
import { noise, putImage } from './testing/sample-store.ts';

const desk = useDesk();

test('a disk that gives back other bytes than it took is found while the bundle is written', async () => {
  await putImage(desk().from, 'quay.io/x/a:1', [noise('a', 2.5 * mib)]);
  const { disk } = desk();
  let spoiled = false;
  const bad = desk().out({
    onProgress({ phase, segment }) {
      if (phase !== 'checking' || segment !== 'seg-00002.bin' || spoiled) return;
      spoiled = true;
      const file = openSync(join(disk, readdirSync(disk)[0]!, 'seg-00002.part'), 'r+');
      writeSync(file, Buffer.from([0, 1, 2, 3]), 0, 4, 500_000);
      closeSync(file);
    },
  });
  const told = await faultOf(bad);
  expect(told).toMatchObject({ code: 'bundle.readBack', about: ['seg-00002.bin'] });
  expect(readdirSync(join(disk, readdirSync(disk)[0]!)).sort()).toEqual(['journal.part', 'seg-00001.bin', 'toc.part']);
  await desk().out();
  expect(await desk().in()).toMatchObject({ state: 'done' });
});

const without = process.platform === 'linux' ? '' : ' (skipped: needs Linux)';
test.skipIf(without !== '')(
  `files of any length are hashed past the cache; where that can't be, it is said${without}`,
  async () => {
    const { from } = desk();
    for (const size of [0, 1, 511, 512, mib - 1, mib, mib + 1, 3 * mib + 4096]) {
      const bytes = noise('x', size);
      const digest = await from.put(bytes);
      const path = join(from.root, 'blobs/sha256', digest.slice(7));
      const { sha256, bytes: read, from: where } = await hashFromDisk(path);
      expect([size, `sha256:${sha256}`, read]).toEqual([size, digest, size]);
      expect(['device', 'dropped']).toContain(where);
    }
    // The kernel's own files can't be read past the cache.
    const other = await hashFromDisk('/proc/version');
    expect(other.sha256).toBe(createHash('sha256').update(readFileSync('/proc/version')).digest('hex'));
    expect(other.from).not.toBe('device');
  },
);
