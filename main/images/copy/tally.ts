import type { Digest } from '../types.ts';

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
  /** Once, when the manifests are read: all blobs and manifests, their bytes, and the size of each. */
  sized?: (all: Amount & { sizes: ReadonlyMap<Digest, number> }) => void;
  /** `digest` is the blob's or manifest's they belong to. */
  bytes?: (bytes: number, how: keyof Tally, digest: Digest) => void;
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

/** Blobs and manifests by digest with their sizes, and the sum of them; what is both counts once. */
export function amountOf(
  blobs: Iterable<{ digest: Digest; size: number }>,
  manifests: Iterable<{ digest: Digest; bytes: Buffer }>,
): Amount & { sizes: ReadonlyMap<Digest, number> } {
  const sizes = new Map<Digest, number>();
  for (const { digest, size } of blobs) sizes.set(digest, size);
  for (const { digest, bytes } of manifests) sizes.set(digest, bytes.length);
  return { blobs: sizes.size, bytes: [...sizes.values()].reduce((sum, size) => sum + size, 0), sizes };
}
