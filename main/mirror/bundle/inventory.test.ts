import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestOf } from '../../images/digest.ts';
import type { Digest } from '../../images/types.ts';
import { readInventory, writeInventory } from './inventory.ts';
import { faultOf } from './testing/desk.ts';
import { sampleKey } from './testing/sample-store.ts';

const key = sampleKey();
let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kmm-bastion-inventory-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const write = (digests: Digest[], site = 'Hytte 7: nord') =>
  writeInventory({
    folder: dir,
    key,
    inventory: {
      site,
      madeAt: '2026-11-22T22:15:00Z',
      madeBy: 'van',
      acknowledges: ['b', 'a'].map((x) => x.repeat(64)),
      digests,
    },
  });

test('comes back as it was, sorted, each digest once, under a name that every disk takes', async () => {
  const digests = ['x', 'y', 'z'].map((text) => digestOf(text, text === 'z' ? 'sha512' : 'sha256'));
  const { path, digests: count } = await write([...digests, ...digests]);
  expect(count).toBe(3);
  expect(basename(path)).toBe('bastion-inventory-hytte-7-nord-20261122t221500z.inv');
  const { verdict, digests: read, ...rest } = await readInventory(path, [key.trusted]);
  expect(rest).toEqual({
    site: 'Hytte 7: nord',
    madeAt: '2026-11-22T22:15:00Z',
    madeBy: 'van',
    acknowledges: ['a'.repeat(64), 'b'.repeat(64)],
  });
  expect([...read]).toEqual([...digests].sort());
  expect(verdict.state).toBe('trusted');
});

test('20,000 digests take little more than their 32 bytes each', async () => {
  const digests = Array.from({ length: 20_000 }, (_, index) => digestOf(String(index)));
  const { path } = await write(digests, '');
  expect(basename(path)).toContain('inventory-store-');
  expect(statSync(path).size).toBeLessThan(20_000 * 32 * 1.25);
  expect((await readInventory(path, [key.trusted])).digests.size).toBe(20_000);
});

test('one bit changed anywhere, a stranger, and no file at all are told apart', async () => {
  const { path } = await write([digestOf('x')]);
  const bytes = readFileSync(path);
  for (let at = 0; at < bytes.length; at += 7) {
    const changed = Buffer.from(bytes);
    changed[at] = changed[at]! ^ 1;
    writeFileSync(path, changed);
    expect((await faultOf(readInventory(path, [key.trusted]))).code).toBe('inventory.damaged');
  }
  writeFileSync(path, bytes);
  expect(await faultOf(readInventory(path, [sampleKey().trusted]))).toMatchObject({
    code: 'inventory.untrusted',
    about: [key.id],
  });
  expect((await faultOf(readInventory(dir, []))).code).toBe('inventory.notFound');
  expect((await faultOf(readInventory(join(dir, 'none.inv'), []))).code).toBe('inventory.notFound');
});
