import type { KubeObject } from '../../../shared/kube.ts';
import { ApiError } from '../../api.ts';
import type { Core } from '../core.ts';
import { badRequest, statusOf } from '../errors.ts';
import { apiVersionOf, type Served } from '../kind-schema.ts';
import { type Predicate, predicateOf } from '../selectors.ts';
import type { Change } from '../store.ts';
import { inVersion } from '../versions.ts';
import { type Form, metadataOnly, tableOf } from './forms.ts';
import { jsonText } from './json-text.ts';
import { type Exchange, head } from './reply.ts';
import { isTrue, type Target } from './target.ts';

/** A watch that a client holds open; `end` closes it from our side. */
export interface OpenWatch {
  end(): void;
}

export interface WatchTiming {
  /** Real ms between bookmarks. */
  bookmarkMs: number;
  /** Real ms after which a watch without timeoutSeconds ends. */
  lengthMs: number;
}

/** Bytes of events that may wait for a slow reader before it is cut off; it then resumes or lists again. */
const mostWaiting = 64 * 1024 * 1024;

/** An object that enters or leaves the selection is added or deleted for this watcher. */
function seen({ type, object, previous }: Change, matches: Predicate | undefined): Change['type'] | undefined {
  if (!matches) return type;
  const before = type !== 'ADDED' && previous !== undefined && matches(previous);
  const now = type !== 'DELETED' && matches(object);
  if (now) return before ? 'MODIFIED' : 'ADDED';
  return before ? 'DELETED' : undefined;
}

/** Streams changes as lines of JSON until the client goes, the time is over or `end` is called. */
export function openWatch(
  exchange: Exchange,
  core: Core,
  served: Served,
  target: Target,
  form: Form,
  timing: WatchTiming,
): OpenWatch {
  const { kind, version } = served;
  const { query, namespace, name } = target;
  const { response } = exchange;
  const selected = predicateOf(query, served);
  const matches: Predicate | undefined = name
    ? (object) => object.metadata.name === name && (!selected || selected(object))
    : selected;
  const collection = core.store.collection(kind);
  const where = kind.namespaced && namespace ? namespace : undefined;
  const wanted = query.get('resourceVersion') ?? '';
  if (wanted && !/^\d+$/.test(wanted)) {
    const parsing = `strconv.ParseUint: parsing ${JSON.stringify(wanted)}: invalid syntax`;
    throw new ApiError(500, '', `resourceVersion: Invalid value: ${JSON.stringify(wanted)}: ${parsing}`);
  }
  const limit = query.get('limit') ?? '';
  if (limit && !/^-?\d+$/.test(limit)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(limit)}: invalid syntax`);
  }
  const bookmarks = isTrue(query.get('allowWatchBookmarks'));
  const initial = isTrue(query.get('sendInitialEvents'));
  if (query.has('sendInitialEvents') && query.get('resourceVersionMatch') !== 'NotOlderThan') {
    const field = 'resourceVersionMatch';
    const message = 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
    throw new ApiError(422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: ${field}: ${message}`, {
      group: 'meta.k8s.io',
      kind: 'ListOptions',
      causes: [{ reason: 'FieldValueForbidden', message, field }],
    });
  }
  const include = query.get('includeObject') ?? 'Metadata';
  let withHead = true;
  let written = core.store.revision;
  const write = (type: string, object: KubeObject) => {
    let text: string;
    if (form === 'table') text = JSON.stringify(tableOf(served, [object], exchange.now(), { withHead, include }));
    else text = form === 'metadata' ? JSON.stringify(metadataOnly(object)) : jsonText(object);
    withHead = false;
    response.write(`{"type":"${type}","object":${text}}\n`);
    if (response.writableLength > mostWaiting) end();
  };
  const send = (change: Change) => {
    written = change.revision;
    const type = seen(change, matches);
    if (!type) return;
    const left = type === 'DELETED' && change.type !== 'DELETED' && change.previous;
    // What leaves the selection is shown as it last was inside, under the version of the change.
    const { resourceVersion = '' } = change.object.metadata;
    const object = left ? { ...left, metadata: { ...left.metadata, resourceVersion } } : change.object;
    write(type, inVersion(object, kind, version));
  };
  const bookmark = (annotations?: Record<string, string>) => {
    const resourceVersion = String(Math.max(written, core.store.revision));
    const object: KubeObject = {
      apiVersion: apiVersionOf(kind.group, version.name),
      kind: kind.kind,
      metadata: { resourceVersion, ...(annotations && { annotations }) },
    };
    if (form === 'object') response.write(`{"type":"BOOKMARK","object":${JSON.stringify(object)}}\n`);
    else if (form === 'metadata')
      response.write(`{"type":"BOOKMARK","object":${JSON.stringify(metadataOnly(object))}}\n`);
    else write('BOOKMARK', object);
  };
  let stop = () => {};
  let ticking: NodeJS.Timeout | undefined;
  let closing: NodeJS.Timeout | undefined;
  const end = () => {
    stop();
    clearInterval(ticking);
    clearTimeout(closing);
    if (!response.writableEnded) response.end();
  };

  const from = Number(wanted);
  const missed = from > 0 && !initial ? collection.since(Math.min(from, core.store.revision)) : [];
  response.writeHead(200, head(exchange, { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' }));
  response.flushHeaders();
  if (!missed) {
    const error = new ApiError(410, 'Expired', `too old resource version: ${from} (${core.store.revision})`);
    response.end(`{"type":"ERROR","object":${JSON.stringify(statusOf(error))}}\n`);
    return { end };
  }
  if (from === 0 || initial) {
    for (const object of collection.list(where)) {
      const shown = inVersion(object, kind, version);
      if (!matches || matches(shown)) write('ADDED', shown);
    }
    if (initial && bookmarks) bookmark({ 'k8s.io/initial-events-end': 'true' });
  } else for (const change of missed) if (!where || change.object.metadata.namespace === where) send(change);
  stop = collection.listen(send, where);
  if (bookmarks) ticking = setInterval(() => bookmark(), timing.bookmarkMs);
  const seconds = Number(query.get('timeoutSeconds') ?? 0);
  closing = setTimeout(
    () => {
      if (bookmarks) bookmark();
      end();
    },
    seconds > 0 ? seconds * 1000 : timing.lengthMs,
  );
  response.once('close', end);
  return { end };
}
