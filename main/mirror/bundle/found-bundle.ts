import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultError, fault } from '../../../shared/fault.ts';
import { bundleDiskFault } from './disk-fault.ts';
import { planFile, signatureFile, tocFile } from './export-state.ts';
import { judge, type Trusted, type Verdict } from './signature.ts';
import { parseToc, type Toc, tocLimit } from './toc.ts';

/** A bundle on one or more disks: its table of contents and where segments may lie. */
export interface FoundBundle {
  toc: Toc;
  verdict: Verdict;
  /** The folder the table of contents was read from. */
  path: string;
  /** Files that bear a segment's name, by that name; a copy on a second disk is a second one. */
  files: Map<string, string[]>;
}

const bundleName = /^bastion-[0-9a-f]{12}$/;
const readOnly = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Looks for one bundle in folders: each is a disk that holds a `bastion-…` folder, or such a folder itself. Links, devices and
 * pipes are passed over. Where disks disagree, the table of contents with the better signature wins.
 * Faults: bundle.notFound, bundle.unfinished, bundle.several, bundle.damaged, store.unplugged.
 */
export async function findBundle(folders: readonly string[], trusted: readonly Trusted[]): Promise<FoundBundle> {
  const places = await bundleFolders(folders);
  const tables: { path: string; toc: Toc; verdict: Verdict }[] = [];
  let unreadable: unknown;
  for (const path of places) {
    try {
      const bytes = await readSmall(path, tocFile, tocLimit);
      if (!bytes) continue;
      const signature = await readSmall(path, signatureFile, 1000);
      tables.push({ path, toc: parseToc(bytes), verdict: judge(bytes, signature?.toString('utf8'), trusted) });
    } catch (error) {
      // Another disk may have a good one.
      unreadable = onDisk(error, path);
    }
  }
  tables.sort((a, b) => order.indexOf(a.verdict.state) - order.indexOf(b.verdict.state));
  const best = tables[0];
  if (!best) throw unreadable ?? (await nothing(folders, places));
  const whole = tables.filter(({ verdict }) => verdict.state !== 'broken');
  if (new Set(whole.map(({ toc }) => toc.id)).size > 1) throw several(folders, whole);
  return { ...best, files: await segmentFiles([...places, ...folders], best.toc) };
}

/** Which of the disks it is about. */
function onDisk(error: unknown, path: string): unknown {
  if (!(error instanceof FaultError)) return error;
  return new FaultError({ ...error.fault, message: `${path}: ${error.fault.message}`, field: 'folders' });
}

const order: readonly Verdict['state'][] = ['ours', 'trusted', 'unknown', 'unsigned', 'broken'];

/** Opens a file of a bundle for reading; undefined when it is not there, or no regular file. */
export async function openRegular(path: string) {
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  const handle = await open(path, readOnly);
  // Looked at again behind the handle: the name could have been given to something else meanwhile.
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  return undefined;
}

async function bundleFolders(folders: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    const names = await list(folder);
    if (names.has(tocFile) || names.has(planFile)) found.push(folder);
    for (const [name, spelled] of names) {
      const path = join(folder, spelled);
      if (bundleName.test(name) && (await lstat(path)).isDirectory()) found.push(path);
    }
  }
  return [...new Set(found)];
}

/** Names in a folder by their lower-case spelling: some systems show FAT's short names in capitals. */
async function list(folder: string): Promise<Map<string, string>> {
  try {
    return new Map((await readdir(folder)).map((name) => [name.toLowerCase(), name]));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw bundleDiskFault(error, folder);
    throw fault(
      'bundle.notFound',
      `${folder} is no folder that is there.`,
      'Plug in and mount the disk, then name its folder.',
      { field: 'folders', about: [folder] },
    );
  }
}

async function readSmall(folder: string, name: string, limit: number): Promise<Buffer | undefined> {
  const spelled = (await list(folder)).get(name);
  const handle = spelled === undefined ? undefined : await openRegular(join(folder, spelled));
  if (!handle) return undefined;
  try {
    const { size } = await handle.stat();
    if (size > limit) throw tooLarge(join(folder, name), size, limit);
    return await handle.readFile();
  } catch (error) {
    throw bundleDiskFault(error, folder);
  } finally {
    await handle.close();
  }
}

async function segmentFiles(places: readonly string[], toc: Toc): Promise<Map<string, string[]>> {
  const wanted = new Set(toc.segments.map(({ name }) => name));
  const files = new Map<string, string[]>();
  for (const place of new Set(places)) {
    for (const [name, spelled] of await list(place)) {
      if (!wanted.has(name)) continue;
      const path = join(place, spelled);
      if ((await lstat(path)).isFile()) files.set(name, [...(files.get(name) ?? []), path]);
    }
  }
  return files;
}

async function nothing(folders: readonly string[], places: readonly string[]) {
  for (const path of places)
    if ((await list(path)).has(planFile))
      return fault(
        'bundle.unfinished',
        `The bundle in ${path} was never finished: its table of contents is missing.`,
        'Take the disk back to the laptop that writes it and resume the export there.',
        { field: 'folders', about: [path] },
      );
  return fault(
    'bundle.notFound',
    `There is no bundle in ${folders.join(', ')}.`,
    'Name the folder of the disk that holds a folder bastion-…, with toc.json in it.',
    { field: 'folders', about: [...folders] },
  );
}

const several = (folders: readonly string[], tables: readonly { path: string }[]) =>
  fault(
    'bundle.several',
    `${folders.join(', ')} ${folders.length === 1 ? 'holds' : 'hold'} more than one bundle.`,
    'Name the bastion-… folder of the one you mean.',
    { field: 'folders', about: tables.map(({ path }) => path) },
  );

const tooLarge = (path: string, size: number, limit: number) =>
  fault(
    'bundle.damaged',
    `${path} has ${size} bytes; ${limit} is the most that is read.`,
    'Copy it again from where the bundle was made.',
    { field: 'folders', about: [path] },
  );
