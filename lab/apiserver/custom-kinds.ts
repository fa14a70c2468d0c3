import { isoSeconds } from '../../shared/clock.ts';
import type { KubeObject } from '../../shared/kube.ts';
import { type DefinitionSpec, definitionOf, kindOf } from './custom-definition.ts';
import { type KindSchema, resourceName, type Served } from './kind-schema.ts';
import type { Registry } from './registry.ts';
import type { Store } from './store.ts';
import type { Writer } from './writer.ts';

/** Kinds that come and go with their CustomResourceDefinitions. */
export interface CustomKinds {
  serve(kinds: readonly KindSchema[]): void;
  withdraw(kinds: readonly KindSchema[]): void;
}

const definitions = { group: 'apiextensions.k8s.io', plural: 'customresourcedefinitions' };
const cleanup = 'customresourcecleanup.apiextensions.k8s.io';
const context = { manager: 'kube-apiserver' };

function establishedStatus(spec: DefinitionSpec, at: string): Record<string, unknown> {
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: 'True',
    lastTransitionTime: at,
    reason,
    message,
  });
  return {
    acceptedNames: { listKind: `${spec.names.kind}List`, singular: spec.names.kind.toLowerCase(), ...spec.names },
    conditions: [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
    storedVersions: [spec.versions.find(({ storage }) => storage)?.name ?? ''],
  };
}

/** Follows the CRDs of a core: serves their kinds, and clears their objects away before they go. */
export function createCustomKinds(parts: {
  store: Store;
  registry: Registry;
  writer: Writer;
  now: () => number;
}): CustomKinds {
  const { store, registry, writer, now } = parts;
  const ending = new Map<string, string>();
  const served = (): Served | undefined => registry.served(definitions.group, 'v1', definitions.plural);

  function establish(object: KubeObject): void {
    const spec = object.spec as DefinitionSpec;
    registry.add(kindOf(spec));
    const known = served();
    const change = (body: (current: KubeObject) => KubeObject, subresource?: 'status') =>
      known &&
      writer.change(known, '', object.metadata.name!, body, { ...context, ...(subresource && { subresource }) });
    if (object.status) return;
    change((current) => ({
      ...current,
      metadata: { ...current.metadata, finalizers: [...(current.metadata.finalizers ?? []), cleanup] },
    }));
    change((current) => ({ ...current, status: establishedStatus(spec, isoSeconds(now())) }), 'status');
  }

  /** Removes all objects of an ending kind; the CRD follows when none is left. */
  function sweep(name: string): void {
    const definition = store.collection(definitions).get('', name);
    const known = served();
    if (!definition?.metadata.deletionTimestamp || !known) return;
    const kind = kindOf(definition.spec as DefinitionSpec);
    const collection = store.collection(kind);
    for (const { metadata } of collection.list()) {
      if (!metadata.deletionTimestamp) writer.remove(kind, metadata.namespace ?? '', metadata.name!, {});
    }
    if (collection.size > 0) return;
    ending.delete(name);
    const drop = (current: KubeObject) => {
      const finalizers = (current.metadata.finalizers ?? []).filter((one) => one !== cleanup);
      return { ...current, metadata: { ...current.metadata, finalizers } };
    };
    writer.change(known, '', name, drop, context);
  }

  store.onChange((kind, { type, object, previous }) => {
    if (kind.plural === definitions.plural && kind.group === definitions.group) {
      const name = object.metadata.name!;
      if (type === 'DELETED') registry.remove(kindOf(object.spec as DefinitionSpec));
      else if (object.metadata.deletionTimestamp) {
        if (!ending.has(name)) setImmediate(sweep, name);
        ending.set(name, name);
      } else if (object.spec !== previous?.spec) establish(object);
    } else if (type === 'DELETED' && ending.size > 0) {
      const name = ending.get(resourceName(kind));
      if (name) setImmediate(sweep, name);
    }
  });

  return {
    serve(kinds) {
      const known = served();
      for (const kind of kinds) {
        if (registry.byResource(kind.group, kind.plural)) continue;
        if (kind.builtin || !known) {
          registry.add(kind);
          continue;
        }
        const object = definitionOf(kind);
        writer.create(known, { ...object, metadata: { ...object.metadata, managedFields: [] } }, '', context);
      }
    },
    withdraw(kinds) {
      for (const kind of kinds) {
        const name = resourceName(kind);
        if (store.collection(definitions).get('', name) && served()) writer.remove(served()!.kind, '', name, {});
        else {
          for (const object of store.collection(kind).list()) store.drop(kind, object);
          registry.remove(kind);
        }
      }
    },
  };
}
