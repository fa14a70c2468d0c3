import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Ability as AbilitySchema } from '../../../shared/contract/mirror.ts';
import { FaultError } from '../../../shared/fault.ts';
import { digestOf } from '../digest.ts';
import { ociConfig, ociIndex, ociManifest } from '../media-types.ts';
import type { Descriptor, Digest, Manifest } from '../types.ts';
import { commonLimit } from './manifests.ts';
import { referrersTag } from './referrers.ts';
import type { RegistryClient } from './registry.ts';

export type Ability = z.infer<typeof AbilitySchema>;
type Name = Ability['name'];

/** What a registry says no with; anything else (no network, no sign-in) ends the probe. */
const refusals = /^registry\.(forbidden|notFound|quota|refused|tooLarge|sparseRefused|digestMismatch)$/;

const made = (json: object, mediaType: string): Manifest => {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...json }));
  return { mediaType, bytes, digest: digestOf(bytes) };
};

const named = ({ mediaType, digest, bytes }: Manifest): Descriptor => ({ mediaType, digest, size: bytes.length });

/**
 * Finds out what a registry can by trying it in a scratch repository, before a long push does: a few requests, 4 MiB at
 * most. What was written is deleted again, as far as the registry deletes at all.
 * Faults: those of a registry that can't be reached or signed in to; what it refuses is a "no" with its words.
 */
export async function probeRegistry(
  registry: RegistryClient,
  scratch: string,
  signal?: AbortSignal,
): Promise<Ability[]> {
  const found: Ability[] = [];
  const nested = `${scratch}/one/two/three/four`;
  const written: ({ repository: string } & ({ digest: Digest; kind: 'manifest' | 'blob' } | { tag: string }))[] = [];
  const deletions = { done: 0, refused: '' };

  const remove = async (one: (typeof written)[number]) => {
    const { repository } = one;
    // Some take a tag away together with its digest, others by itself only, and may refuse that.
    if ('tag' in one) return registry.deleteManifest(repository, one.tag, signal).catch(() => {});
    const { digest, kind } = one;
    try {
      await (kind === 'blob' ? registry.deleteBlob : registry.deleteManifest)(repository, digest, signal);
      if (kind === 'manifest') deletions.done += 1;
    } catch (error) {
      if (kind === 'manifest' && error instanceof FaultError) deletions.refused = error.message;
    }
  };
  const upload = async (repository: string, bytes: Buffer): Promise<Descriptor> => {
    const blob = { mediaType: ociConfig, digest: digestOf(bytes), size: bytes.length };
    await registry.upload(repository, blob, async () => Readable.from([bytes]), signal ? { signal } : {});
    written.push({ repository, digest: blob.digest, kind: 'blob' });
    return blob;
  };
  const put = async (manifest: Manifest, name: string = manifest.digest) => {
    await registry.putManifest(scratch, name, manifest, signal);
    written.push({ repository: scratch, digest: manifest.digest, kind: 'manifest' });
    return manifest;
  };
  /** Tries one thing; what it resolves to says how it went. */
  const attempt = async (
    name: Name,
    work: () => Promise<[able: Ability['able'], detail: string]>,
  ): Promise<boolean> => {
    try {
      const [able, detail] = await work();
      found.push({ name, able, detail });
      return able === 'yes';
    } catch (error) {
      if (!(error instanceof FaultError) || !refusals.test(error.fault.code)) throw error;
      const { message, remedy } = error.fault;
      // Without this one nothing goes: what to do is told, too.
      found.push({ name, able: 'no', detail: name === 'push' ? `${message} ${remedy}` : message });
      return false;
    }
  };

  const content = Buffer.from(
    JSON.stringify({ os: 'linux', architecture: 'amd64', probe: randomBytes(8).toString('hex') }),
  );
  let image: Manifest | undefined;
  const pushed = await attempt('push', async () => {
    const config = await upload(scratch, content);
    image = await put(made({ config, layers: [] }, ociManifest));
    return ['yes', `An image could be pushed to ${registry.host}/${scratch}.`];
  });
  try {
    if (!pushed || !image) {
      const rest: Name[] = ['sparseIndex', 'referrers', 'nestedPaths', 'manifest4MiB', 'mount', 'delete'];
      return [
        ...found,
        ...rest.map((name) => ({ name, able: 'unknown' as const, detail: 'Not tried: pushing failed.' })),
      ];
    }
    const subject = named(image);
    const config = { mediaType: ociConfig, digest: digestOf(content), size: content.length };
    await attempt('sparseIndex', async () => {
      const absent = {
        ...subject,
        digest: digestOf(randomBytes(32)),
        platform: { os: 'linux', architecture: 'arm64' },
      };
      await put(
        made({ manifests: [{ ...subject, platform: { os: 'linux', architecture: 'amd64' } }, absent] }, ociIndex),
      );
      return ['yes', 'An index may name platforms that were left out.'];
    });
    await attempt('referrers', async () => {
      await put(made({ config, layers: [], subject, artifactType: 'application/vnd.kmm-bastion.probe' }, ociManifest));
      const index = await registry.resolve(scratch, referrersTag(subject.digest), signal);
      if (index)
        written.push(
          { repository: scratch, digest: index.digest, kind: 'manifest' },
          { repository: scratch, tag: referrersTag(subject.digest) },
        );
      if (index) return ['no', 'No referrers API: the list is kept in a tag.'];
      const listed = (await registry.referrers(scratch, subject.digest, signal)).length;
      return listed > 0 ? ['yes', 'Has the referrers API.'] : ['unknown', 'Took a referrer, but does not list it.'];
    });
    await attempt('nestedPaths', async () => {
      await upload(nested, content);
      return ['yes', `Takes paths as deep as ${nested}.`];
    });
    await attempt('manifest4MiB', async () => {
      const base = made({ config, layers: [], annotations: { fill: '' } }, ociManifest).bytes.length;
      await put(made({ config, layers: [], annotations: { fill: 'x'.repeat(commonLimit - base) } }, ociManifest));
      return ['yes', 'Takes manifests of 4 MiB.'];
    });
    await attempt('mount', async () => {
      const mounted = `${scratch}/mounted`;
      if (!(await registry.mount(mounted, config.digest, scratch, signal)))
        return ['no', 'Layers are sent again for each repository.'];
      written.push({ repository: mounted, digest: config.digest, kind: 'blob' });
      return ['yes', 'Takes over layers that another repository has.'];
    });
  } finally {
    // Newest first: an index before the images it names.
    for (const one of written.reverse()) await remove(one);
  }
  const { done, refused } = deletions;
  const detail = refused || 'Images can be deleted.';
  found.push({ name: 'delete', able: done > 0 && !refused ? 'yes' : 'no', detail });
  return found;
}
