import type { PublicKey } from 'openpgp';
import { toFault } from '../../../shared/fault.ts';
import { algorithmOf, hexOf } from '../../images/digest.ts';
import type { Digest } from '../../images/types.ts';
import { below, type FetchPlace } from '../image-set/fetch-place.ts';
import type { WantedFile } from '../types.ts';
import { verifyVersion3 } from './signature-v3.ts';

/** What became of one signature file. `key`: id of the key that made it; `identity`: the name its signer gave the release. */
export type SignatureVerdict = { good: true; key: string; identity: string } | { good: false; why: string };

/**
 * Checks a release signature: an OpenPGP signed message whose text names the digest (containers/image, containers-signature.5.md).
 * The order is that of library-go (pkg/verify): the text is read to its end first, only then its signature counts, and only a text that
 * is signed is looked at. Signatures of version 3, as releases up to 2022 have them, count too.
 */
export async function verifySignature(
  bytes: Uint8Array,
  digest: Digest,
  keys: readonly PublicKey[],
): Promise<SignatureVerdict> {
  const { readMessage, verify } = await import('openpgp');
  try {
    const message = await readMessage({ binaryMessage: bytes, config });
    const { data, signatures } = await verify({ message, verificationKeys: [...keys], format: 'binary', config });
    const problems: string[] = [];
    for (const { verified, keyID } of signatures) {
      try {
        await verified;
        return readClaim(data as Uint8Array, digest, keyID.toHex());
      } catch (error) {
        problems.push((error as Error).message);
      }
    }
    if (problems[0]) return { good: false, why: problems[0] };
    const old = await verifyVersion3(bytes, keys);
    return old ? readClaim(old.text, digest, old.key) : { good: false, why: 'it carries no signature' };
  } catch (error) {
    return { good: false, why: `it can't be verified (${(error as Error).message})` };
  }
}

/** A claim has some 300 bytes: what unpacks to more than this is made to do harm. */
const config = { maxDecompressedMessageSize: 1024 * 1024 };

interface Claim {
  critical?: { type?: unknown; image?: Record<string, unknown>; identity?: Record<string, unknown> };
}

function readClaim(text: Uint8Array, digest: Digest, key: string): SignatureVerdict {
  let claim: Claim | null;
  try {
    claim = JSON.parse(Buffer.from(text).toString('utf8')) as Claim | null;
  } catch {
    return { good: false, why: 'its text is no JSON' };
  }
  const { type, image, identity } = claim?.critical ?? {};
  if (type !== 'atomic container signature') return { good: false, why: `its type is "${String(type)}"` };
  const named = image?.['docker-manifest-digest'];
  if (named !== digest) return { good: false, why: `it is for another image, ${String(named)}` };
  return { good: true, key, identity: String(identity?.['docker-reference'] ?? '') };
}

const publicSignatures = 'https://mirror.openshift.com/pub/openshift-v4/signatures/openshift/release';

export interface FoundSignatures {
  /** Those that are valid, byte for byte: `signatures/sha256=<hex>/signature-<n>`. */
  files: WantedFile[];
  /** Ids of the keys that made them. */
  keys: string[];
  /** What the signer called the release, '' when it is not said. */
  identity: string;
  /** What was wrong with the others, or why there is none. */
  problems: string[];
}

/** Fetches signature-1 to signature-9 of a digest from an address or folder, until one is not there, and keeps the valid ones. */
export async function findSignatures(
  digest: Digest,
  keys: readonly PublicKey[],
  { base, fetch, signal }: { base: string; fetch: FetchPlace; signal?: AbortSignal | undefined },
): Promise<FoundSignatures> {
  const found: FoundSignatures = { files: [], keys: [], identity: '', problems: [] };
  const folder = `${algorithmOf(digest)}=${hexOf(digest)}`;
  for (let number = 1; number <= 9; number++) {
    const place = below(base || publicSignatures, `${folder}/signature-${number}`);
    let bytes: Buffer;
    try {
      bytes = await fetch(place, { limit: 64 * 1024, signal });
    } catch (error) {
      signal?.throwIfAborted();
      const { code, message } = toFault(error);
      if (code !== 'fetch.notFound' || number === 1) found.problems.push(message);
      break;
    }
    const verdict = await verifySignature(bytes, digest, keys);
    if (!verdict.good) {
      found.problems.push(`signature-${number}: ${verdict.why}`);
      continue;
    }
    found.keys.push(verdict.key);
    found.identity ||= verdict.identity;
    const path = `signatures/${folder}/signature-${number}`;
    found.files.push({ path, mediaType: 'application/pgp-signature', bytes });
  }
  return found;
}
