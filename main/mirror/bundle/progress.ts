import type { Fault } from '../../../shared/fault.ts';

/** How far an export or import is, in bytes. Finished parts of an earlier attempt count as done. */
export interface BundleProgress {
  phase: 'writing' | 'checking' | 'importing';
  /** Name of the segment at work; '' where there is none. */
  segment: string;
  /** To write (export) or to bring into the store (import). */
  bytes: number;
  bytesDone: number;
  /** To read back (export), or to hash before anything is written (import). */
  checkBytes: number;
  checkBytesDone: number;
}

/** An image that did not make it, and why; it does not stop the rest. */
export interface Gap {
  name: string;
  fault: Fault;
}
