import { expect, test } from 'vitest';
import { attachedKey, writeAttached } from '../../images/content/attached.ts';
import { digestOf } from '../../images/digest.ts';
import { ociConfig, ociEmpty, ociIndex, ociLayer, ociManifest } from '../../images/media-types.ts';
import type { Descriptor } from '../../images/types.ts';
import { faultOf, mib, useDesk } from './testing/desk.ts';
import { contentOf, noise, putImage } from './testing/sample-store.ts';

const desk = useDesk();
const describe = (mediaType: string, bytes: Buffer, algorithm: 'sha256' | 'sha512' = 'sha256'): Descriptor => ({
  mediaType,
  digest: digestOf(bytes, algorithm),
  size: bytes.length,
});

test('layers of no bytes and of sha512, an index with absent platforms and a signature travel as they are', async () => {
  const { from, to } = desk();
  const [config, empty, long] = [Buffer.from('{}'), Buffer.alloc(0), noise('long', mib + 17)];
  const layers = [describe(ociLayer, empty), describe(ociLayer, long, 'sha512')];
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, config: describe(ociConfig, config), layers }));
  const absent = {
    ...describe(ociManifest, Buffer.from('never pulled')),
    platform: { os: 'linux', architecture: 's390x' },
  };
  const index = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: ociIndex, manifests: [describe(ociManifest, manifest), absent] }),
  );
  const subject = describe(ociIndex, index);
  const signature = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: ociManifest,
      config: describe(ociEmpty, config),
      layers: [],
      subject,
    }),
  );
  for (const bytes of [config, empty, manifest, index, signature]) await from.put(bytes);
  await from.put(long, digestOf(long, 'sha512'));
  const attached = writeAttached([{ ...describe(ociManifest, signature), tag: 'sha256-x.sig' }]);
  await from.setRoot({ name: 'quay.io/x/a:1', descriptor: subject, annotations: { [attachedKey]: attached } });

  const { toc, gaps } = await desk().out();
  expect(gaps).toEqual([]);
  expect(toc.roots[0]?.needs).toHaveLength(6);
  expect(await desk().in()).toMatchObject({ state: 'done' });
  expect(await contentOf(to)).toEqual(await contentOf(from));
  expect(to.roots()).toEqual(from.roots());
  expect(to.has(digestOf(signature))).toBe(true);
});

test('progress grows to exactly what was promised, in both directions', async () => {
  await putImage(desk().from, 'quay.io/x/a:1', [noise('a', 2.5 * mib)]);
  for (const go of [desk().out, desk().in]) {
    let [last, before] = [{ bytes: -1, bytesDone: 0, checkBytes: -1, checkBytesDone: 0 }, 0];
    await go({
      onProgress(progress) {
        expect(progress.bytesDone + progress.checkBytesDone).toBeGreaterThanOrEqual(before);
        before = progress.bytesDone + progress.checkBytesDone;
        last = { ...progress };
      },
    });
    expect([last.bytesDone, last.checkBytesDone]).toEqual([last.bytes, last.checkBytes]);
    expect(last.bytes).toBe(desk().from.usage().bytes);
  }
});

test('stopped by its user, an export and an import end at once and go on where they were', async () => {
  const { from, to } = desk();
  await putImage(from, 'quay.io/x/a:1', [noise('a', 2.5 * mib)]);
  await putImage(from, 'quay.io/x/b:1', [noise('b', 2.5 * mib)]);
  for (const go of [desk().out, desk().in]) {
    const stop = new AbortController();
    const stopped = go({
      signal: stop.signal,
      onProgress({ bytes, bytesDone }) {
        if (bytesDone > bytes / 2) stop.abort(new Error('enough'));
      },
    });
    await expect(stopped).rejects.toThrow('enough');
    await go();
  }
  expect(await contentOf(to)).toEqual(await contentOf(from));
});

test('segments too small to be counted are refused by name', async () => {
  await putImage(desk().from, 'quay.io/x/a:1', [noise('a', 2 * mib)]);
  expect(await faultOf(desk().out({ segmentBytes: 10 }))).toMatchObject({ code: 'bundle.tooManySegments' });
});
