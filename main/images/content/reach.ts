import { FaultError } from '../../../shared/fault.ts';
import { readManifest } from '../manifest.ts';
import { isIndexType, isManifestType } from '../media-types.ts';
import type { Descriptor, Digest, StoreRoot } from '../types.ts';
import { type Blobs, type Needs, needsOf, noNeeds, startsOf } from './needs.ts';

/** What reaching needs of a store. */
interface Held extends Blobs {
  digests(): Digest[];
}

type Edge = Pick<Descriptor, 'digest' | 'mediaType'>;

/** No manifest is bigger (distribution-spec: registries take 4 MiB). */
const manifestLimit = 4 * 1024 * 1024;

/** What roots need, and artifacts whose subject is needed (image-spec manifest.md, subject). */
export async function reach(store: Held, roots: readonly StoreRoot[]): Promise<ReadonlyMap<Digest, number>> {
  const needs = noNeeds();
  const visit = (from: readonly Edge[]) => needsOf(store, from, needs, { all: true });
  await visit(roots.flatMap(startsOf));
  let waiting = (await artifacts(store, needs.here)).filter(({ digest }) => !needs.here.has(digest));
  for (;;) {
    const found = waiting.filter(({ subject }) => isNamed(needs, subject));
    if (found.length === 0) return needs.here;
    await visit(found);
    waiting = waiting.filter(({ digest }) => !needs.here.has(digest));
  }
}

const isNamed = ({ here, missing, spared }: Needs, digest: Digest): boolean =>
  here.has(digest) || missing.has(digest) || spared.has(digest);

/** Manifests with a subject among the blobs that nothing reached. */
async function artifacts(store: Held, seen: ReadonlyMap<Digest, unknown>): Promise<(Edge & { subject: Digest })[]> {
  const found: (Edge & { subject: Digest })[] = [];
  for (const digest of store.digests()) {
    const size = store.size(digest) ?? 0;
    if (seen.has(digest) || size < 2 || size > manifestLimit) continue;
    const bytes = await store.bytes(digest).catch(spoilt);
    if (bytes?.[0] !== 0x7b) continue;
    try {
      const { mediaType } = JSON.parse(bytes.toString('utf8')) as { mediaType?: string };
      if (!mediaType || !(isIndexType(mediaType) || isManifestType(mediaType))) continue;
      const { subject } = readManifest({ digest, mediaType, bytes });
      if (subject) found.push({ digest, mediaType, subject: subject.digest });
    } catch {
      // Some other JSON, or text that only begins like it.
    }
  }
  return found;
}

/** A blob that is damaged, and that nothing needs, is about nothing any more. A disk that is gone is another matter. */
function spoilt(error: unknown): undefined {
  if (error instanceof FaultError && error.fault.code === 'store.damaged') return undefined;
  throw error;
}
