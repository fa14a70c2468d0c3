import type { KubeObject, OwnerReference } from '../../../shared/kube.ts';
import { type Api, ApiError, type KindRef } from '../../api.ts';
import type { Rights } from './rights.ts';
import type { ManifestConfig } from './work-types.ts';

/** What became of one manifest: the object as it stands, or why not. */
export interface Applied {
  object: KubeObject | undefined;
  error?: string;
  /** A conflict of server-side apply is tried again only at the resync, everything else with backoff. */
  conflict?: boolean;
}

const sameValue = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** `list` with our owner; without it when the object is to outlive the work. */
function owned(list: readonly OwnerReference[] = [], owner: OwnerReference | undefined, uid: string): OwnerReference[] {
  const others = list.filter((one) => one.uid !== uid);
  if (!owner) return others;
  return list.some((one) => one.uid === uid) ? [...list] : [...list, owner];
}

/** Merges what the manifest says into the object's metadata, as library-go's EnsureObjectMeta does. */
function mergedMeta(existing: KubeObject, wanted: KubeObject, owner: OwnerReference | undefined, uid: string) {
  const { labels, annotations } = wanted.metadata;
  const old = existing.metadata;
  const owners = owned(old.ownerReferences, owner, uid);
  const { ownerReferences: _, ...rest } = old;
  return {
    ...rest,
    ...((labels || old.labels) && { labels: { ...old.labels, ...labels } }),
    ...((annotations || old.annotations) && { annotations: { ...old.annotations, ...annotations } }),
    ...(owners.length > 0 && { ownerReferences: owners }),
  };
}

const message = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Takes away or adds our owner reference alone. */
async function own(api: Api, object: KubeObject, owner: OwnerReference | undefined, uid: string): Promise<KubeObject> {
  const before = object.metadata.ownerReferences ?? [];
  const owners = owned(before, owner, uid);
  if (sameValue(before, owners)) return object;
  const { ownerReferences: _, ...rest } = object.metadata;
  return api.update({ ...object, metadata: { ...rest, ...(owners.length > 0 && { ownerReferences: owners }) } });
}

/**
 * Applies one manifest as OCM's work agent does by the strategy of its config. `uid` is that of the AppliedManifestWork;
 * `owner` is absent when the object is to be orphaned.
 */
export async function applyManifest(
  api: Api,
  rights: Rights,
  kind: KindRef,
  manifest: KubeObject,
  config: ManifestConfig | undefined,
  owner: OwnerReference | undefined,
  uid: string,
): Promise<Applied> {
  const name = manifest.metadata?.name ?? '';
  const namespace = kind.namespaced ? (manifest.metadata?.namespace ?? '') : '';
  const strategy = config?.updateStrategy?.type ?? 'Update';
  const wanted: KubeObject = { ...manifest, metadata: { ...manifest.metadata } };
  let existing: KubeObject | undefined;
  try {
    if (!name) throw new Error('name is required');
    // Server-side apply patches without looking first.
    await rights.check(strategy === 'ServerSideApply' ? 'patch' : 'get', kind, name, namespace);
    existing = await api.get(kind, name, namespace || undefined);
    if (strategy === 'ReadOnly') return { object: existing };
    if (strategy === 'ServerSideApply') {
      const { force = false, fieldManager = 'work-agent' } = config?.updateStrategy?.serverSideApply ?? {};
      const applied = await api.patch(kind, name, namespace, wanted, { type: 'apply', fieldManager, force });
      return { object: await own(api, applied, owner, uid) };
    }
    if (!existing) {
      await rights.check('create', kind, name, namespace);
      if (owner) wanted.metadata.ownerReferences = [owner];
      return { object: await api.create(wanted) };
    }
    if (strategy === 'CreateOnly') return { object: await own(api, existing, owner, uid) };
    const metadata = mergedMeta(existing, wanted, owner, uid);
    const { status: _, ...content } = wanted;
    const next: KubeObject = { ...content, metadata };
    if (existing.status !== undefined) next.status = existing.status;
    await rights.check('update', kind, name, namespace);
    return { object: await api.update(next) };
  } catch (error) {
    if (strategy === 'ServerSideApply' && error instanceof ApiError && error.status === 409) {
      return { object: existing, error: message(error), conflict: true };
    }
    return { object: existing, error: message(error) };
  }
}
