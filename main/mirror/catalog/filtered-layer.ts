import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { type Pack, pack } from 'tar-stream';
import { ociLayer } from '../../images/media-types.ts';
import type { ContentStore, Descriptor, Digest } from '../../images/types.ts';

export interface LayerPlan {
  /** Folder of the catalog, without slashes at the ends. */
  configs: string;
  /** Caches to take away. */
  caches: readonly string[];
  /** By path in the folder. */
  files: ReadonlyMap<string, Buffer>;
}

/** A layer in the store, with the digest of its tar (the configuration's diff_id). */
export interface MadeLayer {
  descriptor: Descriptor;
  diffId: Digest;
}

const chunkBytes = 1024 * 1024;

/**
 * Brings a layer into the store that replaces a catalog's folder and takes its caches away (image-spec layer.md, whiteouts). Sorted, without
 * times and owners, readable by all: the same plan gives the same bytes.
 */
export async function writeLayer(plan: LayerPlan, store: ContentStore, signal?: AbortSignal): Promise<MadeLayer> {
  const diff = createHash('sha256');
  const hash = createHash('sha256');
  // Compressed, the texts of a catalog are a tenth of what the plan holds already.
  const chunks: Buffer[] = [];
  for await (const chunk of layerBytes(plan, diff)) {
    signal?.throwIfAborted();
    hash.update(chunk);
    chunks.push(chunk);
  }
  const size = chunks.reduce((sum, { length }) => sum + length, 0);
  const digest: Digest = `sha256:${hash.digest('hex')}`;
  const open = async () => ({ body: Readable.from(chunks), offset: 0 });
  await store.write({ digest, size }, open, signal ? { signal } : {});
  return { descriptor: { mediaType: ociLayer, digest, size }, diffId: `sha256:${diff.digest('hex')}` };
}

/** The gzip bytes; `diff` is fed with those of the tar. */
async function* layerBytes(plan: LayerPlan, diff: Hash): AsyncGenerator<Buffer> {
  const tar = pack();
  const gzip = createGzip({ level: 6, chunkSize: chunkBytes });
  const written = writeEntries(tar, plan).then(
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

async function writeEntries(tar: Pack, { configs, caches, files }: LayerPlan): Promise<void> {
  const entries = new Map<string, Buffer | undefined>();
  const folder = (path: string) => {
    const parts = path.split('/');
    for (let end = 1; end <= parts.length; end += 1) entries.set(`${parts.slice(0, end).join('/')}/`, undefined);
  };
  for (const cache of caches) {
    const slash = cache.lastIndexOf('/');
    if (slash > 0) folder(cache.slice(0, slash));
    entries.set(`${cache.slice(0, slash + 1)}.wh.${cache.slice(slash + 1)}`, Buffer.alloc(0));
  }
  folder(configs);
  // Opaque instead of `.wh.` beside: unpackers differ on a name that is removed and made in one layer.
  entries.set(`${configs}/.wh..wh..opq`, Buffer.alloc(0));
  for (const [path, bytes] of files) {
    const slash = path.lastIndexOf('/');
    folder(slash < 0 ? configs : `${configs}/${path.slice(0, slash)}`);
    entries.set(`${configs}/${path}`, bytes);
  }
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
