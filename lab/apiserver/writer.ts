import { isoSeconds } from '../../shared/clock.ts';
import type { KubeObject, ObjectMeta } from '../../shared/kube.ts';
import { ApiError } from '../api.ts';
import { admit } from './admit.ts';
import type { DeleteContext, WriteContext } from './context.ts';
import { alreadyExists, conflict, forbidden, invalid, modified, notFound } from './errors.ts';
import { apiVersionOf, type KindSchema, type Served } from './kind-schema.ts';
import { ownFields } from './managed-fields.ts';
import { nameSuffix } from './names.ts';
import { same } from './same.ts';
import type { Store } from './store.ts';

/** Changes the current object into the wanted one; undefined when there is none yet. */
export type Change = (current: KubeObject) => KubeObject;

/** The rules every write passes: identity, preconditions, schema, generation, field ownership, finalizers. */
export interface Writer {
  create(served: Served, object: KubeObject, namespace: string, context: WriteContext): KubeObject;
  update(served: Served, object: KubeObject, namespace: string, name: string, context: WriteContext): KubeObject;
  /** Reads, changes and writes; `managed`: the change sets managedFields itself (server-side apply). */
  change(
    served: Served,
    namespace: string,
    name: string,
    change: Change,
    context: WriteContext,
    managed?: boolean,
  ): KubeObject;
  /** The object as deleted, or, while finalizers hold it, as it stands; `gone` says which. */
  remove(
    kind: KindSchema,
    namespace: string,
    name: string,
    context: DeleteContext,
  ): { object: KubeObject; gone: boolean };
}

export interface WriterOptions {
  store: Store;
  now: () => number;
  uid: () => string;
  chance: () => number;
  /** Refuses a namespace that is missing or going away. */
  checkNamespace: (kind: KindSchema, namespace: string, name: string) => void;
}

/** Fields of metadata that only the server sets. */
function serverMeta(wanted: ObjectMeta, current: ObjectMeta): ObjectMeta {
  const { deletionTimestamp: _, deletionGracePeriodSeconds: __, generation: ___, ...rest } = wanted;
  return {
    ...rest,
    ...(current.name !== undefined && { name: current.name }),
    ...(current.namespace && { namespace: current.namespace }),
    uid: current.uid!,
    resourceVersion: current.resourceVersion!,
    ...(current.generation !== undefined && { generation: current.generation }),
    creationTimestamp: current.creationTimestamp!,
    ...(current.deletionTimestamp && {
      deletionTimestamp: current.deletionTimestamp,
      deletionGracePeriodSeconds: current.deletionGracePeriodSeconds ?? 0,
    }),
    ...(current.managedFields && !wanted.managedFields && { managedFields: current.managedFields }),
  };
}

/** Whether anything but metadata (and status, where that is a subresource) differs. */
function specChanged(served: Served, next: KubeObject, current: KubeObject): boolean {
  const skip = (key: string) =>
    key === 'metadata' || key === 'apiVersion' || (key === 'status' && served.version.status);
  for (const key of Object.keys(next)) if (!skip(key) && !same(next[key], current[key])) return true;
  for (const key of Object.keys(current)) if (!skip(key) && !(key in next)) return true;
  return false;
}

function metaChanged(next: ObjectMeta, current: ObjectMeta): boolean {
  const bare = ({ managedFields: _, resourceVersion: __, ...rest }: ObjectMeta) => rest;
  return next !== current && !same(bare(next), bare(current));
}

/** Where etcd would have it. */
const storageKey = ({ group, plural, builtin }: KindSchema, namespace: string, name: string) =>
  ['/registry', !builtin && group, plural, namespace, name].filter(Boolean).join('/');

const counts = (kind: KindSchema) => kind.generation ?? !kind.builtin;

/** What its creator owns of a new object: the server itself writes a Namespace's finalizer and phase. */
function owned(kind: KindSchema, object: KubeObject): KubeObject {
  if (!kind.builtin || kind.plural !== 'namespaces') return object;
  const { spec: _, status: __, ...rest } = object;
  return rest;
}

