import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Digest, StoreRoot } from '../../images/types.ts';
import { exportBundle } from './export.ts';
import { killOften, kills } from './testing/killed.ts';
import { contentOf, noise, putImage, sampleKey, sampleStore } from './testing/sample-store.ts';

const key = sampleKey();
let dir = '';
let content: Map<Digest, string>;
let roots: StoreRoot[];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'kmm-bastion-kill-'));
  mkdirSync(join(dir, 'disk'));
  const store = await sampleStore(join(dir, 'from'));
  for (let index = 0; index < 8; index += 1)
    await putImage(store, `quay.io/a/image-${index}:1`, [noise('base', 300_000), noise(`${index}`, 1_900_000)]);
  const madeAt = '2026-11-22T22:00:00Z';
  const where = { store, folders: [join(dir, 'disk')], segmentBytes: 1024 * 1024 };
  await exportBundle({ ...where, roots: store.roots(), madeAt, madeBy: 'office', key });
  content = await contentOf(store);
  roots = store.roots();
  await store.close();
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const target = (round: number): string => join(dir, `to-${round}`);

test(`${kills.import} kills at random instants end in a store equal to the sender's, byte for byte`, async () => {
  await killOften({
    times: kills.import,
    program: 'import-program.ts',
    cache: join(dir, 'cache'),
    args: (round) => [target(round), join(dir, 'disk'), key.publicKey],
    async each(round) {
      const store = await sampleStore(target(round));
      expect(await contentOf(store)).toEqual(content);
      expect(store.roots()).toEqual(roots);
      expect(store.usage().partialBytes).toBe(0);
      await store.close();
      rmSync(target(round), { recursive: true });
    },
  });
}, 120_000);
