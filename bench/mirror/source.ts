import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { ociConfig, ociManifest } from '../../main/images/media-types.ts';
import { createRegistry } from '../../main/images/registry/registry.ts';
import { blobOf, manifestOf, opener } from '../../main/images/testing/sample-image.ts';
import type { Descriptor, Registry } from '../../main/images/types.ts';
import { systemClock } from '../../shared/clock.ts';

/** Puts an image of incompressible gzip layers into a registry, one layer in memory at a time. */
async function put(registry: Registry, repository: string, layers: number, bytes: number): Promise<void> {
  const descriptors: Descriptor[] = [];
  for (let at = 0; at < layers; at += 1) {
    const blob = blobOf(gzipSync(randomBytes(bytes), { level: 0 }));
    await registry.upload(repository, blob.descriptor, opener(blob.bytes));
    descriptors.push(blob.descriptor);
  }
  const rootfs = { type: 'layers', diff_ids: descriptors.map(({ digest }) => digest) };
  const config = blobOf(
    Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', config: { Labels: { repository } }, rootfs })),
    ociConfig,
  );
  await registry.upload(repository, config.descriptor, opener(config.bytes));
  const manifest = manifestOf({
    schemaVersion: 2,
    mediaType: ociManifest,
    config: config.descriptor,
    layers: descriptors,
  });
  await registry.putManifest(repository, '1', manifest);
}

/** Fills a registry with `count` images; gives their repositories. */
export async function fill(host: string, count: number, layers: number, bytes: number): Promise<string[]> {
  const registry = createRegistry({ host, plainHttp: true }, { clock: systemClock(), random: Math.random });
  const names = Array.from({ length: count }, (_, at) => `bench/image-${String(at).padStart(3, '0')}`);
  const queue = [...names];
  const worker = async (): Promise<void> => {
    for (let name = queue.shift(); name; name = queue.shift()) await put(registry, name, layers, bytes);
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  await registry.close();
  return names;
}
