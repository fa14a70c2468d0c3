import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { writeDurably } from './durable.ts';
import { parseToc, type Toc } from './toc.ts';

/** A disk of a bundle that is written through one socket, in the order they were plugged in; segments are indexes from 0. */
export interface DiskTurn {
  folder: string;
  segments: number[];
}

/** The bundle as it will be when all disks are written, with the hash of every segment, and what stands on which disk so far. */
export interface DiskNotes {
  toc: Toc;
  disks: DiskTurn[];
}

/** Where an export remembers on this laptop what it wrote to disks that are not plugged in any more. */
export interface DiskBook {
  /** Undefined when every disk so far was here at once. */
  read(): Promise<DiskNotes | undefined>;
  write(notes: DiskNotes): Promise<void>;
  /** The bundle is whole, or given up. */
  clear(): Promise<void>;
}

const Notes = z.object({
  toc: z.unknown(),
  disks: z.array(z.object({ folder: z.string(), segments: z.array(z.int().min(0)) })),
});

/** A book in a file. Fault of `read`: bundle.damaged for one that is not what was written. */
export const createDiskBook = (path: string): DiskBook => ({
  async read() {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text === undefined) return undefined;
    const { toc, disks } = Notes.parse(JSON.parse(text));
    return { toc: parseToc(Buffer.from(JSON.stringify(toc))), disks };
  },
  async write(notes) {
    await mkdir(dirname(path), { recursive: true });
    await writeDurably(path, JSON.stringify(notes));
  },
  clear: () => rm(path, { force: true }),
});

/** The turn of the disk in a folder: the one whose segments lie there, else a new one, since another disk may have the same folder. */
export function turnOf(notes: DiskNotes, folder: string, there: readonly number[]): DiskTurn {
  const known = notes.disks.find(({ segments }) => segments.some((index) => there.includes(index)));
  if (known) return known;
  const fresh = { folder, segments: [...there] };
  notes.disks.push(fresh);
  return fresh;
}

/** `seg-00001.bin to seg-00003.bin on disk 1 (/media/usb)` for each disk that holds a part. */
export function disksText({ toc, disks }: DiskNotes): string {
  return disks
    .flatMap(({ folder, segments }, at) =>
      segments.length > 0 ? [`${segmentsText(toc, segments)} on disk ${at + 1} (${folder})`] : [],
    )
    .join(', ');
}

/** Names of segments, runs of them by their ends. */
export function segmentsText({ segments }: Pick<Toc, 'segments'>, indexes: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const index of [...indexes].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && last[1] === index - 1) last[1] = index;
    else runs.push([index, index]);
  }
  const name = (index: number): string => segments[index]?.name ?? '';
  return runs.map(([from, to]) => (from === to ? name(from) : `${name(from)} to ${name(to)}`)).join(', ');
}
