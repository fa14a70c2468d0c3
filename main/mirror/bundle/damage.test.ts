import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inspectBundle } from './inspect.ts';
import { faultOf, mib, useDesk } from './testing/desk.ts';
import { contentOf, noise, putImage } from './testing/sample-store.ts';

const desk = useDesk();

async function fiveSegments(): Promise<string> {
  for (const name of ['a', 'b', 'c', 'd'])
    await putImage(desk().from, `quay.io/x/${name}:1`, [noise(name, mib + 100_000)]);
  const { paths, toc } = await desk().out();
  expect(toc.segments).toHaveLength(5);
  return paths[0]!;
}

const flip = (file: string, at: number): void => {
  const bytes = readFileSync(file);
  bytes[at] = bytes[at]! ^ 0x10;
  writeFileSync(file, bytes);
};

test('every lost segment is named, with the images that need it, before a byte is written', async () => {
  const path = await fiveSegments();
  for (const name of readdirSync(path).filter((each) => each.startsWith('seg-'))) {
    const kept = readFileSync(join(path, name));
    rmSync(join(path, name));
    const told = await faultOf(desk().in());
    expect(told).toMatchObject({ code: 'bundle.missing' });
    expect(told.message).toContain(`${name} of the bundle is not here`);
    expect(told.remedy).toContain(`Insert the disk that holds ${name}`);
    expect(told.about.slice(1).every((image) => image.startsWith('quay.io/x/'))).toBe(true);
    expect(told.about.length).toBeGreaterThan(1);
    expect(desk().to.digests()).toEqual([]);
    writeFileSync(join(path, name), kept);
  }
  expect(await desk().in()).toMatchObject({ state: 'done' });
});

test('one bit changed anywhere, or one byte too few, is found before a byte is written', async () => {
  const path = await fiveSegments();
  const bad: Record<string, string[]> = {};
  for (const name of readdirSync(path).filter((each) => each !== 'sha256.txt')) {
    const kept = readFileSync(join(path, name));
    for (const at of [0, kept.length >> 1, kept.length - 2, Math.floor(Math.random() * (kept.length - 1))]) {
      flip(join(path, name), at);
      const told = await faultOf(desk().in());
      bad[told.code] = [...(bad[told.code] ?? []), name];
      if (name.startsWith('seg-')) expect(told.about[0]).toBe(name);
      expect(desk().to.digests()).toEqual([]);
      writeFileSync(join(path, name), kept);
    }
    writeFileSync(join(path, name), kept.subarray(0, -2));
    expect(await faultOf(desk().in())).toMatchObject({ code: 'bundle.damaged' });
    expect(desk().to.digests()).toEqual([]);
    writeFileSync(join(path, name), kept);
  }
  // A changed table is no more what was signed; a changed signature signs nothing. Its public key may become that of nobody.
  expect(Object.keys(bad).filter((code) => !['bundle.damaged', 'bundle.untrusted'].includes(code))).toEqual([]);
});

test('a damaged segment costs only the images in it when that is wanted; a good copy later brings the rest', async () => {
  const path = await fiveSegments();
  const kept = readFileSync(join(path, 'seg-00002.bin'));
  flip(join(path, 'seg-00002.bin'), 1000);
  const summary = await inspectBundle([path], { check: true, trusted: [] });
  expect(summary.segments.map(({ state }) => state)).toEqual(['present', 'damaged', 'present', 'present', 'present']);
  expect(summary.signature).toBe('unknown');
  const part = await desk().in({ incomplete: 'leaveOut' });
  expect(part.state).toBe('gaps');
  expect(part.gaps.map(({ name }) => name)).toEqual(['quay.io/x/a:1', 'quay.io/x/b:1']);
  expect(part.gaps[0]?.fault).toMatchObject({ code: 'bundle.damaged' });
  expect(part.gaps[0]?.fault.about).toContain('seg-00002.bin');
  expect(
    desk()
      .to.roots()
      .map(({ name }) => name),
  ).toEqual(['quay.io/x/c:1', 'quay.io/x/d:1']);
  writeFileSync(join(path, 'seg-00002.bin'), kept);
  const rest = await desk().in();
  expect(rest).toMatchObject({ state: 'done' });
  expect(rest.bytesWritten).toBeLessThan(2.5 * mib);
  expect(await contentOf(desk().to)).toEqual(await contentOf(desk().from));
});

test('a blob damaged in the store is found while it is packed, and named with its images', async () => {
  const { from } = desk();
  await putImage(from, 'quay.io/x/a:1', [noise('a', 3 * mib)]);
  const digest = from.digests().find((each) => from.size(each) === 3 * mib)!;
  flip(join(from.root, 'blobs/sha256', digest.slice(7)), 1.5 * mib);
  const told = await faultOf(desk().out());
  expect(told).toMatchObject({ code: 'store.damaged', about: [digest, 'quay.io/x/a:1'] });
  expect(await faultOf(desk().in())).toMatchObject({ code: 'bundle.unfinished' });
});
