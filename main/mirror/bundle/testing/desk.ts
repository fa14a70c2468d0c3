import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { ContentStore } from '../../../images/types.ts';
import { type Exported, type ExportOptions, exportBundle } from '../export.ts';
import { type Imported, type ImportOptions, importBundle } from '../import.ts';
import { sampleKey, sampleStore } from './sample-store.ts';

export const mib = 1024 * 1024;

/** The two sides of a test: a store to export from, one to import into, a disk between them, and a key both know. */
interface Desk {
  dir: string;
  disk: string;
  from: ContentStore;
  to: ContentStore;
  key: ReturnType<typeof sampleKey>;
  /** Exports everything to the disk in segments of 1 MiB. */
  out(more?: Partial<ExportOptions>): Promise<Exported>;
  in(more?: Partial<ImportOptions>): Promise<Imported>;
}

/** A desk for each test, cleared away after it. */
export function useDesk(): () => Desk {
  let desk: Desk;
  beforeEach(async () => {
    const dir = mkdtempSync(join(tmpdir(), 'kmm-bastion-bundle-'));
    const disk = join(dir, 'disk');
    mkdirSync(disk);
    const [from, to] = [await sampleStore(join(dir, 'from')), await sampleStore(join(dir, 'to'))];
    const key = sampleKey();
    desk = {
      dir,
      disk,
      from,
      to,
      key,
      out: (more) =>
        exportBundle({
          store: from,
          folders: [disk],
          roots: from.roots(),
          madeAt: '2026-11-22T22:00:00Z',
          madeBy: 'office',
          key,
          segmentBytes: mib,
          ...more,
        }),
      in: (more) => importBundle({ store: to, folders: [disk], trusted: [key.trusted], ...more }),
    };
  });
  afterEach(async () => {
    await desk.from.close();
    await desk.to.close();
    rmSync(desk.dir, { recursive: true, force: true });
  });
  return () => desk;
}

/** The code, message and names of the fault a work ends with. */
export async function faultOf(
  work: Promise<unknown>,
): Promise<{ code: string; message: string; remedy: string; about: string[] }> {
  try {
    await work;
  } catch (error) {
    const { fault } = error as { fault?: { code: string; message: string; remedy: string; about?: string[] } };
    if (!fault) throw error;
    return { about: [], ...fault };
  }
  throw new Error('it went well');
}
