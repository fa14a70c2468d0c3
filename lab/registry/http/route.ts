import { parseDigest } from '../digest.ts';
import { digestInvalid, RegistryError } from '../errors.ts';
import { isRepository } from '../names.ts';
import type { Digest } from '../types.ts';

/** What a request's path asks for. */
export type Target =
  | { kind: 'base' }
  | { kind: 'catalog' }
  | { kind: 'tags'; repository: string }
  | { kind: 'manifest'; repository: string; reference: string }
  | { kind: 'referrers'; repository: string; digest: Digest }
  | { kind: 'blob'; repository: string; digest: Digest }
  | { kind: 'uploads'; repository: string }
  | { kind: 'session'; repository: string; id: string }
  | { kind: 'unknown' };

const forms: [RegExp, (repository: string, rest: string) => Target][] = [
  [/^(.+)\/tags\/list$/, (repository) => ({ kind: 'tags', repository })],
  [/^(.+)\/blobs\/uploads\/?$/, (repository) => ({ kind: 'uploads', repository })],
  [/^(.+)\/blobs\/uploads\/([^/]+)$/, (repository, id) => ({ kind: 'session', repository, id })],
  [/^(.+)\/blobs\/([^/]+)$/, (repository, text) => ({ kind: 'blob', repository, digest: digest(text) })],
  [/^(.+)\/referrers\/([^/]+)$/, (repository, text) => ({ kind: 'referrers', repository, digest: digest(text) })],
  [/^(.+)\/manifests\/([^/]+)$/, (repository, reference) => ({ kind: 'manifest', repository, reference })],
];

function digest(text: string): Digest {
  const found = parseDigest(text);
  if (!found) throw digestInvalid(`${text} is no sha256 or sha512 digest`);
  return found;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RegistryError(400, 'NAME_INVALID', `${text} is not well encoded`);
  }
}

/** Reads the path of a URL (distribution-spec, "Endpoints"). Throws NAME_INVALID and DIGEST_INVALID. */
export function targetOf(path: string): Target {
  if (path === '/v2/' || path === '/v2') return { kind: 'base' };
  if (!path.startsWith('/v2/')) return { kind: 'unknown' };
  const rest = decoded(path.slice(4));
  if (rest === '_catalog') return { kind: 'catalog' };
  for (const [form, make] of forms) {
    const match = form.exec(rest);
    if (!match) continue;
    const [, repository = '', last = ''] = match;
    if (!isRepository(repository))
      throw new RegistryError(400, 'NAME_INVALID', `invalid repository name ${repository}`);
    return make(repository, last);
  }
  return { kind: 'unknown' };
}
