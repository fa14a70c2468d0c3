import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { fault } from '../../shared/fault.ts';

const magic = 'SQLite format 3\0';
/** Header field application_id of our files (SQLite file format 1.3): "KMMB". */
export const applicationId = 0x4b4d4d42;

const damaged = (path: string, says: string) =>
  fault(
    'store.damaged',
    `${path} ${says}.`,
    'Nothing was changed. Put a copy from the backups beside it in its place, or move the file away: the next start reads the hubs again.',
    { field: path },
  );

/**
 * Looks at the file before SQLite does, and refuses what opening could lose: not SQLite, cut short, another program's,
 * write-protected. A missing file, and an empty one that never held anything, are fine.
 * Faults: store.damaged, store.foreign, store.readOnly.
 */
export function inspectFile(path: string): 'new' | 'ours' {
  if (!existsSync(path)) return 'new';
  if (!statSync(path).isFile()) throw damaged(path, 'is no file');
  // The mode counts for root too: who protected the file meant it.
  if ((statSync(path).mode & 0o222) === 0) {
    throw fault(
      'store.readOnly',
      `${path} is write-protected.`,
      'Take the protection away (chmod u+w), or choose another home with --home.',
      { field: path },
    );
  }
  const file = openToRead(path);
  try {
    const { size } = fstatSync(file);
    const wal = existsSync(`${path}-wal`) ? statSync(`${path}-wal`).size : 0;
    if (size === 0) {
      if (wal > 0) throw damaged(path, 'is empty, but changes to it wait beside it');
      return 'new';
    }
    const header = Buffer.alloc(100);
    if (readSync(file, header, 0, 100, 0) < 100 || header.toString('latin1', 0, 16) !== magic) {
      throw damaged(path, 'is not an SQLite database');
    }
    const raw = header.readUInt16BE(16);
    const pageSize = raw === 1 ? 65_536 : raw;
    // The count in the header holds only if the same version wrote it (format 1.3.7), and a waiting WAL may know better.
    const counted = header.readUInt32BE(24) === header.readUInt32BE(92);
    const pages = header.readUInt32BE(28);
    if (counted && wal === 0 && size < pages * pageSize) {
      throw damaged(path, `is cut short: ${size} bytes of ${pages * pageSize}`);
    }
    const id = header.readUInt32BE(68);
    if (id !== applicationId && (wal === 0 || id !== 0)) {
      throw fault('store.foreign', `${path} belongs to another program.`, 'Choose another home with --home.', {
        field: path,
      });
    }
    return 'ours';
  } finally {
    closeSync(file);
  }
}

function openToRead(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    const message = `${path} cannot be read: ${(error as Error).message}.`;
    const remedy = 'Give this user the right to read and write the file, or choose another home with --home.';
    throw fault('store.readOnly', message, remedy, { field: path, cause: error });
  }
}
