import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faultOf, mib, useDesk } from './testing/desk.ts';
import { contentOf, noise, putImage } from './testing/sample-store.ts';

const desk = useDesk();
const mount = (...args: string[]): void => void execFileSync('mount', args, { stdio: 'pipe' });
const unmount = (path: string): void => void execFileSync('umount', ['--lazy', path], { stdio: 'pipe' });
const without = mayMount() ? '' : ' (skipped: this user may not mount)';

function mayMount(): boolean {
  const dir = mkdtempSync(join(tmpdir(), 'kmm-bastion-mount-'));
  try {
    mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir);
    unmount(dir);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** A disk of its own in the desk's folder while `work` runs. */
async function onDisk(options: readonly string[], work: (disk: string) => Promise<void>): Promise<void> {
  const disk = join(desk().dir, 'small');
  mkdirSync(disk);
  mount(...options, disk);
  try {
    await work(disk);
  } finally {
    unmount(disk);
  }
}

test.skipIf(without !== '')(
  `a full disk: told before the first byte, and again when others fill it meanwhile${without}`,
  async () => {
    await putImage(desk().from, 'quay.io/x/a:1', [noise('a', 6 * mib)]);
    await onDisk(['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs'], async (disk) => {
      writeFileSync(join(disk, 'holiday.mov'), Buffer.alloc(8 * mib));
      const told = await faultOf(desk().out({ folders: [disk] }));
      expect(told).toMatchObject({ code: 'store.full' });
      expect(told.message).toMatch(/needs 6\.3 MB more/);
      expect(readdirSync(disk)).toEqual(['holiday.mov']);
      rmSync(join(disk, 'holiday.mov'));
      let filled = false;
      const during = desk().out({
        folders: [disk],
        onProgress({ segment }) {
          if (segment !== 'seg-00003.bin' || filled) return;
          filled = true;
          execFileSync('sh', ['-c', `head -c 100M /dev/zero > ${disk}/holiday.mov || true`], { stdio: 'ignore' });
        },
      });
      expect(await faultOf(during)).toMatchObject({ code: 'store.full', about: [expect.stringContaining(disk)] });
      rmSync(join(disk, 'holiday.mov'));
      const path = join(disk, readdirSync(disk)[0]!);
      const first = statSync(join(path, 'seg-00001.bin')).ino;
      const { bytesWritten } = await desk().out({ folders: [disk] });
      expect(bytesWritten).toBeLessThan(4.5 * mib);
      expect(statSync(join(path, 'seg-00001.bin')).ino).toBe(first);
      expect(await desk().in({ folders: [disk] })).toMatchObject({ state: 'done' });
    });
  },
);

test.skipIf(without !== '')(
  `a disk unplugged in mid-export: told, and gone on with when it is back${without}`,
  async () => {
    await putImage(desk().from, 'quay.io/x/a:1', [noise('a', 4 * mib)]);
    const real = join(desk().dir, 'real');
    mkdirSync(real);
    await onDisk(['--bind', real], async (disk) => {
      const during = desk().out({
        folders: [disk],
        onProgress({ segment, phase }) {
          if (segment === 'seg-00002.bin' && phase === 'checking' && existsSync(join(disk, readdirSync(real)[0]!)))
            unmount(disk);
        },
      });
      const told = await faultOf(during);
      expect(told).toMatchObject({ code: 'store.unplugged' });
      expect(told.remedy).toContain('Plug it in again at the same place and resume');
      expect(await faultOf(desk().in({ folders: [real] }))).toMatchObject({ code: 'bundle.unfinished' });
      mount('--bind', real, disk);
      const { bytesWritten, toc } = await desk().out({ folders: [disk] });
      expect(bytesWritten).toBe(toc.segments.slice(1).reduce((sum, { bytes }) => sum + bytes, 0));
      // And taken away once more while it is read: what came in stays.
      let gone = false;
      const taken = desk().in({
        folders: [disk],
        onProgress({ phase }) {
          if (phase === 'importing' && !gone) unmount(disk);
          if (phase === 'importing') gone = true;
        },
      });
      expect(await faultOf(taken)).toMatchObject({ code: 'store.unplugged' });
      mount('--bind', real, disk);
      expect(await desk().in({ folders: [disk] })).toMatchObject({ state: 'done' });
      expect(await contentOf(desk().to)).toEqual(await contentOf(desk().from));
    });
  },
);

test.skipIf(without !== '')(`two small disks share a bundle; each can be read by itself${without}`, async () => {
  await putImage(desk().from, 'quay.io/x/a:1', [noise('a', 1.2 * mib)]);
  await putImage(desk().from, 'quay.io/x/b:1', [noise('b', 1.2 * mib)]);
  await putImage(desk().from, 'quay.io/x/c:1', [noise('c', 1.2 * mib)]);
  const disks = [join(desk().dir, 'd1'), join(desk().dir, 'd2')];
  for (const disk of disks) mkdirSync(disk);
  for (const disk of disks) mount('-t', 'tmpfs', '-o', 'size=3500k', 'tmpfs', disk);
  try {
    expect(await faultOf(desk().out({ folders: [disks[0]!] }))).toMatchObject({ code: 'store.full' });
    const { paths, toc } = await desk().out({ folders: disks });
    const held = paths.map((path) => readdirSync(path).filter((name) => name.startsWith('seg-')));
    expect(held).toEqual([toc.segments.slice(0, 2), toc.segments.slice(2)].map((some) => some.map(({ name }) => name)));
    for (const path of paths) expect(existsSync(join(path, 'toc.json'))).toBe(true);
    expect(await desk().in({ folders: [disks[1]!], incomplete: 'leaveOut' })).toMatchObject({
      images: ['quay.io/x/c:1'],
    });
    expect(await desk().in({ folders: disks })).toMatchObject({ state: 'done' });
  } finally {
    for (const disk of disks) unmount(disk);
  }
});

test.skipIf(without !== '')(`a read-only disk is told before anything is written${without}`, async () => {
  await putImage(desk().from, 'quay.io/x/a:1', [noise('a', 100)]);
  await onDisk(['-t', 'tmpfs', '-o', 'size=9m,ro', 'tmpfs'], async (disk) => {
    expect(await faultOf(desk().out({ folders: [disk] }))).toMatchObject({ code: 'store.readOnly' });
  });
});
