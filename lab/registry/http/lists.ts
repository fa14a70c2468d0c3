import { nameUnknown } from '../errors.ts';
import { ociIndex } from '../manifest.ts';
import { byName } from '../names.ts';
import { referrersOf } from '../referrers.ts';
import type { Digest } from '../types.ts';
import { type Exchange, sendBytes, sendJson } from './exchange.ts';

/** One page of names after `last`, and the Link header to the next (RFC 5988) when there is more. */
function pageOf(names: string[], { query, policy }: Exchange, path: string) {
  const last = query.get('last');
  const asked = query.has('n') ? Number(query.get('n')) : policy.page;
  const size = Number.isInteger(asked) && asked >= 0 ? Math.min(asked, policy.page) : policy.page;
  const after = last === null ? names : names.filter((name) => byName(name, last) > 0);
  const page = after.slice(0, size);
  const more = size > 0 && after.length > size;
  const next = new URLSearchParams({ n: String(size), last: page.at(-1) ?? '' });
  return { page, headers: more ? { link: `<${path}?${next}>; rel="next"` } : ({} as Record<string, string>) };
}

/** GET `/v2/<name>/tags/list`. */
export async function sendTags(exchange: Exchange, repository: string): Promise<void> {
  const tags = await exchange.shelf.tags(repository);
  if (!tags) throw nameUnknown(repository);
  const { page, headers } = pageOf(tags, exchange, `/v2/${repository}/tags/list`);
  sendJson(exchange, { name: repository, tags: page }, headers);
}

/** GET `/v2/_catalog`, as docker-registry has it. */
export async function sendCatalog(exchange: Exchange): Promise<void> {
  const { page, headers } = pageOf(await exchange.shelf.repositories(), exchange, '/v2/_catalog');
  sendJson(exchange, { repositories: page }, headers);
}

/** GET `/v2/<name>/referrers/<digest>`: an index of what has it as subject; empty when nothing has. */
export async function sendReferrers(exchange: Exchange, repository: string, digest: Digest): Promise<void> {
  const { query, shelf, reader, policy } = exchange;
  const type = query.get('artifactType');
  const all = await referrersOf(shelf, reader, repository, digest);
  const fitting = type ? all.filter(({ artifactType }) => artifactType === type) : all;
  const last = query.get('last');
  const rest = last ? fitting.filter((entry) => entry.digest > last) : fitting;
  const manifests = rest.slice(0, policy.page);
  const next = new URLSearchParams({ ...(type && { artifactType: type }), last: manifests.at(-1)?.digest ?? '' });
  const index = { schemaVersion: 2, mediaType: ociIndex, manifests };
  sendBytes(exchange, 200, JSON.stringify(index), {
    'content-type': ociIndex,
    ...(type && { 'oci-filters-applied': 'artifactType' }),
    ...(rest.length > manifests.length && { link: `</v2/${repository}/referrers/${digest}?${next}>; rel="next"` }),
  });
}
