import type { KubeObject } from '../../shared/kube.ts';
import { forbidden, notFound } from './errors.ts';
import { type KindSchema, resourceName } from './kind-schema.ts';
import type { Registry } from './registry.ts';
import type { Store } from './store.ts';
import type { Writer } from './writer.ts';

/** The life of namespaces: nothing is made in a missing or ending one, and what is in it goes with it. */
export interface Namespaces {
  /** Refuses to create `name` in `namespace` as the NamespaceLifecycle admission does. */
  check(kind: KindSchema, namespace: string, name: string): void;
  start(writer: Writer): void;
}

const namespaceKey = { group: '', plural: 'namespaces' };

/** The namespace controller and its admission in one; content is deleted in a later turn of the event loop. */
export function createNamespaces(store: Store, registry: Registry): Namespaces {
  const spaces = store.collection(namespaceKey);
  /** Ending namespaces; what still holds content by finalizers stays here until it goes. */
  const ending = new Set<string>();

  function holds(name: string): boolean {
    for (const kind of registry.kinds()) {
      if (kind.namespaced && store.collection(kind).list(name).length > 0) return true;
    }
    return false;
  }

  function finish(name: string): void {
    const namespace = spaces.get('', name);
    const kind = registry.byResource('', 'namespaces');
    if (!namespace?.metadata.deletionTimestamp || !kind || holds(name)) return;
    if (namespace.metadata.finalizers?.length) return;
    ending.delete(name);
    store.drop(kind, namespace);
  }

  function sweep(writer: Writer, name: string): void {
    for (const kind of registry.kinds()) {
      if (!kind.namespaced) continue;
      for (const { metadata } of store.collection(kind).list(name)) writer.remove(kind, name, metadata.name!, {});
    }
    finish(name);
  }

  return {
    check(kind, namespace, name) {
      const found: KubeObject | undefined = spaces.get('', namespace);
      const space = registry.byResource('', 'namespaces');
      if (!space) return;
      if (!found) throw notFound(space, namespace);
      if (found.metadata.deletionTimestamp) {
        const text = `unable to create new content in namespace ${namespace} because it is being terminated`;
        throw forbidden(kind, name, text, [
          {
            reason: 'NamespaceTerminating',
            message: `namespace ${namespace} is being terminated`,
            field: 'metadata.namespace',
          },
        ]);
      }
    },
    start(writer) {
      store.onChange((kind, { type, object }) => {
        const { name, namespace, deletionTimestamp } = object.metadata;
        if (resourceName(kind) === 'namespaces') {
          if (type === 'DELETED' || !deletionTimestamp) return;
          if (ending.has(name!)) {
            if (!object.metadata.finalizers?.length) setImmediate(() => finish(name!));
            return;
          }
          ending.add(name!);
          setImmediate(() => sweep(writer, name!));
        } else if (type === 'DELETED' && namespace && ending.has(namespace)) {
          setImmediate(() => finish(namespace));
        }
      });
    },
  };
}
