import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { digestOf } from '../digest.ts';
import { type DockerRegistry, registryAbsent, startDockerRegistry } from '../testing/docker-registry.ts';
import {
  allBytes,
  blobOf,
  descriptorOf,
  opener,
  pushImage,
  sampleImage,
  sampleIndex,
} from '../testing/sample-image.ts';
import type { Registry } from '../types.ts';
import { createRegistry } from './registry.ts';

const effects = { clock: systemClock(), random: Math.random };

describe.skipIf(registryAbsent)(`a plain docker-registry${registryAbsent}`, () => {
  let server: DockerRegistry;
  let registry: Registry;
  beforeAll(async () => {
    server = await startDockerRegistry();
    registry = createRegistry({ host: server.host, plainHttp: true }, effects);
  });
  afterAll(async () => {
    await registry?.close();
    await server?.stop();
  });

  it('takes an image and gives back the same bytes', async () => {
    const image = sampleImage();
    await registry.ping();
    await pushImage(registry, 'a/b', 'one', image);
    expect(await registry.resolve('a/b', 'one')).toEqual(descriptorOf(image.manifest));
    const got = await registry.manifest('a/b', 'one');
    expect(got).toEqual(image.manifest);
    for (const { descriptor, bytes } of image.blobs) {
      expect(await registry.hasBlob('a/b', descriptor.digest)).toBe(bytes.length);
      const { body, offset } = await registry.blob('a/b', descriptor, { offset: 0 });
      expect(offset).toBe(0);
      expect((await allBytes(body)).equals(bytes)).toBe(true);
    }
    expect(await registry.tags('a/b')).toEqual(['one']);
    expect(await registry.repositories()).toEqual(['a/b']);
  });

  it('says undefined for what is not there, and notFound where something is needed', async () => {
    expect(await registry.resolve('none', 'x')).toBeUndefined();
    expect(await registry.hasBlob('none', digestOf('x'))).toBeUndefined();
    await expect(registry.manifest('none', 'x')).rejects.toMatchObject({
      fault: { code: 'registry.notFound', about: [`${server.host}/none`] },
    });
    await expect(registry.tags('none')).rejects.toMatchObject({ fault: { code: 'registry.notFound' } });
  });

  it('goes on in the middle of a blob', async () => {
    const { descriptor, bytes } = blobOf(randomBytes(3_000_000));
    await registry.upload('r/range', descriptor, opener(bytes));
    for (const from of [1, 1_999_999, 2_999_999]) {
      const { body, offset } = await registry.blob('r/range', descriptor, { offset: from });
      expect(offset).toBe(from);
      expect((await allBytes(body)).equals(bytes.subarray(from))).toBe(true);
    }
    const end = await registry.blob('r/range', descriptor, { offset: bytes.length });
    expect(end.offset).toBe(bytes.length);
    expect(await allBytes(end.body)).toHaveLength(0);
  });

  it('sends in chunks and goes on where an earlier run stood', async () => {
    const { descriptor, bytes } = blobOf(randomBytes(1_000_000));
    const stop = new AbortController();
    const sessions: { location: string; offset: number }[] = [];
    const options = {
      chunkBytes: 300_000,
      onSession: (at: { location: string; offset: number }) => void sessions.push(at),
    };
    const onSession = (at: { location: string; offset: number }) => {
      sessions.push(at);
      if (at.offset === 600_000) stop.abort(new Error('the laptop was closed'));
    };
    await expect(
      registry.upload('c/k', descriptor, opener(bytes), { ...options, onSession, signal: stop.signal }),
    ).rejects.toThrow('the laptop was closed');
    expect(sessions.map(({ offset }) => offset)).toEqual([0, 300_000, 600_000]);
    const opened: number[] = [];
    let sent = 0;
    let kept = 0;
    await registry.upload(
      'c/k',
      descriptor,
      (offset) => {
        opened.push(offset);
        return opener(bytes)(offset);
      },
      { ...options, session: sessions.at(-1)!, onBytes: (n) => (sent += n), onKept: (n) => (kept += n) },
    );
    expect(opened).toEqual([600_000]);
    expect([kept, sent]).toEqual([600_000, 400_000]);
    expect((await allBytes((await registry.blob('c/k', descriptor, { offset: 0 })).body)).equals(bytes)).toBe(true);
  });

  it('begins anew when the session is lost', async () => {
    const { descriptor, bytes } = blobOf(randomBytes(500_000));
    let sent = 0;
    await registry.upload('c/lost', descriptor, opener(bytes), {
      chunkBytes: 200_000,
      session: {
        location: `http://${server.host}/v2/c/lost/blobs/uploads/00000000-0000-0000-0000-000000000000?_state=x`,
        offset: 200_000,
      },
      onBytes: (n) => (sent += n),
    });
    expect(sent).toBe(500_000);
    expect(await registry.hasBlob('c/lost', descriptor.digest)).toBe(500_000);
  });

  it('mounts from another repository, and says false for what is not there', async () => {
    const { descriptor, bytes } = blobOf(randomBytes(10_000));
    await registry.upload('m/from', descriptor, opener(bytes));
    expect(await registry.mount('m/to', descriptor.digest, 'm/from')).toBe(true);
    expect(await registry.hasBlob('m/to', descriptor.digest)).toBe(10_000);
    expect(await registry.mount('m/to', digestOf('elsewhere'), 'm/from')).toBe(false);
  });

  it('takes an empty blob', async () => {
    const { descriptor } = blobOf(Buffer.alloc(0));
    await registry.upload('e/e', descriptor, opener(Buffer.alloc(0)));
    expect(await registry.hasBlob('e/e', descriptor.digest)).toBe(0);
  });

  it('names wrong bytes', async () => {
    const { descriptor } = blobOf(Buffer.from('right'));
    await expect(registry.upload('w/w', descriptor, opener(Buffer.from('wrong')))).rejects.toMatchObject({
      fault: { code: 'registry.digestMismatch' },
    });
  });

  it('refuses a sparse index in words', async () => {
    const [here, absent] = [sampleImage(), sampleImage()];
    await pushImage(registry, 's/s', here.manifest.digest, here);
    const index = sampleIndex([here.manifest, absent.manifest]);
    await expect(registry.putManifest('s/s', 'sparse', index)).rejects.toMatchObject({
      fault: { code: 'registry.sparseRefused' },
    });
  });

  it('keeps the tag index of referrers, one after the other', async () => {
    const image = sampleImage();
    await pushImage(registry, 'f/f', 'v1', image);
    expect(await registry.referrers('f/f', image.manifest.digest)).toEqual([]);
    const subject = descriptorOf(image.manifest);
    const signatures = [1, 2, 3].map((n) => sampleImage({ sizes: [n * 10], subject, artifactType: `test/${n}` }));
    await Promise.all(signatures.map((one) => pushImage(registry, 'f/f', one.manifest.digest, one)));
    await pushImage(registry, 'f/f', signatures[0]!.manifest.digest, signatures[0]!);
    const found = await registry.referrers('f/f', image.manifest.digest);
    expect(found.map(({ artifactType }) => artifactType).sort()).toEqual(['test/1', 'test/2', 'test/3']);
  });

  it('deletes a manifest', async () => {
    const image = sampleImage();
    await pushImage(registry, 'd/d', 'v1', image);
    await registry.deleteManifest('d/d', image.manifest.digest);
    expect(await registry.resolve('d/d', image.manifest.digest)).toBeUndefined();
    await expect(registry.deleteManifest('d/d', image.manifest.digest)).rejects.toMatchObject({
      fault: { code: 'registry.notFound' },
    });
  });

  it('takes a blob by its sha512, but says at once that it knows no such manifests', async () => {
    const bytes = randomBytes(1_000);
    const digest = digestOf(bytes, 'sha512');
    const blob = { mediaType: 'a/b', digest, size: 1_000 };
    await registry.upload('x/x', blob, opener(bytes));
    expect((await allBytes((await registry.blob('x/x', blob, { offset: 0 })).body)).equals(bytes)).toBe(true);
    const image = sampleImage();
    await pushImage(registry, 'x/x', 'v1', image);
    const manifest = { ...image.manifest, digest: digestOf(image.manifest.bytes, 'sha512') };
    await expect(registry.putManifest('x/x', manifest.digest, manifest)).rejects.toMatchObject({
      fault: { code: 'registry.refused', message: expect.stringContaining('sha512') },
    });
  });
});
