/** Bytes of a blob in one segment: index of the segment (from 0), offset in it, length. All in bytes. */
export type Piece = readonly [segment: number, offset: number, bytes: number];

/** 3.9 GiB: below FAT32's limit of 4 GiB - 1 for a file. */
export const defaultSegmentBytes = 4_187_593_113;
export const maxSegments = 99_999;

/** File name of a segment, legal on FAT, exFAT and NTFS; `index` from 0. */
export const segmentName = (index: number): string => `seg-${String(index + 1).padStart(5, '0')}.bin`;

/**
 * Where blobs lie: end to end in the order given, cut every `segmentBytes`. Nothing else lies in a segment, so sizes alone
 * determine every offset, and a table of contents that says otherwise is wrong. Undefined when there would be too many segments.
 */
export function layOut(
  sizes: readonly number[],
  segmentBytes: number,
): { pieces: Piece[][]; segments: number[] } | undefined {
  // Told before anything is laid out: a forged size must not cost memory.
  if (sizes.reduce((sum, size) => sum + size, 0) > segmentBytes * maxSegments) return undefined;
  const segments: number[] = [];
  const pieces = sizes.map((size) => {
    const own: Piece[] = [];
    for (let left = size; left > 0; ) {
      if (segments.length === 0 || segments.at(-1) === segmentBytes) segments.push(0);
      const index = segments.length - 1;
      const offset = segments[index] ?? 0;
      const bytes = Math.min(left, segmentBytes - offset);
      own.push([index, offset, bytes]);
      segments[index] = offset + bytes;
      left -= bytes;
    }
    return own;
  });
  return { pieces, segments };
}
