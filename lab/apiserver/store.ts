import type { KubeObject } from '../../shared/kube.ts';
import { ensure } from './ensure.ts';
import { type KindSchema, resourceName } from './kind-schema.ts';

/** One committed write. `previous` is what stood before it. */
export interface Change {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  revision: number;
  object: KubeObject;
  previous?: KubeObject;
}

export type ChangeListener = (change: Change) => void;

/** All objects of one resource, by namespace ('' for cluster scope) and name. */
export interface Collection {
  readonly resource: string;
  readonly size: number;
  get(namespace: string, name: string): KubeObject | undefined;
  /** In etcd's order: by namespace, then name. The array is a snapshot and stays as it is. */
  list(namespace?: string): readonly KubeObject[];
  /** Changes after `revision`, oldest first; undefined when some of them are forgotten. */
  since(revision: number): readonly Change[] | undefined;
  /** Told synchronously within the commit. Returns the stopper. */
  listen(listener: ChangeListener, namespace?: string): () => void;
}

/** The objects of one API server and their common revision counter. */
export interface Store {
  readonly revision: number;
  collection(kind: Pick<KindSchema, 'group' | 'plural'>): Collection;
  /** Puts `object` with the next resourceVersion and tells listeners. Answers what is stored. */
  put(kind: KindSchema, object: KubeObject, previous: KubeObject | undefined): KubeObject;
  /** Takes `object` away; listeners see it with the deletion's resourceVersion. */
  drop(kind: KindSchema, object: KubeObject): KubeObject;
  /** Told of every change of every kind, synchronously. */
  onChange(listener: (kind: KindSchema, change: Change) => void): void;
  /** Keeps the last `changes` changes of each resource for watches that resume; 0 until called. */
  remember(changes: number): void;
}

interface Space {
  objects: Map<string, KubeObject>;
  /** Names in order, until one comes or goes. */
  names: string[] | undefined;
}

function createCollection(resource: string, remembered: () => { limit: number; from: number }) {
  const spaces = new Map<string, Space>();
  const listeners = new Map<string, Set<ChangeListener>>();
  const everywhere = new Set<ChangeListener>();
  let history: Change[] = [];
  let forgotten = 0;
  let order: string[] | undefined;
  let size = 0;

  const namesOf = (space: Space) => {
    space.names ??= [...space.objects.keys()].sort();
    return space.names;
  };
  const collection: Collection & { commit(change: Change): void } = {
    resource,
    get size() {
      return size;
    },
    get: (namespace, name) => spaces.get(namespace)?.objects.get(name),
    list(namespace) {
      const found: KubeObject[] = [];
      order ??= [...spaces.keys()].sort();
      for (const one of namespace === undefined ? order : [namespace]) {
        const space = spaces.get(one);
        if (space) for (const name of namesOf(space)) found.push(space.objects.get(name)!);
      }
      return found;
    },
    since(revision) {
      if (revision < Math.max(forgotten, remembered().from)) return undefined;
      let at = history.length;
      while (at > 0 && history[at - 1]!.revision > revision) at -= 1;
      return history.slice(at);
    },
    listen(listener, namespace) {
      if (namespace === undefined) {
        everywhere.add(listener);
        return () => everywhere.delete(listener);
      }
      const set = ensure(listeners, namespace, () => new Set<ChangeListener>());
      set.add(listener);
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(namespace) === set) listeners.delete(namespace);
      };
    },
    commit(change) {
      const { object } = change;
      const namespace = object.metadata.namespace ?? '';
      const name = object.metadata.name!;
      let space = spaces.get(namespace);
      if (change.type === 'DELETED') {
        if (space?.objects.delete(name)) {
          size -= 1;
          space.names = undefined;
          if (space.objects.size === 0) {
            spaces.delete(namespace);
            order = undefined;
          }
        }
      } else {
        if (!space) {
          space = { objects: new Map(), names: undefined };
          spaces.set(namespace, space);
          order = undefined;
        }
        if (change.type === 'ADDED') {
          size += 1;
          space.names = undefined;
        }
        space.objects.set(name, object);
      }
      const { limit } = remembered();
      if (limit > 0) {
        history.push(change);
        if (history.length > limit * 2) {
          forgotten = history[history.length - limit - 1]!.revision;
          history = history.slice(-limit);
        }
      }
      for (const listener of everywhere) listener(change);
      const local = listeners.get(namespace);
      if (local) for (const listener of local) listener(change);
    },
  };
  return collection;
}

/** An empty store. Objects given to it are kept by reference and must never change afterwards. */
export function createStore(): Store {
  const collections = new Map<string, ReturnType<typeof createCollection>>();
  const observers: ((kind: KindSchema, change: Change) => void)[] = [];
  let revision = 1;
  let limit = 0;
  let from = 1;
  const collectionOf = (kind: Pick<KindSchema, 'group' | 'plural'>) => {
    const resource = resourceName(kind);
    return ensure(collections, resource, () => createCollection(resource, () => ({ limit, from })));
  };
  const commit = (kind: KindSchema, type: Change['type'], object: KubeObject, previous: KubeObject | undefined) => {
    revision += 1;
    const metadata = { ...object.metadata, resourceVersion: String(revision) };
    const stored: KubeObject = { ...object, metadata };
    const change: Change = { type, revision, object: stored, ...(previous && { previous }) };
    collectionOf(kind).commit(change);
    for (const observer of observers) observer(kind, change);
    return stored;
  };
  return {
    get revision() {
      return revision;
    },
    collection: collectionOf,
    put: (kind, object, previous) => commit(kind, previous ? 'MODIFIED' : 'ADDED', object, previous),
    drop: (kind, object) => commit(kind, 'DELETED', object, object),
    onChange: (listener) => void observers.push(listener),
    remember(changes) {
      if (limit === 0) from = revision;
      limit = changes;
    },
  };
}
