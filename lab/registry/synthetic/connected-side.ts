import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { serveRegistry } from '../http/serve.ts';
import { onSamePort } from '../same-port.ts';
import { openStoreView } from '../store-view.ts';
import { makeContent, place } from './content.ts';
import { imageSetOf } from './image-set.ts';
import { moduleManifest } from './kmod.ts';
import { createReleaseKey } from './release-signing.ts';
import { graphDataPath, serveFiles } from './serve-files.ts';

/** Where everything of the connected side is. */
export interface ConnectedSide {
  /** `127.0.0.1:PORT` of the registry, plain HTTP and read-only. */
  registry: string;
  /** Address of the update graph. */
  graph: string;
  /** Base address of the release signatures. */
  signatures: string;
  /** Armored public key that signs the releases. */
  key: string;
  /** A ready-made image set that names all of it. */
  imageSet: string;
  images: number;
  close(): Promise<void>;
}

/**
 * Makes synthetic content in `dir` and serves it on loopback as the internet would: releases 4.12.3 and 4.12.6 with graph and
 * signatures, graph data and a base image, an operator catalog, KMM's images, kmod images. `dir` is an OCI layout below `content/`; key, module and image set beside.
 */
export async function startConnected({
  dir,
  seed = 1,
  port = 0,
}: {
  dir: string;
  seed?: number;
  port?: number;
}): Promise<ConnectedSide> {
  const layout = join(dir, 'content');
  // The content names the registry's address, so it is made when the port is known; the view sees it when it is there.
  await mkdir(dir, { recursive: true });
  const serve = (at: number) => serveRegistry(openStoreView(layout), undefined, { port: at });
  const front = await onSamePort(join(dir, 'registry-port'), port, serve, (it) => it.port);
  const host = `127.0.0.1:${front.port}`;
  const content = await makeContent(layout, seed, host);
  const releaseKey = await createReleaseKey();
  const signatures = new Map<string, Buffer>();
  for (const release of content.releases) {
    const path = `/signatures/${release.image.digest.replace(':', '=')}/signature-1`;
    signatures.set(path, await releaseKey.signature(release));
  }
  const offer = (at: number) => serveFiles({ releases: content.releases, host, signatures }, at);
  const files = await onSamePort(join(dir, 'files-port'), 0, offer, (it) => it.port);
  const graph = `${files.address}/api/upgrades_info/v1/graph`;
  const key = await place(dir, 'release-key.asc', releaseKey.publicKey);
  const places = { graph, signatures: `${files.address}/signatures`, key };
  const imageSet = await place(
    dir,
    'image-set.yaml',
    imageSetOf({
      ...places,
      catalog: content.catalog,
      module: await place(dir, 'module.yaml', moduleManifest(host)),
      kernels: content.kernels,
      images: content.additional,
      graphImage: { base: content.base, data: `${files.address}${graphDataPath}` },
    }),
  );
  return {
    registry: host,
    ...places,
    imageSet,
    images: content.roots,
    async close() {
      await Promise.all([front.close(), files.close()]);
    },
  };
}
