import { randomUUID } from 'node:crypto';
import type { KubeObject } from '../../shared/kube.ts';
import type { Api, KindRef } from '../api.ts';
import type { LabClock } from '../clock.ts';
import { kubernetesKinds } from '../schemas/kubernetes.ts';
import { createCustomKinds } from './custom-kinds.ts';
import { notFound } from './errors.ts';
import { createFanOut } from './fan-out.ts';
import { createGarbage } from './garbage.ts';
import type { KindSchema } from './kind-schema.ts';
import { createNamespaces } from './namespaces.ts';
import { createPatcher } from './patcher.ts';
import { createRegistry, type Registry } from './registry.ts';
import { createStore, type Store } from './store.ts';
import { inVersion } from './versions.ts';
import { createWriter, type Writer } from './writer.ts';

/** One practice API server without its HTTP front: what actors use in process, and what the front stands on. */
export interface Core extends Api {
  readonly clock: Pick<LabClock, 'now'>;
  readonly registry: Registry;
  readonly store: Store;
  readonly writer: Writer;
  as(manager: string): Core;
  /**
   * Serves further kinds at once, as if their CRDs had been applied; kinds marked `builtin` come without a CRD.
   * Objects of a kind that is taken away and served again are gone.
   */
  serve(kinds: readonly KindSchema[]): void;
  /** Deletes the CRD of these kinds with all objects of them. */
  withdraw(kinds: readonly KindSchema[]): void;
}

export interface CoreOptions {
  clock: Pick<LabClock, 'now'>;
  /** What is served from the start, default the Kubernetes kinds. Pass the same array to many cores: it is shared. */
  builtins?: readonly KindSchema[];
  /** A number in [0, 1) for generated names; default Math.random. */
  chance?: () => number;
  /** Default random. */
  uid?: () => string;
  /** Name of the namespaces made at the start. */
  namespaces?: readonly string[];
}

const matches = (object: KubeObject, labels: Record<string, string>) => {
  const have = object.metadata.labels;
  for (const key of Object.keys(labels)) if (have?.[key] !== labels[key]) return false;
  return true;
};

/** An API server of its own, empty but for its first namespaces. Time comes from `clock` alone. */
export function createCore(options: CoreOptions): Core {
  const { clock } = options;
  const registry = createRegistry(options.builtins ?? kubernetesKinds);
  const store = createStore();
  const namespaces = createNamespaces(store, registry);
  const writer = createWriter({
    store,
    now: () => clock.now(),
    uid: options.uid ?? randomUUID,
    chance: options.chance ?? Math.random,
    checkNamespace: namespaces.check,
  });
  const customKinds = createCustomKinds({ store, registry, writer, now: () => clock.now() });
  createGarbage({ store, registry, writer });
  namespaces.start(writer);
  const fanOut = createFanOut();
  const patch = createPatcher(store, writer, () => clock.now());

  function face(manager: string): Core {
    const context = { manager };
    const find = (ref: KindRef, name: string, namespace = '') => {
      const { kind, version } = registry.ref(ref);
      const found = store.collection(kind).get(kind.namespaced ? namespace : '', name);
      return found && inVersion(found, kind, version);
    };
    const core: Core = {
      clock,
      registry,
      store,
      writer,
      as: face,
      serve: customKinds.serve,
      withdraw: customKinds.withdraw,
      get: async (ref, name, namespace) => find(ref, name, namespace),
      async list(ref, { namespace, labels } = {}) {
        const { kind, version } = registry.ref(ref);
        const all = store.collection(kind).list(namespace || undefined);
        const items = labels ? all.filter((object) => matches(object, labels)) : all;
        return {
          items: version === kind.versions[0] ? items : items.map((object) => inVersion(object, kind, version)),
          resourceVersion: String(store.revision),
        };
      },
      async create(object) {
        const served = registry.of(object);
        return writer.create(served, object, object.metadata.namespace ?? '', context);
      },
      async update(object, subresource) {
        const served = registry.of(object);
        const { name, namespace } = object.metadata;
        const how = subresource ? { manager, subresource } : context;
        return writer.update(served, object, served.kind.namespaced ? (namespace ?? '') : '', name ?? '', how);
      },
      async patch(ref, name, namespace, body, { type, subresource, fieldManager, force }) {
        const served = registry.ref(ref);
        const how = { manager: fieldManager ?? manager, ...(subresource && { subresource }) };
        const where = served.kind.namespaced ? namespace : '';
        return patch(served, where, name, body, { ...how, type, ...(force !== undefined && { force }) }).object;
      },
      async remove(ref, name, namespace = '') {
        const { kind } = registry.ref(ref);
        if (!name) throw notFound(kind, name);
        writer.remove(kind, kind.namespaced ? namespace : '', name, {});
      },
      watch(ref, listener, { namespace } = {}) {
        const collection = store.collection(ref);
        const outlet = fanOut.open(listener);
        const convert = (object: KubeObject) => {
          const served = registry.served(ref.group, ref.version, ref.plural);
          return served ? inVersion(object, served.kind, served.version) : object;
        };
        const where = ref.namespaced ? namespace || undefined : undefined;
        for (const object of collection.list(where)) outlet.push({ type: 'ADDED', object: convert(object) });
        const stop = collection.listen(({ type, object }) => outlet.push({ type, object: convert(object) }), where);
        return () => {
          stop();
          outlet.close();
        };
      },
    };
    return core;
  }

  const core = face('lab');
  const namespaceKind = registry.served('', 'v1', 'namespaces');
  if (namespaceKind) {
    for (const name of options.namespaces ?? ['default', 'kube-node-lease', 'kube-public', 'kube-system']) {
      const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
      writer.create(namespaceKind, object, '', { manager: 'kube-apiserver' });
    }
  }
  return core;
}
