import type { KubeObject } from '../../../shared/kube.ts';
import { ApiError } from '../../api.ts';
import type { Core } from '../core.ts';
import { badRequest } from '../errors.ts';
import { apiVersionOf, type Served } from '../kind-schema.ts';
import { predicateOf } from '../selectors.ts';
import { inVersion } from '../versions.ts';
import { type Form, metadataOnly, tableOf } from './forms.ts';
import { itemText, jsonText } from './json-text.ts';
import { type Exchange, sendJson, sendParts } from './reply.ts';
import { orderKey, type Snapshots } from './snapshots.ts';
import type { Target } from './target.ts';

/** A page of a list, before it is written in the form asked for. */
export interface Page {
  items: readonly KubeObject[];
  revision: number;
  continue?: string;
  remaining?: number;
}

function whole(text: string | null, field: string): number {
  if (!text) return 0;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw badRequest(`invalid ${field} "${text}"`);
  return value;
}

/** Refuses a resourceVersion the server can't answer for, in the real one's words. */
function checkRevision(core: Core, text: string | null, match: string | null): void {
  const { revision } = core.store;
  const wanted = whole(text, 'resourceVersion');
  if (wanted > revision) {
    throw new ApiError(504, 'Timeout', `Timeout: Too large resource version: ${wanted}, current: ${revision}`, {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    });
  }
  if (match === 'Exact' && wanted < revision) {
    throw new ApiError(410, 'Expired', 'The resourceVersion for the provided list is too old.');
  }
}

/** The objects of one list request: selectors, limit, continue, resourceVersion. */
export function pageOf(core: Core, served: Served, { namespace, name, query }: Target, snapshots: Snapshots): Page {
  const { kind, version } = served;
  const limit = whole(query.get('limit'), 'limit');
  const token = query.get('continue');
  const rv = query.get('resourceVersion');
  if (token && rv && rv !== '0') throw badRequest('specifying resource version is not allowed when using continue');
  if (!token) checkRevision(core, rv, query.get('resourceVersionMatch'));
  const matches = predicateOf(query, served);
  const read = () => core.store.collection(kind).list(kind.namespaced && namespace ? namespace : undefined);
  let all: readonly KubeObject[];
  let revision = core.store.revision;
  let at = 0;
  let kept = token ? snapshots.resume(token) : undefined;
  if (kept?.snapshot) {
    all = kept.snapshot.items;
    revision = kept.snapshot.revision;
    at = kept.at;
  } else {
    all = read();
    if (kept) {
      const { after } = kept;
      at = all.findIndex((object) => orderKey(object) > after);
      if (at < 0) at = all.length;
      kept = undefined;
    }
  }
  if (name) all = all.filter((object) => object.metadata.name === name);
  const items: KubeObject[] = [];
  // The watch cache answers resourceVersion=0 and does not know pages.
  const most = limit > 0 && rv !== '0' ? limit : Number.POSITIVE_INFINITY;
  for (; at < all.length && items.length < most; at += 1) {
    const object = inVersion(all[at]!, kind, version);
    if (!matches || matches(object)) items.push(object);
  }
  if (at >= all.length) return { items, revision };
  const snapshot = kept?.snapshot ?? snapshots.keep(revision, all);
  return {
    items,
    revision,
    continue: snapshots.token(snapshot, at),
    ...(!matches && { remaining: all.length - at }),
  };
}

/** The list metadata of a page. */
const listMeta = (page: Page) => ({
  resourceVersion: String(page.revision),
  ...(page.continue && { continue: page.continue }),
  ...(page.remaining !== undefined && { remainingItemCount: page.remaining }),
});

function* listParts(served: Served, page: Page): Generator<string> {
  const { kind, version } = served;
  const apiVersion = apiVersionOf(kind.group, version.name);
  const start = { kind: `${kind.kind}List`, apiVersion, metadata: listMeta(page) };
  yield `${JSON.stringify(start).slice(0, -1)},"items":[`;
  const text = kind.builtin ? itemText : jsonText;
  let first = true;
  for (const item of page.items) {
    yield first ? text(item) : `,${text(item)}`;
    first = false;
  }
  yield ']}\n';
}

/** Answers a list in the form that was asked for. */
export async function sendList(exchange: Exchange, served: Served, page: Page, form: Form): Promise<void> {
  if (form === 'object') return sendParts(exchange, listParts(served, page));
  if (form === 'table') {
    return sendJson(exchange, 200, { ...tableOf(served, page.items, exchange.now()), metadata: listMeta(page) });
  }
  return sendJson(exchange, 200, {
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata: listMeta(page),
    items: page.items.map(metadataOnly),
  });
}
