import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { type Pack, pack } from 'tar-stream';
import { ociLayer } from '../../images/media-types.ts';
import type { Descriptor, Digest } from '../../images/types.ts';

/** By path without a leading slash; a folder's ends with a slash and has no bytes. */
export type LayerEntries = ReadonlyMap<string, Buffer | undefined>;

/** A layer by its descriptor, with the digest of its tar (the configuration's diff_id). Plain JSON. */
export interface MadeLayer {
  descriptor: Descriptor;
  diffId: Digest;
}

const chunkBytes = 1024 * 1024;

/**
 * Packs a layer (image-spec layer.md). Sorted, without times and owners, readable by all: the same entries give the same bytes. They are
 * compressed and held in memory: of texts that is a tenth of what the entries hold already.
 */
export async function packLayer(
  entries: LayerEntries,
  signal?: AbortSignal,
): Promise<MadeLayer & { chunks: readonly Buffer[] }> {
  const diff = createHash('sha256');
  const hash = createHash('sha256');
  const chunks: Buffer[] = [];
  for await (const chunk of layerBytes(entries, diff)) {
    signal?.throwIfAborted();
    hash.update(chunk);
    chunks.push(chunk);
  }
  const size = chunks.reduce((sum, { length }) => sum + length, 0);
  const digest: Digest = `sha256:${hash.digest('hex')}`;
  return { descriptor: { mediaType: ociLayer, digest, size }, diffId: `sha256:${diff.digest('hex')}`, chunks };
}

/** Names a folder and those it lies in. */
export function addFolder(entries: Map<string, Buffer | undefined>, path: string): void {
  const parts = path.split('/');
  for (let end = 1; end <= parts.length; end += 1) entries.set(`${parts.slice(0, end).join('/')}/`, undefined);
}

/** The gzip bytes; `diff` is fed with those of the tar. */
async function* layerBytes(entries: LayerEntries, diff: Hash): AsyncGenerator<Buffer> {
  const tar = pack();
  const gzip = createGzip({ level: 6, chunkSize: chunkBytes });
  const written = writeEntries(tar, entries).then(
    () => tar.finalize(),
    (error: Error) => tar.destroy(error),
  );
  const through = async function* () {
    for await (const chunk of tar as AsyncIterable<Buffer>) {
      diff.update(chunk);
      yield chunk;
    }
  };
  const source = Readable.from(through(), { objectMode: false });
  source.on('error', (error) => gzip.destroy(error));
  let first = true;
  for await (const chunk of source.pipe(gzip) as AsyncIterable<Buffer>) {
    // Byte 9 names the system it was made on: always "unknown" (RFC 1952).
    if (first) chunk[9] = 255;
    first = false;
    yield chunk;
  }
  await written;
}

async function writeEntries(tar: Pack, entries: LayerEntries): Promise<void> {
  const common = { mtime: new Date(0), uid: 0, gid: 0, uname: '', gname: '' };
  for (const name of [...entries.keys()].sort()) {
    const bytes = entries.get(name);
    await new Promise<void>((resolve, reject) => {
      const done = (error?: Error | null) => (error ? reject(error) : resolve());
      if (bytes) tar.entry({ ...common, name, mode: 0o644 }, bytes, done);
      // A folder stays as open as it was: opm makes its new cache below /tmp.
      else tar.entry({ ...common, name, type: 'directory', mode: name === 'tmp/' ? 0o1777 : 0o755 }, done);
    });
  }
}
