import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import { FaultError, fault } from '../../../shared/fault.ts';
import type { Descriptor, ImageSource, Manifest } from '../types.ts';
import { streamBlob } from './blob-stream.ts';
import { decompressorFor } from './decompress.ts';
import { layersOf } from './open-image.ts';
import { createOverlay, type Overlay } from './overlay.ts';

/** A file of an image's merged file system; `path` has no leading slash. */
export interface ImageFile {
  path: string;
  bytes: Buffer;
}

export interface ReadOptions {
  signal?: AbortSignal;
  /** Larger files below the prefixes end the reading with image.tooLarge; default 64 MiB. */
  maxFileBytes?: number;
  /** All bytes of one unpacked layer; default 16 GiB. Guards against archives that unpack without end. */
  maxLayerBytes?: number;
  /** Asked after each whole layer with the paths yielded so far: true leaves the lower layers unread. */
  enough?: (paths: ReadonlySet<string>) => boolean;
  /** Told of what is no plain file below the prefixes (links, devices): it is passed over. */
  onSkipped?: (path: string, type: string) => void;
}

const maxEntries = 2_000_000;

/**
 * The files of an image below one of the prefixes (a folder or a file, `release-manifests`), as a container would see them: layers
 * are read from the top, whiteouts hide what lies below. Each layer's digest is checked at its end, so what was yielded is proven
 * only once the iteration ended without a fault; a caller that wants less names it by `enough` and reads on. Files of a layer come
 * in the order of its tar. Source: image-spec layer.md. Faults: image.layer, image.tooLarge, registry.digestMismatch, image.index.
 */
export async function* readImageFiles(
  source: ImageSource,
  manifest: Manifest,
  prefixes: readonly string[],
  options: ReadOptions = {},
): AsyncGenerator<ImageFile> {
  const wanted = prefixes.map(normalise);
  const overlay = createOverlay();
  const yielded = new Set<string>();
  for (const layer of layersOf(manifest).reverse()) {
    for await (const file of readLayer(source, layer, wanted, overlay, options)) {
      yielded.add(file.path);
      yield file;
    }
    overlay.nextLayer();
    if (options.enough?.(yielded)) return;
  }
}

async function* readLayer(
  source: ImageSource,
  layer: Descriptor,
  wanted: readonly string[],
  overlay: Overlay,
  options: ReadOptions,
): AsyncGenerator<ImageFile> {
  const { signal, maxFileBytes = 64 * 1024 * 1024, maxLayerBytes = 16 * 1024 ** 3, onSkipped } = options;
  const tar = extract();
  const fed = feed(streamBlob(source, layer, signal), tar, layer, maxLayerBytes).then(
    (unpacked) => ({ unpacked, cause: undefined }),
    (cause: unknown) => ({ unpacked: 0, cause }),
  );
  let needed = 0;
  const here = new Set<string>();
  let entries = 0;
  try {
    for await (const entry of tar) {
      const { name, type, size = 0 } = entry.header;
      const path = normalise(name);
      if (path.split('/').includes('..')) throw bad(layer, `holds the path ${name}, which leads out of the image`);
      needed = Math.max(needed, (entry.header as { byteOffset?: number }).byteOffset! + size);
      if (++entries > maxEntries) throw bad(layer, `has more than ${maxEntries} entries`);
      if (type !== 'directory' && touches(path, wanted) && !overlay.whiteout(path)) {
        if (isBelow(path, wanted) && overlay.visible(path)) {
          if (type !== 'file' && type !== 'contiguous-file') onSkipped?.(path, type ?? 'unknown');
          else if (here.has(path)) throw bad(layer, `holds ${path} twice`);
          else if (size > maxFileBytes) throw tooLarge(path, size, maxFileBytes);
          else yield { path, bytes: await whole(entry) };
          here.add(path);
        }
        overlay.file(path);
      }
      entry.resume();
    }
    const { cause, unpacked } = await fed;
    if (cause) throw cause;
    if (needed > unpacked) throw bad(layer, `ends in the middle of a file`);
  } catch (error) {
    tar.destroy();
    signal?.throwIfAborted();
    if (error instanceof FaultError) throw error;
    const { cause } = await fed;
    if (cause instanceof FaultError) throw cause;
    // Wrong bytes look like a broken archive: reading once more tells which it is.
    for await (const _ of streamBlob(source, layer, signal));
    throw bad(layer, `can't be unpacked (${(error as Error).message})`);
  } finally {
    tar.destroy();
  }
}

type Tar = ReturnType<typeof extract>;

/** Unpacks into `tar` and reads the blob to its very end, which checks its digest. Gives the bytes unpacked. */
async function feed(body: AsyncGenerator<Buffer>, tar: Tar, layer: Descriptor, maxBytes: number): Promise<number> {
  let bytes = 0;
  const limited = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw bad(layer, `unpacks to more than ${maxBytes} bytes`);
      yield chunk;
    }
    // umoci ends its layers right behind the last byte of the last file; Go's reader takes that, so it is out there.
    if (bytes % 512 > 0) yield Buffer.alloc(512 - (bytes % 512));
  };
  try {
    const first = await body.next();
    const raw = async function* () {
      if (first.value) yield first.value;
      yield* body;
    };
    const unpacker = first.value && decompressorFor(first.value);
    if (unpacker) await pipeline(raw, unpacker, limited, tar as unknown as NodeJS.WritableStream);
    else await pipeline(raw, limited, tar as unknown as NodeJS.WritableStream);
  } catch (error) {
    tar.destroy(error as Error);
    throw error;
  }
  return bytes;
}

async function whole(entry: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of entry) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** `./a//b/` → `a/b`. */
const normalise = (path: string): string =>
  path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');

const isBelow = (path: string, prefixes: readonly string[]): boolean =>
  prefixes.some((prefix) => prefix === '' || path === prefix || path.startsWith(`${prefix}/`));

/** Whether a path or marker can matter to the prefixes: it lies below one, or beside one of its parents. */
function touches(path: string, prefixes: readonly string[]): boolean {
  if (isBelow(path, prefixes)) return true;
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  const hidden = name === '.wh..wh..opq' ? path.slice(0, Math.max(0, slash)) : path.replace(/(^|\/)\.wh\./, '$1');
  return prefixes.some((prefix) => hidden === '' || prefix === hidden || prefix.startsWith(`${hidden}/`));
}

const bad = (layer: Descriptor, what: string) =>
  fault(
    'image.layer',
    `The layer ${layer.digest} ${what}.`,
    'Whoever built the image must build it anew; look at it with `umoci unpack`.',
  );

const tooLarge = (path: string, size: number, most: number) =>
  fault(
    'image.tooLarge',
    `The file ${path} of the image has ${size} bytes; at most ${most} are read.`,
    'Look at the image: files of this kind are never this large.',
  );
