import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import {
  dockerConfig,
  dockerLayer,
  dockerManifest,
  ociConfig,
  ociIndex,
  ociLayer,
  ociManifest,
} from '../../../images/media-types.ts';
import type { ContentStore, Descriptor, Digest, Manifest } from '../../../images/types.ts';
import { configsLabel } from '../catalog-image.ts';

interface Options {
  files: Record<string, string>;
  cmd?: string[];
  /** Docker's media types instead of OCI's. */
  docker?: boolean;
  architecture?: string;
  /** Symbolic links below /configs, with where they lead. */
  links?: Record<string, string>;
}

const sha = (bytes: Buffer): Digest => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

async function tar(entries: { name: string; body?: string; mode?: number; linkname?: string }[]): Promise<Buffer> {
  const out = pack();
  for (const { name, body, mode, linkname } of entries) {
    if (linkname !== undefined) out.entry({ name, type: 'symlink', linkname });
    else if (body === undefined) out.entry({ name, type: 'directory', mode: mode ?? 0o755 });
    else out.entry({ name, mode: mode ?? 0o644 }, body);
  }
  out.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of out as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function put(store: ContentStore, mediaType: string, bytes: Buffer): Promise<Descriptor> {
  return { mediaType, digest: await store.put(bytes), size: bytes.length };
}

/** An image as `opm generate dockerfile` makes it: a base, the catalog at /configs, a filled cache below /tmp. */
export async function putCatalog(store: ContentStore, options: Options): Promise<Descriptor> {
  const { files, docker = false, architecture = 'amd64', links = {} } = options;
  const tars = [
    await tar([
      { name: 'bin/' },
      { name: 'bin/opm', body: `opm for ${architecture}`, mode: 0o755 },
      { name: 'tmp/', mode: 0o1777 },
    ]),
    await tar([
      { name: 'configs/' },
      ...Object.entries(files).map(([name, body]) => ({ name: `configs/${name}`, body })),
      ...Object.entries(links).map(([name, linkname]) => ({ name: `configs/${name}`, linkname })),
    ]),
    await tar([{ name: 'tmp/cache/' }, { name: 'tmp/cache/digest', body: 'stale' }]),
  ];
  const layers: Descriptor[] = [];
  for (const bytes of tars) layers.push(await put(store, docker ? dockerLayer : ociLayer, gzipSync(bytes)));
  const config = {
    architecture,
    os: 'linux',
    created: '2023-01-01T00:00:00Z',
    config: {
      Entrypoint: ['/bin/opm'],
      Cmd: options.cmd ?? ['serve', '/configs', '--cache-dir=/tmp/cache'],
      Labels: { [configsLabel]: '/configs', vendor: 'example' },
    },
    rootfs: { type: 'layers', diff_ids: tars.map(sha) },
    history: tars.map(() => ({ created: '2023-01-01T00:00:00Z', created_by: 'test' })),
  };
  const mediaType = docker ? dockerManifest : ociManifest;
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: await put(store, docker ? dockerConfig : ociConfig, Buffer.from(JSON.stringify(config))),
    layers,
  };
  return put(store, mediaType, Buffer.from(JSON.stringify(manifest)));
}

/** An index of catalogs for several architectures, with an attestation as buildx adds it. */
export async function putIndex(
  store: ContentStore,
  files: Record<string, string>,
  architectures: string[],
): Promise<Descriptor> {
  const manifests: Descriptor[] = [];
  for (const architecture of architectures) {
    const image = await putCatalog(store, { files, architecture });
    manifests.push({ ...image, platform: { os: 'linux', architecture } });
  }
  manifests.push({
    ...manifests[0]!,
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
  });
  return put(store, ociIndex, Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: ociIndex, manifests })));
}

/** A manifest of the store. */
export async function manifestOf(store: ContentStore, { mediaType, digest }: Descriptor): Promise<Manifest> {
  return { mediaType, digest, bytes: await store.bytes(digest) };
}
