import type { KubeObject, ObjectMeta } from '../../../shared/kube.ts';
import { type Api, ApiError, type KindRef } from '../../api.ts';

/** RFC 3339 with microseconds, as MicroTime is written: 2026-11-22T17:11:18.418000Z. */
export const isoMicros = (ms: number): string => `${new Date(ms).toISOString().slice(0, 23)}000Z`;

/**
 * Reads, changes and writes an object until no one else wrote in between. `change` returns the new object, or undefined
 * (or the same) to leave it as it is. Resolves to what stands at the end; undefined when the object does not exist.
 */
export async function mutate(
  api: Api,
  kind: KindRef,
  name: string,
  namespace: string,
  change: (object: KubeObject) => KubeObject | undefined,
  subresource?: 'status',
): Promise<KubeObject | undefined> {
  for (;;) {
    const object = await api.get(kind, name, namespace || undefined);
    if (!object) return undefined;
    const next = change(object);
    if (!next || next === object) return object;
    try {
      return await api.update(next, subresource);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 404) return undefined;
      if (error.status !== 409) throw error;
    }
  }
}

/** As `mutate`, for `status` alone: `change` gets the present status and returns the new one or undefined. */
export function mutateStatus(
  api: Api,
  kind: KindRef,
  name: string,
  namespace: string,
  change: (status: Record<string, unknown>, object: KubeObject) => Record<string, unknown> | undefined,
): Promise<KubeObject | undefined> {
  return mutate(
    api,
    kind,
    name,
    namespace,
    (object) => {
      const status = (object.status ?? {}) as Record<string, unknown>;
      const next = change(status, object);
      return next && next !== status ? { ...object, status: next } : undefined;
    },
    'status',
  );
}

/** As `mutate`, for metadata alone. */
export function mutateMeta(
  api: Api,
  kind: KindRef,
  name: string,
  namespace: string,
  change: (meta: ObjectMeta, object: KubeObject) => ObjectMeta | undefined,
): Promise<KubeObject | undefined> {
  return mutate(api, kind, name, namespace, (object) => {
    const metadata = change(object.metadata, object);
    return metadata && metadata !== object.metadata ? { ...object, metadata } : undefined;
  });
}

/** `meta` without one finalizer; the same when it is not there. */
export function withoutFinalizer(meta: ObjectMeta, finalizer: string): ObjectMeta {
  if (!meta.finalizers?.includes(finalizer)) return meta;
  return { ...meta, finalizers: meta.finalizers.filter((one) => one !== finalizer) };
}

/** `meta` with one finalizer more, at the end; the same when it is there. */
export function withFinalizer(meta: ObjectMeta, finalizer: string): ObjectMeta {
  if (meta.finalizers?.includes(finalizer)) return meta;
  return { ...meta, finalizers: [...(meta.finalizers ?? []), finalizer] };
}

/** Creates, or says that it is there already; every other refusal is thrown. */
export async function ensure(api: Api, object: KubeObject): Promise<'created' | 'exists'> {
  try {
    await api.create(object);
    return 'created';
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return 'exists';
    throw error;
  }
}

/** Deletes; fine when it is gone already. */
export async function removeIfThere(api: Api, kind: KindRef, name: string, namespace?: string): Promise<void> {
  try {
    await api.remove(kind, name, namespace);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
  }
}

/** Writes an event; where that is refused (the namespace is going away) nothing is lost but the event. */
export async function tell(api: Api, event: KubeObject): Promise<void> {
  try {
    await api.create(event);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
