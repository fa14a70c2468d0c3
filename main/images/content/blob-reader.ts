import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { passingChunk } from '../chunk-memory.ts';
import { damagedFault, diskFault } from './disk-fault.ts';

const chunkBytes = 1024 * 1024;

/** Bytes `start`…`end` (the last one included) of a committed blob in chunks of 1 MiB. Errors are store.damaged or store.unplugged. */
export function readBlob(path: string, digest: string, root: string, start: number, end: number): Readable {
  let handle: FileHandle | undefined;
  let at = start;
  return new Readable({
    highWaterMark: chunkBytes,
    construct(done) {
      open(path, 'r').then(
        (opened) => {
          handle = opened;
          done();
        },
        (error) => done(told(error)),
      );
    },
    read() {
      const want = Math.min(chunkBytes, end - at + 1);
      if (want <= 0) {
        this.push(null);
        return;
      }
      (handle as FileHandle).read(Buffer.allocUnsafe(want), 0, want, at).then(
        ({ bytesRead, buffer }) => {
          at += bytesRead;
          if (bytesRead === 0) this.destroy(damagedFault(digest, `ends after ${at} bytes`));
          else this.push(bytesRead === want ? passingChunk(buffer) : buffer.subarray(0, bytesRead));
        },
        (error) => this.destroy(told(error)),
      );
    },
    destroy(error, done) {
      if (!handle) return done(error);
      handle.close().then(
        () => done(error),
        () => done(error),
      );
    },
  });

  function told(error: unknown): Error {
    const known = diskFault(error, root);
    return (known === error ? damagedFault(digest, 'can not be read', error) : known) as Error;
  }
}
