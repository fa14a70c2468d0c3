import { createHash, generateKeyPairSync } from 'node:crypto';
import { systemClock } from '../../../../shared/clock.ts';
import { createContentStore } from '../../../images/content/content-store.ts';
import { digestOf } from '../../../images/digest.ts';
import { ociConfig, ociLayer, ociManifest } from '../../../images/media-types.ts';
import type { ContentStore, Descriptor, Digest, StoreRoot } from '../../../images/types.ts';
import { type SigningKey, signingKeyOf } from '../keys.ts';
import { publicKeyText } from '../public-key.ts';

/** A store in a folder of a test; the disk it stands on is not kept free for anything. */
export const sampleStore = (root: string): Promise<ContentStore> =>
  createContentStore({ root, clock: systemClock(), keepFree: 0 });

export function sampleKey(): SigningKey & { trusted: { publicKey: string; ours: boolean } } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = signingKeyOf(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
  return { ...key, trusted: { publicKey: publicKeyText(publicKey), ours: false } };
}

/** Bytes that look random, the same for the same name: one layer must not be like another. */
export function noise(name: string, bytes: number): Buffer {
  const out = Buffer.allocUnsafe(bytes);
  let block = createHash('sha256').update(name).digest();
  for (let at = 0; at < bytes; at += 32) {
    block.copy(out, at);
    block = createHash('sha256').update(block).digest();
  }
  return out;
}

/** An image of layers given as bytes, put into the store and listed as `name`. */
export async function putImage(store: ContentStore, name: string, layers: readonly Buffer[]): Promise<StoreRoot> {
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', config: {}, author: name }));
  const describe = (mediaType: string, bytes: Buffer): Descriptor => ({
    mediaType,
    digest: digestOf(bytes),
    size: bytes.length,
  });
  for (const bytes of [config, ...layers]) await store.put(bytes);
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: ociManifest,
      config: describe(ociConfig, config),
      layers: layers.map((layer) => describe(ociLayer, layer)),
    }),
  );
  await store.put(manifest);
  const root: StoreRoot = {
    name,
    descriptor: describe(ociManifest, manifest),
    annotations: { 'bastion.kmm/test': name },
  };
  await store.setRoot(root);
  return root;
}

/** Every blob of a store, by digest: equal maps are equal stores, byte for byte. */
export async function contentOf(store: ContentStore): Promise<Map<Digest, string>> {
  const content = new Map<Digest, string>();
  for (const digest of store.digests()) {
    const hash = createHash('sha512');
    for await (const chunk of store.read(digest) as AsyncIterable<Buffer>) hash.update(chunk);
    content.set(digest, hash.digest('hex'));
  }
  return content;
}
