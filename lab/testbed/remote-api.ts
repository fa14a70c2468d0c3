import type { KubeObject, WatchEvent } from '../../shared/kube.ts';
import type { Hub, KindRef } from '../api.ts';
import type { KindSchema } from '../apiserver/kind-schema.ts';
import { kinds } from '../kinds.ts';
import { followRemote } from './remote-watch.ts';
import { createRemoteWire, type RemoteServer } from './remote-wire.ts';

/** A real API server as the lab's actors see it. */
export interface RemoteApi extends Hub {
  settled(): Promise<void>;
  /** Ends all watches; requests that are under way are never answered. */
  close(): void;
}

const patchTypes = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

const groupVersion = ({ group, version }: KindRef) => (group ? `${group}/${version}` : version);
const refs = new Map<string, KindRef>(Object.values(kinds).map((ref) => [`${groupVersion(ref)}/${ref.kind}`, ref]));

function refOf({ apiVersion, kind }: KubeObject): KindRef {
  const ref = refs.get(`${apiVersion}/${kind}`);
  if (!ref) throw new Error(`The lab's actors know no kind ${kind} of ${apiVersion}: add it to lab/kinds.ts`);
  return ref;
}

function pathOf(ref: KindRef, namespace = '', name = '', subresource = ''): string {
  const root = ref.group ? `/apis/${ref.group}/${ref.version}` : `/api/${ref.version}`;
  const where = ref.namespaced && namespace ? `/namespaces/${namespace}` : '';
  return [`${root}${where}/${ref.plural}`, name, subresource].filter(Boolean).join('/');
}

/** `define` brings kinds that an operator of the lab installs (it may take its time: requests and watches wait for them). */
export function createRemoteApi(server: RemoteServer, define: (kinds: readonly KindSchema[]) => void): RemoteApi {
  const wire = createRemoteWire(server);
  const stops = new Set<() => void>();
  /** Watches whose first list is not there yet. */
  const opening = new Set<Promise<void>>();

  function face(manager: string): RemoteApi {
    const read = (path: string) => wire.ask({ method: 'GET', path, manager });
    async function list(ref: KindRef, namespace?: string, labels: Record<string, string> = {}) {
      const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
      const query = selector.length > 0 ? `?labelSelector=${encodeURIComponent(selector.join(','))}` : '';
      const { items, metadata } = (await read(`${pathOf(ref, namespace)}${query}`)) as {
        items: KubeObject[];
        metadata: { resourceVersion: string };
      };
      // In lists of built-in kinds the objects don't say what they are.
      const whole = items.map((item) => ({ ...item, apiVersion: groupVersion(ref), kind: ref.kind }));
      return { items: whole, resourceVersion: metadata.resourceVersion };
    }
    return {
      as: face,
      serve: define,
      async get(ref, name, namespace) {
        try {
          return (await read(pathOf(ref, namespace, name))) as KubeObject;
        } catch (error) {
          if ((error as { status?: number }).status === 404) return undefined;
          throw error;
        }
      },
      list: (ref, { namespace, labels } = {}) => list(ref, namespace, labels),
      async create(object) {
        const path = pathOf(refOf(object), object.metadata.namespace);
        return (await wire.ask({ method: 'POST', path, manager, body: object })) as KubeObject;
      },
      async update(object, subresource) {
        const { name, namespace } = object.metadata;
        const path = pathOf(refOf(object), namespace, name, subresource);
        return (await wire.ask({ method: 'PUT', path, manager, body: object })) as KubeObject;
      },
      async patch(ref, name, namespace, body, { type, subresource, fieldManager, force }) {
        const query = new URLSearchParams({
          ...(fieldManager && { fieldManager }),
          ...(force && { force: 'true' }),
        }).toString();
        const path = pathOf(ref, namespace, name, subresource) + (query && `?${query}`);
        return (await wire.ask({ method: 'PATCH', path, manager, body, type: patchTypes[type] })) as KubeObject;
      },
      async remove(ref, name, namespace) {
        await wire.ask({ method: 'DELETE', path: pathOf(ref, namespace, name), manager });
      },
      watch(ref, listener, { namespace } = {}) {
        const path = pathOf(ref, namespace);
        const query = (version: string) => `?watch=true&allowWatchBookmarks=true&resourceVersion=${version}`;
        let first = () => {};
        const ready = new Promise<void>((resolve) => {
          first = resolve;
        });
        opening.add(ready);
        const stop = followRemote(
          {
            list: () => list(ref, namespace),
            stream: (version, event, signal) =>
              wire.stream(
                { method: 'GET', path: path + query(version), manager },
                (line) => event(line as WatchEvent),
                signal,
              ),
          },
          listener,
          () => {
            opening.delete(ready);
            first();
          },
        );
        stops.add(stop);
        return () => {
          stops.delete(stop);
          opening.delete(ready);
          first();
          stop();
        };
      },
      async settled() {
        await Promise.all(opening);
      },
      close() {
        for (const stop of [...stops]) stop();
        wire.close();
      },
    };
  }
  return face('lab');
}
