import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultError, fault } from '../../../shared/fault.ts';
import { bytesText } from '../../../shared/rules/amount-text.ts';

const gone = new Set(['EIO', 'ENODEV', 'ENXIO', 'ENOENT', 'ESTALE']);
const refused = new Set(['EROFS', 'EACCES', 'EPERM']);

/** What the operating system said about the store's disk, as store.full, store.unplugged or store.readOnly; everything else as it came. */
export function diskFault(error: unknown, root: string): unknown {
  if (error instanceof FaultError) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  if (code === 'ENOSPC' || code === 'EDQUOT') return fullFault(root, undefined, undefined, error);
  if (refused.has(code)) {
    return fault(
      'store.readOnly',
      `The store ${root} can not be written (${code}).`,
      'Check its rights and its mount.',
      {
        field: 'root',
        cause: error,
      },
    );
  }
  if (!gone.has(code)) return error;
  // ENOENT below a root that is whole is a lost file, not a lost disk.
  if (code === 'ENOENT' && existsSync(join(root, 'oci-layout'))) return error;
  return fault(
    'store.unplugged',
    `The disk of the store ${root} does not answer (${code}).`,
    'Plug it in again and resume; what was written stays.',
    { field: 'root', cause: error },
  );
}

/** Whether an error over one file means that the whole disk went; a bad sector, or a file that may not be read, does not. */
export async function diskWent(error: unknown, root: string): Promise<boolean> {
  const { code = '' } = (error ?? {}) as NodeJS.ErrnoException;
  if (!gone.has(code) || diskFault(error, root) === error) return false;
  return (
    code !== 'EIO' ||
    readdir(root).then(
      () => false,
      () => true,
    )
  );
}

/** store.full with the bytes wanted, and those free beyond what is never used, where they are known. */
export function fullFault(root: string, wanted?: number, free?: number, cause?: unknown): FaultError {
  const numbers = wanted === undefined ? '' : `: ${bytesText(wanted)} wanted, ${bytesText(free ?? 0)} to spare`;
  return fault(
    'store.full',
    `The disk of the store ${root} is full${numbers}.`,
    'Free space on it, prune the store or move it to a bigger disk, then resume; what was written stays.',
    { field: 'root', ...(cause !== undefined && { cause }) },
  );
}

/** A blob at rest that is not what its name says, or is gone. */
export function damagedFault(digest: string, what: string, cause?: unknown): FaultError {
  return fault(
    'store.damaged',
    `Blob ${digest} in the store ${what}.`,
    'Verify the store, then pull the images that need it again.',
    { about: [digest], ...(cause !== undefined && { cause }) },
  );
}
