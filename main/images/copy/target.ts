import { createSingleFlight, type SingleFlight } from '../content/single-flight.ts';
import type { Digest, Registry } from '../types.ts';

/** Remembers where chunked uploads stand, beyond the end of this process. A location may be a secret: it is for the registry only. */
export interface UploadBook {
  find(repository: string, digest: Digest): { location: string; offset: number } | undefined;
  keep(repository: string, digest: Digest, standing: { location: string; offset: number }): void;
  drop(repository: string, digest: Digest): void;
}

/** A registry that images are put into, and what is known of where its blobs are: shared by all images of a run. */
export interface Target {
  registry: Registry;
  /** Whether a blob was seen or put there in this run. */
  knows(digest: Digest, repository: string): boolean;
  note(digest: Digest, repository: string): void;
  /** Repositories that a blob could be mounted from, the surest first. */
  repositoriesOf(digest: Digest): Promise<string[]>;
  /** A blob goes there once; whoever else wants it waits and mounts. */
  flights: SingleFlight<Digest>;
  /** None: what is cut is sent from its start. */
  uploads?: UploadBook | undefined;
}

/**
 * `remembered` tells where blobs were at an earlier look: good for mounting, which fails harmlessly, but no proof. It is asked once, when the
 * first blob is missing.
 */
export function createTarget(
  registry: Registry,
  {
    remembered,
    uploads,
  }: { remembered?: () => Promise<ReadonlyMap<Digest, readonly string[]>>; uploads?: UploadBook } = {},
): Target {
  const seen = new Map<Digest, Set<string>>();
  let earlier: Promise<ReadonlyMap<Digest, readonly string[]>> | undefined;
  return {
    registry,
    knows: (digest, repository) => seen.get(digest)?.has(repository) ?? false,
    note(digest, repository) {
      const known = seen.get(digest) ?? new Set();
      seen.set(digest, known.add(repository));
    },
    async repositoriesOf(digest) {
      earlier ??= remembered?.();
      return [...new Set([...[...(seen.get(digest) ?? [])].reverse(), ...((await earlier)?.get(digest) ?? [])])];
    },
    flights: createSingleFlight(),
    uploads,
  };
}
