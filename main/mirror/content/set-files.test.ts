import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { createContentStore } from '../../images/content/content-store.ts';
import { digestOf } from '../../images/digest.ts';
import type { ContentStore } from '../../images/types.ts';
import { putSetFiles, readSetFiles, setFileRoots } from './set-files.ts';

let folder: string;
let store: ContentStore;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'set-files-'));
  store = await createContentStore({ root: folder, clock: systemClock() });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
const file = (path: string, text: string) => ({
  path,
  mediaType: 'application/octet-stream',
  bytes: Buffer.from(text),
});

test('files come back byte for byte, in one order, the same of two sets once, and survive prune', async () => {
  await putSetFiles(store, 'one', [file('signatures/b', 'B'), file('signatures/a', 'A\0\xff')]);
  await putSetFiles(store, 'two', [file('signatures/a', 'A\0\xff'), file('graph.json', '{}')]);
  await putSetFiles(store, 'none', []);
  expect(setFileRoots(store).map(({ name }) => name)).toEqual([
    'bastion.local/set-files/one:latest',
    'bastion.local/set-files/two:latest',
  ]);
  const read = await readSetFiles(store);
  expect(read.map(({ path, bytes }) => [path, bytes.toString('latin1')])).toEqual([
    ['graph.json', '{}'],
    ['signatures/a', Buffer.from('A\0\xff').toString('latin1')],
    ['signatures/b', 'B'],
  ]);
  expect((await store.prune(false)).digests).toEqual([]);
  expect(await readSetFiles(store)).toEqual(read);
});

test('the same files in another order are the same artifact', async () => {
  await putSetFiles(store, 'one', [file('b', 'B'), file('a', 'A')]);
  const [before] = setFileRoots(store);
  await putSetFiles(store, 'one', [file('a', 'A'), file('b', 'B')]);
  expect(setFileRoots(store)).toEqual([before]);
});

test('a signature stays as long as its release is in the store, also when it could not be fetched again', async () => {
  const [release, gone] = [Buffer.from('a release'), digestOf('a release that is not here')];
  await store.put(release);
  const path = (digest: string, n: number) => `signatures/${digest.replace(':', '=')}/signature-${n}`;
  const kept = file(path(digestOf(release), 1), 'signed');
  await putSetFiles(store, 'one', [kept, file(path(gone, 1), 'old'), file('graph.json', '{}')]);
  await putSetFiles(store, 'one', [file('graph.json', '{"nodes":[]}')]);
  expect((await readSetFiles(store)).map((each) => [each.path, each.bytes.toString()])).toEqual([
    ['graph.json', '{"nodes":[]}'],
    [kept.path, 'signed'],
  ]);
});

test('nothing can be pruned while files come in', async () => {
  const path = `signatures/${digestOf('x').replace(':', '=')}/signature-1`;
  const busy: string[] = [];
  const watched: ContentStore = {
    ...store,
    put: async (bytes, digest) => {
      const put = await store.put(bytes, digest);
      await store.prune(false).catch((error) => busy.push(error.fault.code));
      return put;
    },
  };
  await putSetFiles(watched, 'one', [file(path, 'signed')]);
  expect(new Set(busy)).toEqual(new Set(['store.busy']));
  expect(await readSetFiles(store)).toHaveLength(1);
});
