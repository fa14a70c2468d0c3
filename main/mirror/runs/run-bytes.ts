/** Bytes of a run's images in which each blob counts once, however many images need it. */
export interface RunBytes {
  /** What an image consists of: sizes in bytes by digest. Said again, it replaces what was said before. */
  claim(seq: number, sizes: ReadonlyMap<string, number>): void;
  /** Further bytes of a blob that this image has (negative: taken back). */
  add(seq: number, digest: string, bytes: number): void;
  /** The image is whole. */
  done(seq: number): void;
  /** The image will not come: what no other image needs of it is not waited for, what it brought stays counted. */
  failed(seq: number): void;
  /** Whether anything was claimed for this image. */
  knows(seq: number): boolean;
  readonly bytes: number;
  /** Never more than `bytes`; the same when every image is done or failed. */
  readonly bytesDone: number;
}

/** One blob: how many of its bytes count, the most of them that any image has, and what each image that needs it has. */
interface Blob {
  size: number;
  counted: number;
  most: number;
  had: Map<number, number>;
}

/** The bytes of a run; see RunBytes. */
export function createRunBytes(): RunBytes {
  const blobs = new Map<string, Blob>();
  const images = new Map<number, string[]>();
  const whole = new Set<number>();
  let bytes = 0;
  let bytesDone = 0;

  function have(blob: Blob, seq: number, now: number) {
    const held = Math.min(Math.max(now, 0), blob.size);
    const fell = held < (blob.had.get(seq) ?? 0);
    blob.had.set(seq, held);
    // Images that need a blob share it: two of them sending it to two places are no further on than the one that is furthest.
    const most = fell ? Math.max(...blob.had.values()) : Math.max(blob.most, held);
    bytesDone += most - blob.most;
    blob.most = most;
  }
  /** It was not this image's after all. */
  function drop(seq: number, digest: string) {
    const blob = blobs.get(digest);
    blob?.had.delete(seq);
    if (!blob || blob.had.size > 0) return;
    bytes -= blob.counted;
    bytesDone -= blob.most;
    blobs.delete(digest);
  }
  const finish = (seq: number) => {
    for (const digest of images.get(seq) ?? []) {
      const blob = blobs.get(digest);
      if (blob) have(blob, seq, blob.size);
    }
  };

  return {
    claim(seq, sizes) {
      for (const digest of images.get(seq) ?? []) if (!sizes.has(digest)) drop(seq, digest);
      images.set(seq, [...sizes.keys()]);
      for (const [digest, size] of sizes) {
        const blob = blobs.get(digest) ?? { size, counted: 0, most: 0, had: new Map() };
        blobs.set(digest, blob);
        bytes += blob.size - blob.counted;
        blob.counted = blob.size;
        if (!blob.had.has(seq)) blob.had.set(seq, 0);
      }
      if (whole.has(seq)) finish(seq);
    },
    add(seq, digest, more) {
      const blob = blobs.get(digest);
      const had = blob?.had.get(seq);
      if (blob && had !== undefined) have(blob, seq, had + more);
    },
    done(seq) {
      whole.add(seq);
      finish(seq);
    },
    failed(seq) {
      for (const digest of images.get(seq) ?? []) {
        const blob = blobs.get(digest);
        blob?.had.delete(seq);
        if (!blob || blob.had.size > 0) continue;
        bytes -= blob.counted - blob.most;
        blob.counted = blob.most;
      }
      images.delete(seq);
    },
    knows: (seq) => images.has(seq),
    get bytes() {
      return bytes;
    },
    get bytesDone() {
      return bytesDone;
    },
  };
}
