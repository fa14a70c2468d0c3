import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readInventory, writeInventory } from './inventory.ts';
import { faultOf, useDesk } from './testing/desk.ts';
import { contentOf, noise, putImage, sampleKey } from './testing/sample-store.ts';

const desk = useDesk();
const name = 'quay.io/x/a:1';

/** A full bundle went to the site; then one layer changed here. */
async function changedSince() {
  const { from, disk } = desk();
  await putImage(from, name, [noise('base', 400_000), noise('one', 1000)]);
  const first = await desk().out({ site: 'oslo' });
  await desk().in();
  rmSync(first.paths[0]!, { recursive: true });
  await putImage(from, name, [noise('base', 400_000), noise('two', 2000)]);
  return { first: first.toc, disk };
}
const later = { madeAt: '2026-11-23T08:00:00Z', site: 'oslo' };

test('against an inventory of the site: only what it lacks travels', async () => {
  const { first } = await changedSince();
  const { to, from, dir, key } = desk();
  const written = await writeInventory({
    folder: dir,
    key,
    inventory: { site: 'oslo', madeAt: later.madeAt, madeBy: 'van', acknowledges: [first.id], digests: to.digests() },
  });
  expect(written).toMatchObject({ path: join(dir, 'bastion-inventory-oslo-20261123t080000z.inv'), digests: 4 });
  const back = await readInventory(written.path, [key.trusted]);
  expect(back).toMatchObject({ site: 'oslo', acknowledges: [first.id], verdict: { state: 'trusted' } });
  const delta = await desk().out({ ...later, known: back.digests, base: 'inventory' });
  expect(delta.bytesWritten).toBeLessThan(4000);
  expect(delta.toc.blobs.filter(({ here }) => !here)).toHaveLength(2);
  expect(await desk().in({ expected: { site: 'oslo', newest: first } })).toMatchObject({ state: 'done' });
  const [ours, theirs] = [await contentOf(to), await contentOf(from)];
  expect([...theirs].filter(([digest, hash]) => ours.get(digest) !== hash)).toEqual([]);
  expect(to.roots()).toEqual(from.roots());
});

test('against an acknowledged bundle; without it, what is missing is counted and nothing is written', async () => {
  const { first } = await changedSince();
  const { to } = desk();
  const known = new Set(first.blobs.map(({ digest }) => digest));
  await desk().out({ ...later, known, base: 'acknowledged', parent: first.id });
  await to.removeRoots([name]);
  await to.prune(false);
  const told = await faultOf(desk().in());
  expect(told.code).toBe('bundle.baseMissing');
  expect(told.message).toContain(`2 blobs that should be here and are not, as bundle ${first.id.slice(0, 12)}`);
  expect(told.remedy).toContain('cli mirror inventory');
  expect(to.digests()).toEqual([]);
  expect(await desk().in({ incomplete: 'leaveOut' })).toMatchObject({
    state: 'gaps',
    gaps: [{ name, fault: { code: 'bundle.baseMissing' } }],
  });
});

test("another site's, an older one, one nobody here trusts: refused, unless a person says anyway where that can be", async () => {
  const { first } = await changedSince();
  await desk().out({ ...later, madeAt: '2026-11-21T00:00:00Z' });
  const bergen = { site: 'bergen' };
  expect(await faultOf(desk().in({ expected: bergen }))).toMatchObject({ code: 'bundle.otherSite' });
  const newest = { site: 'oslo', newest: first };
  expect(await faultOf(desk().in({ expected: newest }))).toMatchObject({ code: 'bundle.older' });
  const stranger = sampleKey();
  const told = await faultOf(desk().in({ trusted: [stranger.trusted] }));
  expect(told).toMatchObject({ code: 'bundle.untrusted', about: [desk().key.id] });
  expect(told.remedy).toContain(desk().key.publicKey);
  const anyway = ['older', 'otherSite'] as const;
  expect(await desk().in({ expected: { ...bergen, newest: first, anyway } })).toMatchObject({ state: 'done' });
});

test('without its signature it is refused', async () => {
  await putImage(desk().from, name, [noise('one', 1000)]);
  const { paths } = await desk().out();
  rmSync(join(paths[0]!, 'toc.sig'));
  expect(await faultOf(desk().in())).toMatchObject({ code: 'bundle.unsigned' });
  expect(desk().to.digests()).toEqual([]);
});

test('a base that is damaged here costs its images only, and is named', async () => {
  const { from, to, dir } = desk();
  await putImage(from, name, [noise('one', 1000)]);
  await desk().out({ site: 'oslo' });
  await desk().in();
  rmSync(join(desk().disk, readdirSync(desk().disk)[0]!), { recursive: true });
  await putImage(from, 'quay.io/x/b:1', [noise('two', 2000)]);
  await desk().out({ ...later, known: new Set(to.digests()), base: 'inventory' });
  const { descriptor } = from.roots().find((root) => root.name === name)!;
  writeFileSync(join(dir, 'to/blobs/sha256', descriptor.digest.slice(7)), 'x'.repeat(descriptor.size));
  expect(await desk().in()).toMatchObject({
    state: 'gaps',
    images: ['quay.io/x/b:1'],
    gaps: [{ name, fault: { code: 'store.damaged', about: [descriptor.digest] } }],
  });
  expect(to.roots().map((root) => root.name)).toContain('quay.io/x/b:1');
});
