/** Blobs and manifests, and their bytes. */
export interface Amount {
  blobs: number;
  bytes: number;
}

/** What became of an image's blobs and manifests; each counts in one of the three. */
export interface Tally {
  /** Travelled now. */
  moved: Amount;
  /** Were at the target already. */
  here: Amount;
  /** Taken over inside the target from another repository. */
  mounted: Amount;
}

/** Being told how an image goes on. Bytes are taken back (negative) when something must travel again. */
export interface Progress {
  /** Once, when the manifests are read: all blobs and manifests, and their bytes. */
  sized?: (all: Amount) => void;
  bytes?: (bytes: number, how: keyof Tally) => void;
}

export const emptyTally = (): Tally => ({
  moved: { blobs: 0, bytes: 0 },
  here: { blobs: 0, bytes: 0 },
  mounted: { blobs: 0, bytes: 0 },
});

export function count(tally: Tally, how: keyof Tally, bytes: number): void {
  tally[how].blobs += 1;
  tally[how].bytes += bytes;
}
