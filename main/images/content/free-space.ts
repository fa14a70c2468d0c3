import { statfsSync } from 'node:fs';
import { diskFault, fullFault } from './disk-fault.ts';

/** Room on the store's disk, with what writes in flight still need taken off. */
export interface FreeSpace {
  now(): { freeBytes: number; totalBytes: number };
  /** Sets bytes aside for a write; `use` gives back what is now on the disk, `release` the rest. Fault store.full. */
  reserve(bytes: number): { use(bytes: number): void; release(): void };
}

/** Bytes of the disk that are never used where nothing else is said: also a plan reckons with them. */
export const keptFree = 64 * 1024 * 1024;
const checkEvery = 64 * 1024 * 1024;

/** `keepFree` bytes are never used, so that the index, the journal and the database beside can still be written. */
export function createFreeSpace(root: string, keepFree: number): FreeSpace {
  let reserved = 0;
  const now = (): { freeBytes: number; totalBytes: number } => {
    try {
      const { bsize, bavail, blocks } = statfsSync(root);
      return { freeBytes: bsize * bavail, totalBytes: bsize * blocks };
    } catch (error) {
      throw diskFault(error, root);
    }
  };
  return {
    now,
    reserve(bytes) {
      const { freeBytes } = now();
      if (bytes > 0 && freeBytes - reserved - keepFree < bytes) {
        throw fullFault(root, bytes, Math.max(0, freeBytes - reserved - keepFree));
      }
      reserved += bytes;
      let left = bytes;
      let unchecked = 0;
      return {
        use(count) {
          const used = Math.min(left, count);
          left -= used;
          reserved -= used;
          unchecked += count;
          if (unchecked < checkEvery) return;
          unchecked = 0;
          // Others write to the same disk: better to stop here than to take its last byte.
          const free = now().freeBytes - keepFree;
          if (left > 0 && free < left) throw fullFault(root, left, Math.max(0, free));
        },
        release() {
          reserved -= left;
          left = 0;
        },
      };
    },
  };
}
