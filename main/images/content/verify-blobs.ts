import type { Digest } from '../types.ts';
import { diskFault, diskWent } from './disk-fault.ts';
import { hashesTo } from './hash-blob.ts';
import type { Layout } from './layout.ts';
import { moveAside } from './scan.ts';

interface Verification {
  layout: Layout;
  digests: readonly Digest[];
  size: (digest: Digest) => number | undefined;
  forget: (digests: readonly Digest[]) => Promise<void>;
  onBlob: (digest: Digest, bytes: number, good: boolean) => void;
  signal: AbortSignal | undefined;
}

/** Hashes blobs at rest one after the other; sets aside what is not what its name says. Gives the damaged and the lost. */
export async function verifyBlobs({ layout, digests, size, forget, onBlob, signal }: Verification): Promise<Digest[]> {
  const damaged: Digest[] = [];
  for (const digest of digests) {
    signal?.throwIfAborted();
    const bytes = size(digest);
    // Pruned since the list was made.
    if (bytes === undefined) continue;
    const good = await hashesTo(layout.blob(digest), digest, signal).catch(async (error: unknown) => {
      signal?.throwIfAborted();
      if (await diskWent(error, layout.root)) throw diskFault(error, layout.root);
      return undefined;
    });
    onBlob(digest, bytes, good === true);
    if (good) continue;
    damaged.push(digest);
    if (good === false) await moveAside(layout, digest);
    await forget([digest]);
  }
  return damaged;
}
