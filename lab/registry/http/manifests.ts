import { readFile } from 'node:fs/promises';
import { algorithmOf, digestOf, parseDigest } from '../digest.ts';
import { digestInvalid, manifestUnknown, RegistryError } from '../errors.ts';
import { type ManifestFacts, readManifest } from '../manifest.ts';
import { isTag } from '../names.ts';
import type { Descriptor } from '../types.ts';
import { bodyStream, type Exchange, sendBytes, sendEmpty, writable } from './exchange.ts';
import { namesTag } from './range.ts';

/** GET and HEAD of a manifest by tag or digest. */
export async function sendManifest(exchange: Exchange, repository: string, reference: string): Promise<void> {
  const { request, shelf } = exchange;
  const found = await shelf.manifest(repository, reference);
  if (!found) throw manifestUnknown(reference);
  const etag = `"${found.digest}"`;
  const known = request.headers['if-none-match'];
  if (known && namesTag(known, etag)) return sendEmpty(exchange, 304, { etag });
  sendBytes(exchange, 200, await readFile(shelf.path(found.digest)), {
    'content-type': found.mediaType,
    'docker-content-digest': found.digest,
    etag,
  });
}

/** PUT of a manifest by tag, or by digest with any number of `?tag=`. Bytes are kept as they came. */
export async function putManifest(exchange: Exchange, repository: string, reference: string): Promise<void> {
  const { request, query, policy } = exchange;
  const storage = writable(exchange);
  const named = parseDigest(reference);
  const tags = [...(named ? [] : [reference]), ...query.getAll('tag')];
  const wrong = tags.find((tag) => !isTag(tag));
  if (wrong !== undefined) throw new RegistryError(400, 'MANIFEST_INVALID', `${wrong} is neither a tag nor a digest`);
  const bytes = await bodyOf(exchange, policy.manifestBytes);
  const digest = digestOf(bytes, named ? algorithmOf(named) : 'sha256');
  if (named && named !== digest) throw digestInvalid(`the manifest's digest is ${digest}, not ${named}`);
  const contentType = request.headers['content-type']?.split(';')[0]?.trim();
  const facts = readManifest(bytes, contentType);
  await checkContent(exchange, repository, facts);
  const manifest: Descriptor = { mediaType: facts.mediaType, digest, size: bytes.length };
  await storage.putManifest(repository, manifest, bytes, tags, () =>
    checkCondition(exchange, storage.now(repository, reference)),
  );
  exchange.response.setHeader('oci-tag', named ? tags : []);
  sendEmpty(exchange, 201, {
    location: `/v2/${repository}/manifests/${digest}`,
    'docker-content-digest': digest,
    ...(facts.subject && { 'oci-subject': facts.subject }),
  });
}

/** DELETE of a tag, or of a manifest with its tags. */
export async function deleteManifest(exchange: Exchange, repository: string, reference: string): Promise<void> {
  if (!(await writable(exchange).removeManifest(repository, reference))) throw manifestUnknown(reference);
  sendEmpty(exchange, 202);
}

async function bodyOf(exchange: Exchange, limit: number): Promise<Buffer> {
  const tooLarge = () => new RegistryError(413, 'SIZE_INVALID', `a manifest has at most ${limit} bytes here`);
  if (Number(exchange.request.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of bodyStream(exchange)) {
    length += part.length;
    if (length > limit) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Everything a manifest names must be in the repository, as far as the policy says so. */
async function checkContent({ shelf, policy }: Exchange, repository: string, facts: ManifestFacts): Promise<void> {
  const missing: string[] = [];
  if (policy.sparse !== 'all') {
    for (const digest of facts.blobs) if ((await shelf.blob(repository, digest)) === undefined) missing.push(digest);
  }
  if (policy.sparse === 'refuse') {
    for (const digest of facts.children) if (!(await shelf.manifest(repository, digest))) missing.push(digest);
  }
  if (missing.length === 0) return;
  const said = `manifest references a manifest or blob unknown to registry: ${missing.join(', ')}`;
  throw new RegistryError(400, 'MANIFEST_BLOB_UNKNOWN', said, { detail: { digests: missing } });
}

/** If-Match and If-None-Match, so that two clients don't overwrite each other's list of referrers. */
function checkCondition({ request }: Exchange, there: Descriptor | undefined): void {
  const { 'if-match': only, 'if-none-match': unless } = request.headers;
  if (!only && !unless) return;
  const etag = there ? `"${there.digest}"` : undefined;
  const refused = (only && !(etag && namesTag(only, etag))) || (unless && etag && namesTag(unless, etag));
  if (refused) throw new RegistryError(412, 'DENIED', `the manifest is ${etag ?? 'not there'}: the condition fails`);
}
