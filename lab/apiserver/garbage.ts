import type { KubeObject, OwnerReference } from '../../shared/kube.ts';
import { ensure } from './ensure.ts';
import type { KindSchema } from './kind-schema.ts';
import type { Registry } from './registry.ts';
import type { Change, Store } from './store.ts';
import type { Writer } from './writer.ts';

interface Child {
  kind: KindSchema;
  namespace: string;
  name: string;
}

const collector = { manager: 'kube-controller-manager' };
const keyOf = (kind: KindSchema, object: KubeObject) =>
  `${kind.group}/${kind.plural}/${object.metadata.namespace ?? ''}/${object.metadata.name}`;

/**
 * The garbage collector: what all owners have left goes too, in a later turn of the event loop. Follows owners by
 * uid, so a write without ownerReferences costs it nothing.
 */
export function createGarbage({ store, registry, writer }: { store: Store; registry: Registry; writer: Writer }): void {
  const children = new Map<string, Map<string, Child>>();
  const waiting = new Map<string, Child>();

  const ownersOf = (object: KubeObject | undefined): readonly OwnerReference[] =>
    object?.metadata.ownerReferences ?? [];

  /** Whether the object that `owner` names is there, with that uid. */
  function owner(reference: OwnerReference, namespace: string): KubeObject | undefined {
    const at = reference.apiVersion.indexOf('/');
    const group = at < 0 ? '' : reference.apiVersion.slice(0, at);
    const kind = registry.kinds().find((one) => one.kind === reference.kind && one.group === group);
    if (!kind) return undefined;
    const found = store.collection(kind).get(kind.namespaced ? namespace : '', reference.name);
    return found?.metadata.uid === reference.uid ? found : undefined;
  }

  function later(key: string, child: Child): void {
    waiting.set(key, child);
    if (waiting.size === 1) setImmediate(work);
  }

  function work(): void {
    const those = [...waiting.values()];
    waiting.clear();
    for (const child of those) visit(child);
  }

  function visit({ kind, namespace, name }: Child): void {
    const object = store.collection(kind).get(namespace, name);
    if (!object) return;
    if (object.metadata.deletionTimestamp) release(kind, object);
    const references = ownersOf(object);
    if (references.length === 0 || object.metadata.deletionTimestamp) return;
    const found = references.map((reference) => ({ reference, object: owner(reference, namespace) }));
    const solid = found.filter(({ object: one }) => one && !waits(one));
    if (solid.length > 0) {
      // Some owners are left: only the references to those that are gone are taken off.
      if (solid.length < found.length)
        keepOwners(
          kind,
          object,
          solid.map(({ reference }) => reference),
        );
    } else {
      const foreground = found.some(({ object: one }) => one && waits(one)) && children.has(object.metadata.uid!);
      writer.remove(kind, namespace, name, { propagation: foreground ? 'Foreground' : 'Background' });
    }
  }

  const waits = (object: KubeObject) =>
    object.metadata.deletionTimestamp !== undefined &&
    object.metadata.finalizers?.includes('foregroundDeletion') === true;

  function keepOwners(kind: KindSchema, object: KubeObject, ownerReferences: OwnerReference[]): void {
    const { name, namespace = '' } = object.metadata;
    const served = { kind, version: kind.versions[0]! };
    writer.change(
      served,
      namespace,
      name!,
      (now) => {
        const { ownerReferences: _, ...metadata } = now.metadata;
        return { ...now, metadata: { ...metadata, ...(ownerReferences.length > 0 && { ownerReferences }) } };
      },
      collector,
    );
  }

  function dropFinalizer(kind: KindSchema, object: KubeObject, finalizer: string): void {
    const { name, namespace = '' } = object.metadata;
    const rest = (object.metadata.finalizers ?? []).filter((one) => one !== finalizer);
    writer.change(
      { kind, version: kind.versions[0]! },
      namespace,
      name!,
      (now) => ({ ...now, metadata: { ...now.metadata, finalizers: rest } }),
      collector,
    );
  }

  /** An owner that is being deleted: lets go of orphans, or waits for its dependents. */
  function release(kind: KindSchema, object: KubeObject): void {
    const { finalizers = [], uid } = object.metadata;
    const dependents = [...(children.get(uid!)?.entries() ?? [])];
    if (finalizers.includes('orphan')) {
      for (const [, child] of dependents) {
        const dependent = store.collection(child.kind).get(child.namespace, child.name);
        if (dependent)
          keepOwners(
            child.kind,
            dependent,
            ownersOf(dependent).filter((one) => one.uid !== uid),
          );
      }
      dropFinalizer(kind, object, 'orphan');
    } else if (finalizers.includes('foregroundDeletion')) {
      const blocking = dependents.filter(([, child]) => {
        const dependent = store.collection(child.kind).get(child.namespace, child.name);
        return ownersOf(dependent).some((one) => one.uid === uid && one.blockOwnerDeletion);
      });
      for (const [key, child] of dependents) later(key, child);
      if (blocking.length === 0) dropFinalizer(kind, object, 'foregroundDeletion');
    }
  }

  function index(kind: KindSchema, { type, object, previous }: Change): void {
    const before = ownersOf(previous);
    const after = type === 'DELETED' ? [] : ownersOf(object);
    if (before === after || (before.length === 0 && after.length === 0)) return;
    const key = keyOf(kind, object);
    for (const { uid } of before) {
      const set = children.get(uid);
      set?.delete(key);
      if (set?.size === 0) children.delete(uid);
      if (set && type === 'DELETED') wakeOwner(object, before, uid);
    }
    const child = { kind, namespace: object.metadata.namespace ?? '', name: object.metadata.name! };
    for (const { uid } of after) ensure(children, uid, () => new Map<string, Child>()).set(key, child);
    if (after.length > 0) later(key, child);
  }

  /** A dependent is gone: an owner that waited for it in the foreground is looked at again. */
  function wakeOwner(object: KubeObject, references: readonly OwnerReference[], uid: string): void {
    const reference = references.find((one) => one.uid === uid);
    const found = reference && owner(reference, object.metadata.namespace ?? '');
    if (!found || !waits(found)) return;
    const kind = registry.of(found).kind;
    later(keyOf(kind, found), { kind, namespace: found.metadata.namespace ?? '', name: found.metadata.name! });
  }

  store.onChange((kind, change) => {
    index(kind, change);
    const { object, type } = change;
    const { uid, deletionTimestamp, finalizers } = object.metadata;
    if (type === 'DELETED') {
      const dependents = children.get(uid!);
      if (dependents) for (const [key, child] of dependents) later(key, child);
    } else if (deletionTimestamp && finalizers?.some((one) => one === 'orphan' || one === 'foregroundDeletion')) {
      later(keyOf(kind, object), { kind, namespace: object.metadata.namespace ?? '', name: object.metadata.name! });
    }
  });
}
