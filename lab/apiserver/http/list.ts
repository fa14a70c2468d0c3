import type { KubeObject } from '../../../shared/kube.ts';
import { ApiError } from '../../api.ts';
import type { Core } from '../core.ts';
import { badOption, badRequest } from '../errors.ts';
import { apiVersionOf, type Served } from '../kind-schema.ts';
import { predicateOf } from '../selectors.ts';
import type { Collection } from '../store.ts';
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

function limitOf(text: string | null): number {
  if (!text) return 0;
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Math.max(0, Number(text));
}

/** Refuses a resourceVersion the server can't answer for, in the real one's words. */
function checkRevision(core: Core, text: string | null, match: string | null): void {
  const { revision } = core.store;
  const forbid = (message: string) => badOption('ListOptions', 'resourceVersionMatch', 'FieldValueForbidden', message);
  if (match && !text) throw forbid('Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided');
  if (match === 'Exact' && text === '0') {
    throw forbid('Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  }
  if (text && !/^\d+$/.test(text)) {
    const parsing = `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
    throw badRequest(`invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(text)}: ${parsing}`);
  }
  const wanted = Number(text ?? 0);
  if (wanted > revision) {
    throw new ApiError(504, 'Timeout', `Timeout: Too large resource version: ${wanted}, current: ${revision}`, {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    });
  }
}

/** The list as it stood at `revision`: the changes since are taken back. */
function asOf(collection: Collection, revision: number, namespace: string): readonly KubeObject[] {
  const changes = collection.since(revision);
  if (!changes) throw new ApiError(410, 'Expired', 'The resourceVersion for the provided list is too old.');
  const objects = new Map(collection.list(namespace || undefined).map((object) => [orderKey(object), object]));
  for (const { type, object, previous } of [...changes].reverse()) {
    if (namespace && object.metadata.namespace !== namespace) continue;
    if (type === 'ADDED') objects.delete(orderKey(object));
    else objects.set(orderKey(object), previous ?? object);
  }
  return [...objects.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}

/** The objects of one list request: selectors, limit, continue, resourceVersion. */
export function pageOf(core: Core, served: Served, { namespace, name, query }: Target, snapshots: Snapshots): Page {
  const { kind, version } = served;
  const limit = limitOf(query.get('limit'));
  const token = query.get('continue');
  const rv = query.get('resourceVersion');
  if (token && rv && rv !== '0') throw badRequest('specifying resource version is not allowed when using continue');
  if (!token) checkRevision(core, rv, query.get('resourceVersionMatch'));
  const matches = predicateOf(query, served);
  const read = () => core.store.collection(kind).list(kind.namespaced && namespace ? namespace : undefined);
  let all: readonly KubeObject[];
  const exact = query.get('resourceVersionMatch') === 'Exact' && !token ? Number(rv) : undefined;
  let revision = core.store.revision;
  let at = 0;
  let kept = token ? snapshots.resume(token) : undefined;
  if (kept?.snapshot) {
    all = kept.snapshot.items;
    revision = kept.snapshot.revision;
    at = kept.at;
  } else if (exact !== undefined && exact < revision) {
    all = asOf(core.store.collection(kind), exact, kind.namespaced ? namespace : '');
    revision = exact;
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
const listMeta = (page: Page, always = false) => ({
  resourceVersion: String(page.revision),
  // Whole lists of custom resources have the field even when it is empty.
  ...((page.continue || always) && { continue: page.continue ?? '' }),
  ...(page.remaining !== undefined && { remainingItemCount: page.remaining }),
});

function* listParts(served: Served, page: Page): Generator<string> {
  const { kind, version } = served;
  const apiVersion = apiVersionOf(kind.group, version.name);
  const start = { kind: `${kind.kind}List`, apiVersion, metadata: listMeta(page, !kind.builtin) };
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
export async function sendList(
  exchange: Exchange,
  served: Served,
  page: Page,
  form: Form,
  include = 'Metadata',
): Promise<void> {
  if (form === 'object') return sendParts(exchange, listParts(served, page));
  if (form === 'table') {
    return sendJson(exchange, 200, {
      ...tableOf(served, page.items, exchange.now(), { include }),
      metadata: listMeta(page),
    });
  }
  return sendJson(exchange, 200, {
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata: listMeta(page),
    items: page.items.map(metadataOnly),
  });
}
