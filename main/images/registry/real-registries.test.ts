import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { digestOf } from '../digest.ts';
import { ociEmpty, ociManifest } from '../media-types.ts';
import { realRegistries } from '../testing/real-registries.ts';
import {
  allBytes,
  blobOf,
  descriptorOf,
  manifestOf,
  opener,
  pushImage,
  sampleImage,
  sampleIndex,
} from '../testing/sample-image.ts';
import type { Descriptor, Registry } from '../types.ts';
import { probeRegistry } from './probe.ts';
import { referrersTag } from './referrers.ts';
import { createRegistry, type RegistryClient } from './registry.ts';

const effects = { clock: systemClock(), random: Math.random };

describe.each(realRegistries)('$title', ({ absent, habits, start }) => {
  describe.skipIf(absent)(`our client${absent}`, () => {
    const { able } = habits;
    let server: Awaited<ReturnType<typeof start>>;
    let registry: RegistryClient;
    beforeAll(async () => {
      server = await start();
      registry = createRegistry({ host: server.host, plainHttp: true }, effects);
    });
    afterAll(async () => {
      await registry?.close();
      await server?.stop();
    });
    const bytesOf = async (repository: string, blob: Descriptor, offset = 0) =>
      allBytes((await registry.blob(repository, blob, { offset })).body);

    it('finds out what it can', async () => {
      await registry.ping();
      const found = await probeRegistry(registry, 'bastion/probe');
      expect(Object.fromEntries(found.map((one) => [one.name, one.able]))).toEqual(able);
      expect(found.map(({ detail }) => detail).filter((detail) => detail === '')).toEqual([]);
      if (able.delete === 'yes')
        for (const tag of await registry.tags('bastion/probe').catch(() => []))
          expect(await registry.resolve('bastion/probe', tag)).toBeUndefined();
    });

    it('gives back an image byte for byte, on a path of eight parts', async () => {
      const image = sampleImage();
      const repository = 'a/b/c/d/e/f/g/h';
      await pushImage(registry, repository, 'one', image);
      expect(await registry.resolve(repository, 'one')).toEqual(descriptorOf(image.manifest));
      expect(await registry.manifest(repository, image.manifest.digest)).toEqual(image.manifest);
      for (const { descriptor, bytes } of image.blobs) {
        expect(await registry.hasBlob(repository, descriptor.digest)).toBe(bytes.length);
        expect((await bytesOf(repository, descriptor)).equals(bytes)).toBe(true);
      }
    });

    it('has words for what is not there', async () => {
      expect(await registry.resolve('none', 'x')).toBeUndefined();
      expect(await registry.hasBlob('none', digestOf('x'))).toBeUndefined();
      expect(await registry.referrers('none', digestOf('x'))).toEqual([]);
      const missing = { fault: { code: 'registry.notFound', about: [`${server.host}/none`] } };
      await expect(registry.manifest('none', 'x')).rejects.toMatchObject(missing);
      const { descriptor } = blobOf(Buffer.from('x'));
      await expect(registry.blob('none', descriptor, { offset: 0 })).rejects.toMatchObject(missing);
    });

    it('reads on in the middle of a blob, or all of it where no part is to be had', async () => {
      const { descriptor, bytes } = blobOf(randomBytes(2_000_000));
      await registry.upload('r/range', descriptor, opener(bytes));
      const { body, offset } = await registry.blob('r/range', descriptor, { offset: 1_500_000 });
      expect(offset).toBe(habits.ranges ? 1_500_000 : 0);
      expect((await allBytes(body)).equals(bytes.subarray(offset))).toBe(true);
    });

    it('takes chunks, and goes on with them after a break where it can', async () => {
      const { descriptor, bytes } = blobOf(randomBytes(1_000_000));
      const stop = new AbortController();
      const sessions: { location: string; offset: number }[] = [];
      const onSession = (at: { location: string; offset: number }) => {
        sessions.push(at);
        if (at.offset === 600_000) stop.abort(new Error('the laptop was closed'));
      };
      const chunked = { chunkBytes: 300_000 };
      await expect(
        registry.upload('c/k', descriptor, opener(bytes), { ...chunked, onSession, signal: stop.signal }),
      ).rejects.toThrow('the laptop was closed');
      const opened: number[] = [];
      const open = (offset: number) => {
        opened.push(offset);
        return opener(bytes)(offset);
      };
      let sent = 0;
      const onBytes = (n: number) => {
        sent += n;
      };
      let kept = 0;
      const onKept = (n: number) => {
        kept += n;
      };
      await registry.upload('c/k', descriptor, open, { ...chunked, session: sessions.at(-1)!, onBytes, onKept });
      expect(opened[0]).toBe(habits.resumes ? 600_000 : 0);
      expect([kept, sent]).toEqual(habits.resumes ? [600_000, 400_000] : [0, 1_000_000]);
      expect((await bytesOf('c/k', descriptor)).equals(bytes)).toBe(true);
    });

    it('begins anew with an upload it no longer knows', async () => {
      const { descriptor, bytes } = blobOf(randomBytes(500_000));
      const location = `http://${server.host}/v2/c/lost/blobs/uploads/00000000-0000-0000-0000-000000000000?_state=x&state=x`;
      await registry.upload('c/lost', descriptor, opener(bytes), {
        chunkBytes: 200_000,
        session: { location, offset: 200_000 },
      });
      expect((await bytesOf('c/lost', descriptor)).equals(bytes)).toBe(true);
    });

    it('mounts, or says that it does not', async () => {
      const { descriptor, bytes } = blobOf(randomBytes(10_000));
      await registry.upload('m/from', descriptor, opener(bytes));
      expect(await registry.mount('m/to', descriptor.digest, 'm/from')).toBe(able.mount === 'yes');
      if (able.mount === 'yes') expect(await registry.hasBlob('m/to', descriptor.digest)).toBe(10_000);
      expect(await registry.mount('m/to', digestOf('elsewhere'), 'm/from')).toBe(false);
    });

    it('begins an upload with the request that asks whether the blob is there', async () => {
      const { descriptor, bytes } = blobOf(randomBytes(10_000));
      const options = { mountFrom: 's/elf' };
      expect(await registry.upload('s/elf', descriptor, opener(bytes), options)).toBe(true);
      expect(await registry.hasBlob('s/elf', descriptor.digest)).toBe(10_000);
      // One that mounts finds it; any other takes it again.
      const sent = await registry.upload('s/elf', descriptor, opener(bytes), options);
      if (able.mount === 'yes') expect(sent).toBe(false);
      expect(await registry.hasBlob('s/elf', descriptor.digest)).toBe(10_000);
    });

    it('takes an empty blob, and names wrong bytes within two tries', async () => {
      const { descriptor } = blobOf(Buffer.alloc(0));
      await registry.upload('e/e', descriptor, opener(Buffer.alloc(0)));
      expect(await registry.hasBlob('e/e', descriptor.digest)).toBe(0);
      const right = blobOf(Buffer.from('right')).descriptor;
      let opened = 0;
      const wrong = (offset: number) => {
        opened += 1;
        return opener(Buffer.from('wrong'))(offset);
      };
      await expect(registry.upload('w/w', right, wrong)).rejects.toMatchObject({
        fault: { code: 'registry.digestMismatch' },
      });
      expect(opened).toBe(2);
      expect(await registry.hasBlob('w/w', right.digest)).toBeUndefined();
    });

    it('does with a sparse index what the probe said', async () => {
      const [here, absentChild] = [sampleImage(), sampleImage()];
      await pushImage(registry, 's/s', here.manifest.digest, here);
      const index = sampleIndex([here.manifest, absentChild.manifest]);
      const put = registry.putManifest('s/s', 'sparse', index);
      if (able.sparseIndex === 'yes') {
        await put;
        expect((await registry.manifest('s/s', 'sparse')).bytes).toEqual(index.bytes);
      } else
        await expect(put).rejects.toMatchObject({
          fault: { code: 'registry.sparseRefused', about: [`${server.host}/s/s`] },
        });
    });

    it('lists what refers to an image, by its API or by our tag', async () => {
      const image = sampleImage();
      await pushImage(registry, 'f/f', 'v1', image);
      const subject = descriptorOf(image.manifest);
      const types = ['a/sbom', 'a/signature', 'a/provenance'];
      const attached = types.map((artifactType) => sampleImage({ sizes: [100], subject, artifactType }));
      await Promise.all(attached.map((each) => pushImage(registry, 'f/f', each.manifest.digest, each)));
      const listed = await registry.referrers('f/f', subject.digest);
      expect(new Set(listed.map(({ digest }) => digest))).toEqual(
        new Set(attached.map(({ manifest }) => manifest.digest)),
      );
      expect(listed.map(({ artifactType }) => artifactType).sort()).toEqual([...types].sort());
      const tag = await registry.resolve('f/f', referrersTag(subject.digest));
      expect(tag === undefined).toBe(able.referrers === 'yes');
      // A client that starts later sees the same.
      const later: Registry = createRegistry({ host: server.host, plainHttp: true }, effects);
      expect(await later.referrers('f/f', subject.digest)).toEqual(listed);
      expect(await later.referrers('f/f', attached[0]!.manifest.digest)).toEqual([]);
      await later.close();
    });

    it('takes an artifact with an empty config', async () => {
      const [config, content] = [blobOf(Buffer.from('{}'), ociEmpty), blobOf(randomBytes(500), 'text/x-signature')];
      const manifest = manifestOf({
        ...{ schemaVersion: 2, mediaType: ociManifest, artifactType: 'application/x-signature' },
        ...{ config: { ...config.descriptor, data: 'e30=' }, layers: [content.descriptor] },
      });
      await pushImage(registry, 'art/ifact', 'one', { manifest, blobs: [config, content] });
      expect(await registry.manifest('art/ifact', 'one')).toEqual(manifest);
      expect(await bytesOf('art/ifact', content.descriptor)).toEqual(content.bytes);
    });

    it('takes blobs of sha512, whole and in chunks; of manifests it may say that it does not', async () => {
      const bytes = randomBytes(700_000);
      const blob = { mediaType: 'a/b', digest: digestOf(bytes, 'sha512'), size: bytes.length };
      for (const [repository, options] of [
        ['sha/whole', {}],
        ['sha/chunks', { chunkBytes: 300_000 }],
      ] as const) {
        await registry.upload(repository, blob, opener(bytes), options);
        expect(await registry.hasBlob(repository, blob.digest)).toBe(bytes.length);
        expect((await bytesOf(repository, blob)).equals(bytes)).toBe(true);
      }
      const { manifest, blobs } = sampleImage({ sizes: [] });
      const long = { ...manifest, digest: digestOf(manifest.bytes, 'sha512') };
      const put = pushImage(registry, 'sha/m', long.digest, { manifest: long, blobs });
      if (habits.sha512Manifests) {
        await put;
        expect(await registry.manifest('sha/m', long.digest)).toEqual(long);
      } else
        await expect(put).rejects.toMatchObject({
          fault: { code: 'registry.refused', message: expect.stringContaining('sha512') },
        });
    });

    it('takes manifests of 4 MiB; of a larger one it decides itself', async () => {
      for (const [size, taken] of [
        [4_194_304, true],
        [5_000_000, habits.largeManifests],
      ] as const) {
        const { manifest, blobs } = sampleImage({ sizes: [10] });
        const json = { ...(JSON.parse(manifest.bytes.toString()) as object), annotations: { fill: '' } };
        json.annotations.fill = 'x'.repeat(size - manifestOf(json).bytes.length);
        const large = manifestOf(json);
        expect(large.bytes.length).toBe(size);
        const put = pushImage(registry, 'l/l', 'large', { manifest: large, blobs });
        if (!taken) await expect(put).rejects.toMatchObject({ fault: { code: 'registry.tooLarge' } });
        else {
          await put;
          expect(await registry.resolve('l/l', 'large')).toEqual(descriptorOf(large));
        }
      }
    });

    it('deletes', async () => {
      const image = sampleImage();
      await pushImage(registry, 'd/d', 'v1', image);
      await registry.deleteManifest('d/d', image.manifest.digest);
      await expect(registry.manifest('d/d', image.manifest.digest)).rejects.toMatchObject({
        fault: { code: 'registry.notFound' },
      });
      await expect(registry.deleteManifest('d/d', image.manifest.digest)).rejects.toMatchObject({
        fault: { code: 'registry.notFound' },
      });
      // What was deleted can come again.
      await pushImage(registry, 'd/d', 'v1', image);
      expect((await registry.manifest('d/d', 'v1')).bytes).toEqual(image.manifest.bytes);
    });

    it('lists over a thousand tags, page by page', async () => {
      const image = sampleImage({ sizes: [10] });
      await pushImage(registry, 'tags/many', 't0000', image);
      const names = Array.from({ length: 1_050 }, (_, at) => `t${String(at).padStart(4, '0')}`);
      for (let at = 1; at < names.length; at += 50)
        await Promise.all(
          names.slice(at, at + 50).map((tag) => registry.putManifest('tags/many', tag, image.manifest)),
        );
      expect((await registry.tags('tags/many')).sort()).toEqual(names);
      expect(await registry.fewTags('tags/many')).toBeUndefined();
      await pushImage(registry, 'tags/few', 'one', image);
      expect([...((await registry.fewTags('tags/few')) ?? [])]).toContain('one');
    });

    it('lists its repositories where it has a catalogue', async () => {
      await pushImage(registry, 'z/listed', 'one', sampleImage());
      const listed = await registry.repositories();
      if (habits.catalogue) expect(listed).toContain('z/listed');
      else expect(listed).toBeUndefined();
    });
  });
});
