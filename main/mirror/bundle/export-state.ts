import { appendFile, lstat, mkdir, open, readdir, readFile, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultError, fault } from '../../../shared/fault.ts';
import { bytesText } from '../../../shared/rules/amount-text.ts';
import { syncFolder } from '../../images/content/sync-folder.ts';
import { canonicalJson } from './canonical.ts';
import { bundleDiskFault } from './disk-fault.ts';
import { writeDurably } from './durable.ts';
import { bundleFolder, parseToc, type Toc } from './toc.ts';

/** Files beside the segments. `toc.part` and `journal.part` are there while a bundle is being written, `toc.json` when it is whole. */
export const tocFile = 'toc.json';
export const signatureFile = 'toc.sig';
const sumsFile = 'sha256.txt';
export const planFile = 'toc.part';
const journalFile = 'journal.part';

/** A segment that is on a disk, whole and read back: the folder given for it, and its hash in hex. */
interface FinishedSegment {
  folder: string;
  sha256: string;
}

const journalLine = /^([0-9]+) ([0-9a-f]{64})$/;

/** An unfinished bundle of the same run in one of the folders: its plan, so that it is gone on with as it was begun. */
export async function unfinishedPlan(
  folders: readonly string[],
  run: Pick<Toc, 'madeAt' | 'madeBy' | 'site' | 'sets'>,
): Promise<Toc | undefined> {
  for (const folder of folders) {
    for (const name of await readdir(folder)) {
      if (!/^bastion-[0-9a-f]{12}$/.test(name)) continue;
      const plan = await planIn(join(folder, name));
      if (plan && runOf(plan) === runOf(run)) return plan;
    }
  }
  return undefined;
}

/** Times are whole seconds: two exports may have the same. */
const runOf = ({ madeAt, madeBy, site, sets }: Pick<Toc, 'madeAt' | 'madeBy' | 'site' | 'sets'>): string =>
  canonicalJson({ madeAt, madeBy, site, sets });

