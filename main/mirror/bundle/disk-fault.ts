import { existsSync } from 'node:fs';
import { FaultError, fault } from '../../../shared/fault.ts';

const gone = new Set(['EIO', 'ENODEV', 'ENXIO', 'ENOENT', 'ENOTDIR', 'ESTALE', 'ENOTCONN']);
const refused = new Set(['EROFS', 'EACCES', 'EPERM']);
const inTheWay = new Set(['ELOOP', 'EISDIR', 'ENOTEMPTY', 'EEXIST']);

/**
 * What the operating system said about a bundle's disk: store.full, store.unplugged, store.readOnly, bundle.segmentTooLarge or
 * bundle.obstructed. Everything else, an abort above all, stays as it came.
 */
export function bundleDiskFault(error: unknown, folder: string): unknown {
  if (error instanceof FaultError) return error;
  const { code = '', message = '' } = (error ?? {}) as NodeJS.ErrnoException;
  const about = { field: 'folder', about: [folder], cause: error };
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return fault(
      'store.full',
      `The disk that holds ${folder} is full.`,
      'Free some space there and resume; what is finished stays.',
      about,
    );
  if (code === 'EFBIG')
    return fault(
      'bundle.segmentTooLarge',
      `The disk that holds ${folder} takes no file this large.`,
      'Export with smaller segments: 4187593113 bytes fit on FAT32.',
      { ...about, field: 'segmentBytes' },
    );
  if (refused.has(code))
    return fault(
      'store.readOnly',
      `${folder} can't be written or read: ${message}.`,
      'Mount the disk with the right to write for this user, then resume.',
      about,
    );
  if (inTheWay.has(code))
    return fault(
      'bundle.obstructed',
      `Something lies in ${folder} where a file of the bundle belongs: ${message}.`,
      'Look at it, move it away, and resume; or name another folder.',
      about,
    );
  if (gone.has(code))
    return fault(
      'store.unplugged',
      existsSync(folder)
        ? `The disk that holds ${folder} does not answer any more: ${message}.`
        : `The disk that holds ${folder} is gone.`,
      'Plug it in again at the same place and resume; what is finished stays.',
      about,
    );
  return error;
}
