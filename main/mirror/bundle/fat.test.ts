import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { inspectBundle } from './inspect.ts';
import { writeInventory } from './inventory.ts';
import { mib, useDesk } from './testing/desk.ts';
import { contentOf, noise, putImage } from './testing/sample-store.ts';

const desk = useDesk();
const without = spawnSync('mformat', ['--version']).error ? ' (skipped: mformat is missing, package mtools)' : '';
const mtools = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', env: { ...process.env, MTOOLS_SKIP_CHECK: '1' } });

test.skipIf(without !== '')(`goes onto a FAT32 disk and comes back whole${without}`, async () => {
  const { from, to, dir, key } = desk();
  await putImage(from, 'quay.io/x/a:1', [noise('a', 3 * mib)]);
  const { paths, toc } = await desk().out();
  const acknowledged = {
    site: 'a',
    madeAt: toc.madeAt,
    madeBy: 'van',
    acknowledges: [toc.id],
    digests: from.digests(),
  };
  const { path: inventory } = await writeInventory({ folder: dir, key, inventory: acknowledged });

  const image = join(dir, 'fat.img');
  writeFileSync(image, '');
  truncateSync(image, 48 * mib);
  mtools('mformat', '-F', '-i', image, '-T', String((48 * mib) / 512), '-h', '16', '-s', '63', '::');
  expect(execFileSync('head', ['-c', '90', image]).toString('latin1')).toContain('FAT32');
  mtools('mcopy', '-s', '-i', image, paths[0]!, inventory, '::/');
  expect(mtools('mdir', '-b', '-i', image, '::/').trim().split('\n').sort()).toEqual(
    [`::/${basename(paths[0]!)}/`, `::/${basename(inventory)}`].sort(),
  );

  const back = join(dir, 'back');
  mkdirSync(back);
  mtools('mcopy', '-s', '-n', '-i', image, `::/${basename(paths[0]!)}`, back);
  expect(readdirSync(join(back, basename(paths[0]!))).sort()).toEqual(readdirSync(paths[0]!).sort());
  const summary = await inspectBundle([back], { check: true, trusted: [{ ...key.trusted, ours: true }] });
  expect(summary).toMatchObject({ id: toc.id, signature: 'ours' });
  expect(await desk().in({ folders: [back] })).toMatchObject({ state: 'done' });
  expect(await contentOf(to)).toEqual(await contentOf(from));
});

test('every name is legal on FAT, exFAT and NTFS', async () => {
  await putImage(desk().from, 'quay.io/x/a:1', [noise('a', 3 * mib)]);
  const { paths } = await desk().out();
  const names = [basename(paths[0]!), ...readdirSync(paths[0]!)];
  for (const name of names) {
    expect(name).toMatch(/^[a-z0-9][a-z0-9.-]{0,60}[a-z0-9]$/);
    expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/);
  }
});
