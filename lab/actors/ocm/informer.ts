import type { KubeObject } from '../../../shared/kube.ts';
import type { Api, KindRef } from '../../api.ts';

/** What changed: `old` is absent for a new object, `object` for a deleted one. */
export interface Change {
  object: KubeObject | undefined;
  old: KubeObject | undefined;
}

/** A kind's objects as a watch delivers them, shared by all who act on that kind. */
export interface Informer {
  get(name: string, namespace?: string): KubeObject | undefined;
  all(): Iterable<KubeObject>;
  inNamespace(namespace: string): Iterable<KubeObject>;
  /** Hears of every change from now on. */
  listen(listener: (change: Change) => void): () => void;
  /** Hears of the changes in one namespace (for cluster-wide kinds: of one name). */
  listenAt(place: string, listener: (change: Change) => void): () => void;
  stop(): void;
}

/** One watch for many: 1,755 agents look at the same stream, each at its own namespace. */
export function createInformer(api: Api, kind: KindRef): Informer {
  const byNamespace = new Map<string, Map<string, KubeObject>>();
  const everywhere = new Set<(change: Change) => void>();
  const places = new Map<string, Set<(change: Change) => void>>();
  const tell = (place: string, change: Change) => {
    for (const listener of [...everywhere]) listener(change);
    for (const listener of [...(places.get(place) ?? [])]) listener(change);
  };
  const stop = api.watch(kind, (event) => {
    if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
    const { object } = event;
    const name = object.metadata.name ?? '';
    const namespace = object.metadata.namespace ?? '';
    const place = kind.namespaced ? namespace : name;
    let bucket = byNamespace.get(namespace);
    if (!bucket) {
      bucket = new Map();
      byNamespace.set(namespace, bucket);
    }
    const old = bucket.get(name);
    if (event.type === 'DELETED') {
      bucket.delete(name);
      tell(place, { object: undefined, old: object });
    } else {
      bucket.set(name, object);
      tell(place, { object, old });
    }
  });
  return {
    get: (name, namespace = '') => byNamespace.get(namespace)?.get(name),
    *all() {
      for (const bucket of byNamespace.values()) yield* bucket.values();
    },
    inNamespace: (namespace) => byNamespace.get(namespace)?.values() ?? [],
    listen(listener) {
      everywhere.add(listener);
      return () => everywhere.delete(listener);
    },
    listenAt(place, listener) {
      let those = places.get(place);
      if (!those) {
        those = new Set();
        places.set(place, those);
      }
      those.add(listener);
      return () => those.delete(listener);
    },
    stop,
  };
}