/** Writes to `store`. Refusals are ApiErrors; nothing is stored then. */
export function createWriter({ store, now, uid, chance, checkNamespace }: WriterOptions): Writer {
  const find = (kind: KindSchema, namespace: string, name: string) => {
    const found = store.collection(kind).get(namespace, name);
    if (!found) throw notFound(kind, name);
    return found;
  };

  function commit(
    served: Served,
    current: KubeObject,
    wanted: KubeObject,
    context: WriteContext,
    managed: boolean,
  ): KubeObject {
    const { kind, version } = served;
    let next: KubeObject;
    if (context.subresource === 'status') {
      next = { ...current, status: wanted.status };
      if (managed) next.metadata = { ...current.metadata, managedFields: wanted.metadata.managedFields ?? [] };
      if (wanted.status === undefined) delete next.status;
    } else {
      next = { ...wanted, metadata: serverMeta(wanted.metadata, current.metadata) };
      if (version.status) {
        if (current.status === undefined) delete next.status;
        else next.status = current.status;
      }
    }
    next.apiVersion = apiVersionOf(kind.group, version.name);
    next.kind = kind.kind;
    next = admit(served, next, current, context);
    const spec = specChanged(served, next, current);
    const status = version.status && !same(next.status, current.status);
    if (!spec && !status && !metaChanged(next.metadata, current.metadata)) {
      if (!managed || same(next.metadata.managedFields, current.metadata.managedFields)) return current;
    }
    const metadata = { ...next.metadata };
    if (spec && counts(kind)) metadata.generation = (current.metadata.generation ?? 0) + 1;
    next.metadata = metadata;
    if (!managed) metadata.managedFields = ownFields(served, current, next, context, now());
    if (metadata.managedFields?.length === 0) delete metadata.managedFields;
    next.apiVersion = apiVersionOf(kind.group, kind.versions[0]!.name);
    if (context.dryRun) return next;
    if (metadata.deletionTimestamp && !metadata.finalizers?.length) {
      // What is told of the end is what was stored last, so the finalizer that just went is still in it, as on a real server.
      store.drop(kind, current);
      // This last change was never stored: it is answered under the version that was.
      return { ...next, metadata: { ...metadata, resourceVersion: current.metadata.resourceVersion! } };
    }
    return store.put(kind, next, current);
  }

  const writer: Writer = {
    create(served, object, namespace, context) {
      const { kind, version } = served;
      const given = object.metadata ?? {};
      const name = given.name || (given.generateName ? `${given.generateName}${nameSuffix(chance)}` : '');
      if (!name) {
        throw invalid(kind, '', [
          {
            field: 'metadata.name',
            reason: 'FieldValueRequired',
            message: 'Required value: name or generateName is required',
          },
        ]);
      }
      if (given.resourceVersion)
        throw new ApiError(500, '', 'resourceVersion should not be set on objects to be created');
      if (kind.namespaced) checkNamespace(kind, namespace, name);
      const { deletionTimestamp: _, managedFields: own, namespace: __, ...meta } = given;
      const metadata: ObjectMeta = {
        ...meta,
        name,
        ...(kind.namespaced && { namespace }),
        uid: uid(),
        creationTimestamp: isoSeconds(now()),
        ...(counts(kind) && { generation: 1 }),
      };
      if (!counts(kind)) delete metadata.generation;
      let next: KubeObject = {
        ...object,
        apiVersion: apiVersionOf(kind.group, version.name),
        kind: kind.kind,
        metadata,
      };
      if (version.status) delete next.status;
      next = admit(served, next, undefined, context);
      // Only now: the real server finds an object in the way when it stores, after it has checked the new one.
      if (store.collection(kind).get(namespace, name)) throw alreadyExists(kind, name);
      const managedFields = own ?? ownFields(served, undefined, owned(kind, next), context, now());
      next = {
        ...next,
        apiVersion: apiVersionOf(kind.group, kind.versions[0]!.name),
        metadata: { ...next.metadata, ...(managedFields.length > 0 && { managedFields }) },
      };
      return context.dryRun ? next : store.put(kind, next, undefined);
    },

    update(served, object, namespace, name, context) {
      const { kind } = served;
      const current = find(kind, namespace, name);
      const { uid: wanted, resourceVersion } = object.metadata;
      if (wanted && wanted !== current.metadata.uid) {
        throw conflict(
          kind,
          name,
          `StorageError: invalid object, Code: 4, Key: ${storageKey(kind, namespace, name)}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${current.metadata.uid}`,
        );
      }
      if (resourceVersion && resourceVersion !== current.metadata.resourceVersion) throw modified(kind, name);
      if (!resourceVersion && context.strict && !kind.builtin) {
        throw invalid({ ...kind, kind: kind.plural }, name, [
          {
            field: 'metadata.resourceVersion',
            reason: 'FieldValueInvalid',
            message: 'Invalid value: 0: must be specified for an update',
          },
        ]);
      }
      return commit(served, current, object, context, false);
    },

    change(served, namespace, name, change, context, managed = false) {
      const current = find(served.kind, namespace, name);
      const next = change(current);
      return next === current ? current : commit(served, current, next, context, managed);
    },

    remove(kind, namespace, name, context) {
      const current = find(kind, namespace, name);
      const { metadata } = current;
      if (context.uid && context.uid !== metadata.uid) {
        throw conflict(
          { ...kind, plural: kind.kind },
          name,
          `the UID in the precondition (${context.uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
        );
      }
      if (context.resourceVersion && context.resourceVersion !== metadata.resourceVersion) {
        throw conflict(
          { ...kind, plural: kind.kind },
          name,
          `the ResourceVersion in the precondition (${context.resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
        );
      }
      if (kind.builtin && kind.plural === 'namespaces' && ['default', 'kube-system', 'kube-public'].includes(name)) {
        throw forbidden(kind, name, 'this namespace may not be deleted');
      }
      const held = new Set(metadata.finalizers);
      if (context.propagation === 'Foreground') held.add('foregroundDeletion').delete('orphan');
      if (context.propagation === 'Orphan') held.add('orphan').delete('foregroundDeletion');
      if (context.propagation === 'Background') for (const one of ['orphan', 'foregroundDeletion']) held.delete(one);
      const finalizers = [...held];
      const space = kind.builtin && kind.plural === 'namespaces';
      const holds = finalizers.length > 0 || space;
      if (!holds) {
        if (context.dryRun) return { object: current, gone: true };
        // A Pod is told of as ending first, even one that no kubelet has to stop.
        const pod = kind.builtin && kind.plural === 'pods' && !metadata.deletionTimestamp;
        const ending = { deletionTimestamp: isoSeconds(now()), deletionGracePeriodSeconds: 0 };
        const last = pod ? store.put(kind, { ...current, metadata: { ...metadata, ...ending } }, current) : current;
        return { object: store.drop(kind, last), gone: true };
      }
      if (metadata.deletionTimestamp && same(finalizers, metadata.finalizers ?? []))
        return { object: current, gone: false };
      const next: KubeObject = {
        ...current,
        metadata: {
          ...metadata,
          ...(finalizers.length > 0 && { finalizers }),
          deletionTimestamp: metadata.deletionTimestamp ?? isoSeconds(now()),
          ...(!space && { deletionGracePeriodSeconds: 0 }),
          ...(metadata.generation !== undefined &&
            !metadata.deletionTimestamp && { generation: metadata.generation + 1 }),
        },
      };
      if (space) next.status = { phase: 'Terminating' };
      return { object: context.dryRun ? next : store.put(kind, next, current), gone: false };
    },
  };
  return writer;
}
