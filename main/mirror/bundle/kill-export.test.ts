import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { killOften, kills } from './testing/killed.ts';
import { noise, putImage, sampleStore } from './testing/sample-store.ts';

const segmentBytes = 1024 * 1024;
let dir = '';

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'kmm-bastion-kill-'));
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(join(dir, 'key.pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const store = await sampleStore(join(dir, 'from'));
  for (let index = 0; index < 8; index += 1)
    await putImage(store, `quay.io/a/image-${index}:1`, [noise('base', 300_000), noise(`${index}`, 1_900_000)]);
  await store.close();
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const target = (round: number): string => join(dir, `target-${round}`);
const contentOf = (folder: string): Map<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => [
        join(parentPath.slice(folder.length), name),
        readFileSync(join(parentPath, name), 'base64'),
      ]),
  );

test(`${kills.export} kills at random instants end in the bundle of an undisturbed export, byte for byte`, async () => {
  let whole: Map<string, string> | undefined;
  await killOften({
    times: kills.export,
    program: 'export-program.ts',
    cache: join(dir, 'cache'),
    args(round) {
      mkdirSync(target(round), { recursive: true });
      return [join(dir, 'from'), target(round), join(dir, 'key.pem'), String(segmentBytes)];
    },
    each(round) {
      const content = contentOf(target(round));
      whole ??= content;
      expect(content).toEqual(whole);
      rmSync(target(round), { recursive: true });
    },
  });
  expect(whole?.size).toBe(15 + 3);
}, 120_000);
