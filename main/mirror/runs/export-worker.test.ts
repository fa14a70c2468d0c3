import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { toFault } from '../../../shared/fault.ts';
import type { ContentStore } from '../../images/types.ts';
import { createBundleRecords } from '../../store/bundles.ts';
import { openStore, type Store } from '../../store/open.ts';
import type { RunItem } from '../../store/runs.ts';
import { exportBundle } from '../bundle/export.ts';
import { writeInventory } from '../bundle/inventory.ts';
import { noise, putImage, sampleStore } from '../bundle/testing/sample-store.ts';
import { createTrust } from '../bundle/trust.ts';
import { createExportWorker } from './export-worker.ts';
import type { RunReport } from './run-reporter.ts';

let folder: string;
let content: ContentStore;
let store: Store;
let trust: ReturnType<typeof createTrust>;
const clock = systemClock();
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'export-worker-'));
  mkdirSync(join(folder, 'disk'));
  content = await sampleStore(join(folder, 'store'));
  store = openStore(join(folder, 'bastion.db'), { clock });
  trust = createTrust({ records: createBundleRecords(store), folder: join(folder, 'keys'), clock, emit: () => {} });
  await putImage(content, 'quay.io/x/a:1', [noise('a', 1000)]);
  await putImage(content, 'quay.io/x/b:1', [noise('b', 1000)]);
});
afterEach(async () => {
  await content.close();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const item = (seq: number, name: string) => ({ seq, name, bytes: 0, wanted: {} }) as RunItem;
const input = (more: object = {}) => ({
  ...{ folder: join(folder, 'disk'), site: '', sets: [], since: 'full', segmentBytes: 1_000_000 },
  madeAt: '2026-11-22T22:00:00Z',
  ...more,
});

/** Works through items; gives what became of each. */
async function work(items: readonly RunItem[], given: Record<string, unknown>) {
  const rows: Record<number, string> = {};
  const note = (seq: number, what: string) => {
    rows[seq] = what;
  };
  const report = {
    signal: new AbortController().signal,
    total: () => {},
    moved: () => {},
    done: (seq: number) => note(seq, 'done'),
    failed: (seq: number, why: unknown) => note(seq, toFault(why).code),
  } as unknown as RunReport;
  const records = createBundleRecords(store);
  const worker = createExportWorker({
    content: async () => content,
    records,
    trust,
    madeBy: 'office',
    clock,
    folder: join(folder, 'exports'),
    unwanted: async () => [],
    goesOn: () => true,
  });
  await worker.work(items, report, given);
  return rows;
}

test('an image that left the store since the run was planned is no success', async () => {
  const items = [item(0, 'quay.io/x/a:1'), item(1, 'quay.io/x/b:1')];
  // As a pull does between pause and resume, when the tag moved on at its source.
  await content.removeRoots(['quay.io/x/b:1']);
  expect(await work(items, input())).toEqual({ 0: 'done', 1: 'store.notFound' });
});

test("another site's inventory is no base for a bundle", async () => {
  const inventory = { site: 'bergen', madeAt: '2026-11-22T21:00:00Z', madeBy: 'van', acknowledges: [], digests: [] };
  const { path } = await writeInventory({ folder, inventory, key: trust.key() });
  const items = [item(0, 'quay.io/x/a:1')];
  await expect(work(items, input({ since: 'inventory', inventory: path, site: 'oslo' }))).rejects.toMatchObject({
    fault: { code: 'inventory.otherSite', message: expect.stringContaining('bergen') },
  });
  expect(await work(items, input({ since: 'inventory', inventory: path, site: 'bergen' }))).toEqual({ 0: 'done' });
});

test('two exports of one second to one disk keep their own sets', async () => {
  const stop = new AbortController();
  const options = { store: content, folders: [join(folder, 'disk')], madeBy: 'office', key: trust.key() };
  const unfinished = exportBundle({
    ...{ ...options, roots: content.roots().slice(0, 1), sets: ['one'], madeAt: input().madeAt, signal: stop.signal },
    onProgress: () => stop.abort(new Error('pulled out')),
  });
  await expect(unfinished).rejects.toThrow('pulled out');
  const { toc } = await exportBundle({ ...options, roots: content.roots(), sets: ['two'], madeAt: input().madeAt });
  expect([toc.sets, toc.roots.length]).toEqual([['two'], 2]);
});
