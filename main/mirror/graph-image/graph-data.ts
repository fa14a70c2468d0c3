import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import { FaultError, fault } from '../../../shared/fault.ts';
import { decompressorFor } from '../../images/layer/decompress.ts';

/** Files of graph data by path, as the update service reads them: `channels/…`, `blocked-edges/…`, `version`. */
export type GraphData = ReadonlyMap<string, Buffer>;

/** What is larger than this (unpacked), or has more entries, is no graph data: the published one has some thousand files of a few KB. */
const graphLimits = { fileBytes: 8 * 1024 * 1024, bytes: 128 * 1024 * 1024, entries: 100_000 } as const;

type Limits = { [key in keyof typeof graphLimits]: number };

/**
 * Reads an archive (tar, with gzip or zstd around it or not) of graph data (openshift/cincinnati-graph-data). Only plain files and folders
 * are taken: a path that leads out, a link, a device or a second file of one name ends it. Fault: graphImage.data, which names the entry.
 */
export async function readGraphData(bytes: Buffer, place: string, limits: Limits = graphLimits): Promise<GraphData> {
  const files = new Map<string, Buffer>();
  const tar = extract();
  const unpacker = decompressorFor(bytes);
  let unpacked = 0;
  const limited = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      unpacked += chunk.length;
      // Headers and filling come on top of the files.
      if (unpacked > limits.bytes + limits.entries * 4096) throw bad(place, `unpacks to more than ${unpacked} bytes`);
      yield chunk;
    }
  };
  const source = Readable.from([bytes]);
  const into = tar as unknown as NodeJS.WritableStream;
  const fed = (unpacker ? pipeline(source, unpacker, limited, into) : pipeline(source, limited, into)).then(
    () => undefined,
    (cause: unknown) => {
      tar.destroy(cause as Error);
      return cause;
    },
  );
  try {
    let kept = 0;
    let entries = 0;
    for await (const entry of tar) {
      const { name, type, size = 0 } = entry.header;
      if (++entries > limits.entries) throw bad(place, `has more than ${limits.entries} entries`);
      const path = safePath(name, place);
      if (type !== 'directory') {
        if (type !== 'file' && type !== 'contiguous-file') throw bad(place, `holds ${name}, which is a ${type}`);
        kept += size;
        if (size > limits.fileBytes || kept > limits.bytes) throw bad(place, `is too large at ${name} (${size} bytes)`);
        if (files.has(path) || path === '')
          throw bad(place, `holds ${name === '' ? 'a file without name' : name} twice`);
        const chunks: Buffer[] = [];
        for await (const chunk of entry) chunks.push(chunk as Buffer);
        files.set(path, Buffer.concat(chunks));
      }
      entry.resume();
    }
    const cause = await fed;
    if (cause) throw cause;
  } catch (error) {
    tar.destroy();
    const cause = await fed;
    if (error instanceof FaultError) throw error;
    if (cause instanceof FaultError) throw cause;
    throw bad(place, `can't be unpacked (${((cause ?? error) as Error).message})`);
  }
  for (const path of files.keys()) {
    const below = [...parents(path)].find((folder) => files.has(folder));
    if (below) throw bad(place, `holds ${below} as a file and as a folder`);
  }
  const channels = [...files.keys()].filter((path) => /^channels\/[^/]+\.ya?ml$/.test(path));
  if (channels.length === 0 || !files.has('version')) {
    throw bad(place, `holds no ${channels.length === 0 ? 'channels/<name>.yaml' : 'version'} at its top`);
  }
  return files;
}

/** `./channels//a.yaml` → `channels/a.yaml`. */
function safePath(name: string, place: string): string {
  if (name.startsWith('/') || /\\|^[a-z]:|\0/i.test(name))
    throw bad(place, `holds the path ${name}, which is no path of ours`);
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw bad(place, `holds the path ${name}, which leads out of it`);
  // A layer would take such a file for the removal of another.
  if (parts.some((part) => part.startsWith('.wh.')))
    throw bad(place, `holds ${name}, a name that layers give a meaning`);
  return parts.join('/');
}

function* parents(path: string): Generator<string> {
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) yield path.slice(0, at);
}

const bad = (place: string, why: string) =>
  fault(
    'graphImage.data',
    `The graph data of ${place} ${why}.`,
    'Name an archive as https://api.openshift.com/api/upgrades_info/graph-data gives it, or a file of it.',
    { field: 'releases.graphImage.data' },
  );
