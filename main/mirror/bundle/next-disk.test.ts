import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sampleImage } from '../../images/testing/sample-image.ts';
import { refusal, type TestEngine } from '../../testing/test-engine.ts';
import { type MirrorBed, publish, startMirrorBed } from '../testing/mirror-bed.ts';

/** An export to several disks with one socket: each in turn at the same place. */
const MiB = 1_048_576;
const root = process.getuid?.() === 0 && process.platform === 'linux';
describe.skipIf(!root)(
  `one disk after another${root ? '' : ' (skipped: mounting a tmpfs needs root on Linux)'}`,
  () => {
    let bed: MirrorBed;
    let field: TestEngine;
    let mounted: string[];
    beforeEach(async () => {
      mounted = [];
      bed = await startMirrorBed();
      const source = await bed.registry();
      await call('mirror.addSite', { name: 'Source', role: 'source', address: source.host, plainHttp: true });
      const names = [
        await publish(source.host, 'small:1', sampleImage({ sizes: [MiB / 2] })),
        await publish(source.host, 'big:1', sampleImage({ sizes: [4 * MiB] })),
      ];
      await bed.save('two', names);
      await call('mirror.pull', { set: 'two' });
      field = bed.laptop('field');
      const { keys } = await call('mirror.keys', {});
      await field.typed('mirror.trust', { name: 'Office', publicKey: keys[0]!.publicKey });
    });
    afterEach(async () => {
      await bed.close();
    });
    afterEach(() => {
      for (const path of mounted) execFileSync('umount', ['-l', path], { stdio: 'ignore' });
    });
    const call: MirrorBed['engine']['typed'] = (name, input) => bed.engine.typed(name, input);
    /** A disk with room for two segments, in a folder of its own; `socket` shows one of them. */
    function disk(name: string, size = '3600k'): string {
      const path = join(bed.folder, name);
      mkdirSync(path);
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path]);
      mounted.push(path);
      return path;
    }
    function socket(shown: string, path = join(bed.folder, 'usb')): string {
      mkdirSync(path, { recursive: true });
      if (mounted.includes(path)) execFileSync('umount', ['-l', path]);
      else mounted.push(path);
      execFileSync('mount', ['--bind', shown, path]);
      return path;
    }
    const files = (path: string) => readdirSync(path, { recursive: true }).map(String);
    const segments = (path: string) =>
      files(path)
        .flatMap((name) => /seg-\d+\.bin$/.exec(name) ?? [])
        .sort();

    test('it pauses for the next disk, says what is where, and each disk has the signed table of contents', async () => {
      const [one, two, three] = [disk('one'), disk('two'), disk('three')];
      const usb = socket(one);
      const { run } = await call('mirror.export', { folder: usb, segmentBytes: MiB });
      expect(run).toMatchObject({ state: 'paused', fault: { code: 'bundle.nextDisk' } });
      expect(run.sentence).toContain(`Next disk, please: seg-00001.bin to seg-00002.bin on disk 1 (${usb})`);
      expect(run.sentence).toContain('seg-00003.bin to seg-00005.bin (2.6 MB) are still to be written');
      expect(run.sentence).toContain(`cli mirror resume --id ${run.id} --folders FOLDER`);
      expect(segments(one)).toEqual(['seg-00001.bin', 'seg-00002.bin']);
      // Taken out, it can be looked at elsewhere already.
      const seen = await field.typed('mirror.inspectBundle', { folders: [one], check: true });
      expect(seen.signature).toBe('trusted');
      expect(seen.segments.map(({ state }) => state)).toEqual(['present', 'present', 'missing', 'missing', 'missing']);

      // Forgotten to change it: nothing is lost, the same is asked again.
      const same = await call('mirror.resume', { id: run.id });
      expect(same).toMatchObject({ state: 'paused', fault: { code: 'bundle.nextDisk' } });
      expect(same.sentence).toContain('seg-00003.bin to seg-00005.bin');

      socket(two);
      const second = await call('mirror.resume', { id: run.id });
      expect(second.sentence).toContain(`seg-00003.bin to seg-00004.bin on disk 2 (${usb})`);
      expect(segments(two)).toEqual(['seg-00003.bin', 'seg-00004.bin']);
      const last = await call('mirror.resume', { id: run.id, folders: [three] });
      expect(last).toMatchObject({ state: 'done', imagesDone: 2, imagesFailed: 0 });
      expect(last.sentence).toContain(`seg-00005.bin on disk 3 (${three})`);
      expect(readdirSync(join(bed.folder, 'office/mirror/exports'))).toEqual([]);
      for (const each of [one, two, three]) {
        expect(files(each).filter((name) => /toc\.(json|sig)$/.test(name))).toHaveLength(2);
        expect(files(each).filter((name) => name.endsWith('.part'))).toEqual([]);
      }

      const first = (await field.typed('mirror.import', { folders: [two], incomplete: 'wait' })).run;
      expect(first.state).toBe('paused');
      expect((await field.typed('mirror.resume', { id: first.id, folders: [one] })).state).toBe('paused');
      let came = await field.typed('mirror.resume', { id: first.id, folders: [two] });
      if (came.state === 'paused') came = await field.typed('mirror.resume', { id: first.id, folders: [three] });
      expect(came).toMatchObject({ state: 'done', imagesDone: 2 });
      expect((await field.typed('mirror.verify', {})).run.state).toBe('done');
      expect((await field.typed('mirror.store', {})).bytes).toBe((await call('mirror.store', {})).bytes);
    });

    test('a first disk without room for one file is refused; a blob lost between two disks ends it with words', async () => {
      const tiny = disk('tiny', '2000k');
      const full = await refusal(() => call('mirror.export', { folder: tiny, segmentBytes: MiB }));
      expect(full).toMatchObject({ code: 'store.full', remedy: expect.stringContaining('--segmentBytes') });
      expect(files(tiny)).toEqual([]);

      const { run } = await call('mirror.export', { folder: disk('one'), segmentBytes: MiB });
      expect(run.state).toBe('paused');
      const { rows } = await call('mirror.images', {});
      const lost = rows.find(({ name }) => name.includes('small'))!.digest;
      writeFileSync(join(bed.folder, 'office/store/blobs/sha256', lost.slice(7)), 'not this');
      await call('mirror.verify', {});
      const why = await refusal(() => call('mirror.resume', { id: run.id, folders: [disk('two')] }));
      expect(why).toMatchObject({ code: 'bundle.changed', about: [lost] });
      await call('mirror.pull', { set: 'two' });
      const on = await call('mirror.resume', { id: run.id, folders: [join(bed.folder, 'two')] });
      expect(on.state).toBe('paused');
    });
  },
);