async function planIn(path: string): Promise<Toc | undefined> {
  try {
    return parseToc(await readFile(join(path, planFile)), { plan: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof FaultError || code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Segments of this plan that need not be written again, by index. */
export async function finishedSegments(folders: readonly string[], plan: Toc): Promise<Map<number, FinishedSegment>> {
  const finished = new Map<number, FinishedSegment>();
  for (const folder of folders) {
    const path = join(folder, bundleFolder(plan.id));
    for (const [index, sha256] of await hashesIn(path, plan.id)) {
      const segment = plan.segments[index];
      const file = segment && (await lstat(join(path, segment.name)).catch(() => undefined));
      if (file?.isFile() && file.size === segment?.bytes) finished.set(index, { folder, sha256 });
    }
  }
  return finished;
}

/** Hashes the journal names, and those of a table of contents that was written just before the run was ended. */
async function hashesIn(path: string, id: string): Promise<Map<number, string>> {
  const hashes = new Map<number, string>();
  const toc = await readFile(join(path, tocFile)).catch(() => undefined);
  if (toc) {
    const whole = parseToc(toc);
    if (whole.id === id) for (const [index, { sha256 }] of whole.segments.entries()) hashes.set(index, sha256);
  }
  const journal = await readFile(join(path, journalFile), 'utf8').catch(() => '');
  // A torn last line has no line feed.
  for (const line of journal.split('\n').slice(0, -1)) {
    const [, index, sha256] = journalLine.exec(line) ?? [];
    if (index !== undefined && sha256 !== undefined) hashes.set(Number(index), sha256);
  }
  return hashes;
}

/** Remembers that a segment is whole and was read back. Called before it gets its name. */
export async function noteSegment(path: string, index: number, sha256: string): Promise<void> {
  await appendFile(join(path, journalFile), `${index} ${sha256}\n`, { flush: true });
}

/**
 * The folder for each segment that is still to be written: the first with room, a disk counted once however many folders it holds.
 * `lacking` are the segments (indexes) that find none.
 */
export async function placeSegments(
  folders: readonly string[],
  plan: Toc,
  finished: ReadonlyMap<number, FinishedSegment>,
): Promise<{ places: Map<number, string>; lacking: number[] }> {
  const free = new Map<number, number>();
  const disks: { folder: string; device: number; block: number }[] = [];
  // The table twice (plan and final), and room for the file system's own growth.
  const reserve = 2 * canonicalJson(plan).length + plan.segments.length * 256 + 1024 * 1024;
  for (const folder of folders) {
    const { dev } = await stat(folder);
    const { bsize, bavail } = await statfs(folder);
    disks.push({ folder, device: dev, block: bsize });
    if (!free.has(dev)) free.set(dev, bsize * bavail - reserve + (await leftOver(folder, plan)));
  }
  const places = new Map<number, string>();
  const lacking: number[] = [];
  for (const [index, { bytes }] of plan.segments.entries()) {
    if (finished.has(index)) continue;
    const disk = disks.find(({ device, block }) => (free.get(device) ?? 0) >= bytes + block);
    if (!disk) lacking.push(index);
    else {
      free.set(disk.device, (free.get(disk.device) ?? 0) - bytes - disk.block);
      places.set(index, disk.folder);
    }
  }
  return { places, lacking };
}

/** Not even the first of what is left finds room. */
export function noRoom(
  folders: readonly string[],
  plan: Toc,
  finished: ReadonlyMap<number, unknown>,
  lacking: readonly number[],
) {
  const bytes = (index: number): number => plan.segments[index]?.bytes ?? 0;
  const total = [...plan.segments.keys()].reduce((sum, index) => sum + (finished.has(index) ? 0 : bytes(index)), 0);
  const without = lacking.reduce((sum, index) => sum + bytes(index), 0);
  return fault(
    'store.full',
    `The bundle needs ${bytesText(total)} more; ${bytesText(without)} of them find no room in ${folders.join(', ')}.`,
    'Free some space; or export anew with further disks (`--also FOLDER,…`), and with smaller segments (`--segmentBytes N`) so that several can share them.',
    { field: 'folder', about: [...folders] },
  );
}

/** Bytes of segments an earlier run began; they are overwritten. */
async function leftOver(folder: string, plan: Toc): Promise<number> {
  const path = join(folder, bundleFolder(plan.id));
  let bytes = 0;
  for (const { name } of plan.segments)
    bytes += (await lstat(join(path, partName(name))).catch(() => undefined))?.size ?? 0;
  return bytes;
}

/** Name of a segment until it is whole. */
export const partName = (segment: string): string => segment.replace(/\.bin$/, '.part');

/** Makes the bundle's folder with the plan in it. The folder it lies in must be there: a missing one is a disk that is not. */
export async function beginFolder(folder: string, plan: Toc): Promise<string> {
  const path = join(folder, bundleFolder(plan.id));
  try {
    await mkdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    if (!(await lstat(path)).isDirectory()) throw Object.assign(new Error(`${path} is no folder`), { code: 'EPERM' });
    await syncFolder(folder);
    await writeDurably(join(path, planFile), canonicalJson(plan));
    // Opened once so that a read-only disk is found before the first long write.
    await (await open(join(path, journalFile), 'a')).close();
    return path;
  } catch (error) {
    throw bundleDiskFault(error, folder);
  }
}

/** Makes a bundle's folder whole: signature and check sums first, the table of contents last, then the traces of writing go. */
export async function finishFolder(path: string, toc: Buffer, signature: string, sums: string): Promise<void> {
  try {
    await writeDurably(join(path, signatureFile), `${signature}\n`);
    await writeDurably(join(path, sumsFile), sums);
    await writeDurably(join(path, tocFile), toc);
    for (const name of await readdir(path)) if (/\.(part|new)$/.test(name)) await rm(join(path, name));
    await syncFolder(path);
  } catch (error) {
    throw bundleDiskFault(error, path);
  }
}

/** Refuses a folder that is not there. */
export async function checkFolders(folders: readonly string[], field = 'folder'): Promise<void> {
  if (folders.length === 0) throw noFolder('No folder was named.', field);
  for (const folder of folders) {
    const found = await stat(folder).catch(() => undefined);
    if (!found?.isDirectory()) throw noFolder(`${folder} is no folder${found ? '' : ' that is there'}.`, field);
  }
}

const noFolder = (message: string, field: string) =>
  fault('bundle.noFolder', message, 'Name a folder that exists; plug in and mount the disk first.', { field });
