import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { fault, toFault } from '../../../shared/fault.ts';
import type { ResolveEffects } from '../image-set/effects.ts';
import { isAddress } from '../image-set/fetch-place.ts';
import type { ChartPlace } from './repository.ts';

/** A chart's files by path below its own folder (`Chart.yaml`, `templates/x.yaml`, `charts/sub/Chart.yaml`), and how helm gets it. */
export interface ChartFiles {
  files: ReadonlyMap<string, string>;
  /** The archive, or the folder of a local chart. */
  source: Buffer | string;
}

const maxPacked = 16 * 1024 * 1024;
const maxUnpacked = 64 * 1024 * 1024;
const maxFiles = 20_000;

/** Reads a chart: an archive at an address or in a file, or a folder. Faults: chart.archive, registry.digestMismatch, those of `fetch`. */
export async function readChart({ place, sha256 }: ChartPlace, effects: ResolveEffects): Promise<ChartFiles> {
  if (!isAddress(place) && (await isFolder(place))) return { files: await readFolder(place), source: place };
  const bytes = await effects.fetch(place, { limit: maxPacked, signal: effects.signal });
  const is = createHash('sha256').update(bytes).digest('hex');
  if (sha256 && is !== sha256) {
    const remedy = 'Do not use it; ask whoever runs the repository.';
    throw fault('registry.digestMismatch', `${place} has the digest ${is}, its index says ${sha256}.`, remedy);
  }
  return { files: await unpackChart(bytes, place), source: bytes };
}

/** Unpacks a chart archive into memory; packed charts below `charts/` are unpacked too. Faults: chart.archive. */
export async function unpackChart(bytes: Buffer, name: string, depth = 0): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const [path, body] of await entriesOf(bytes, name)) {
    // The first folder bears the chart's name.
    const inner = path.slice(path.indexOf('/') + 1);
    if (/^charts\/[^/]+\.(tgz|tar\.gz)$/.test(inner) && depth < 5) {
      for (const [sub, text] of await unpackChart(body, `${name}, ${inner}`, depth + 1)) {
        files.set(`${inner.replace(/\.(tgz|tar\.gz)$/, '')}/${sub}`, text);
      }
    } else if (/\.(ya?ml|tpl|txt)$/.test(inner)) files.set(inner, body.toString('utf8'));
  }
  if (!files.has('Chart.yaml')) throw bad(name, 'it has no Chart.yaml');
  return files;
}

async function entriesOf(bytes: Buffer, name: string): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  try {
    const tar = extract();
    tar.end(gunzipSync(bytes, { maxOutputLength: maxUnpacked }));
    for await (const entry of tar) {
      const path = entry.header.name.replace(/^\.\//, '');
      if (path.startsWith('/') || path.split(/[/\\]/).includes('..'))
        throw bad(name, `its entry ${path} leads out of it`);
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      if (entry.header.type === 'file') found.set(path, Buffer.concat(chunks));
      if (found.size > maxFiles) throw bad(name, `it has more than ${maxFiles} files`);
    }
  } catch (error) {
    if ((error as { fault?: unknown }).fault) throw error;
    throw bad(name, toFault(error).message);
  }
  return found;
}

async function readFolder(root: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  let bytes = 0;
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const inner = relative(root, path).split(sep).join('/');
    if (!entry.isFile() || inner.startsWith('.git/')) continue;
    const isPacked = /^(.*\/)?charts\/[^/]+\.(tgz|tar\.gz)$/.test(inner);
    if (!isPacked && !/\.(ya?ml|tpl|txt)$/.test(inner)) continue;
    bytes += (await stat(path)).size;
    if (bytes > maxUnpacked || files.size > maxFiles) throw bad(root, 'it is too large for a chart');
    if (!isPacked) files.set(inner, await readFile(path, 'utf8'));
    else {
      const below = inner.replace(/\.(tgz|tar\.gz)$/, '');
      for (const [sub, text] of await unpackChart(await readFile(path), inner)) files.set(`${below}/${sub}`, text);
    }
  }
  if (!files.has('Chart.yaml')) throw bad(root, 'it has no Chart.yaml');
  return files;
}

const isFolder = async (place: string): Promise<boolean> =>
  (await stat(place).catch(() => undefined))?.isDirectory() ?? false;

const bad = (name: string, why: string) =>
  fault(
    'chart.archive',
    `${name} is no Helm chart: ${why}.`,
    'Name a packed chart (.tgz) or a folder with Chart.yaml.',
    {
      field: 'charts',
    },
  );
