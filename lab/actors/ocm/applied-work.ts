import { createHash } from 'node:crypto';
import type { KubeObject, OwnerReference } from '../../../shared/kube.ts';
import { type Api, ApiError, type KindRef } from '../../api.ts';
import { kinds } from '../../kinds.ts';
import { mutateMeta, mutateStatus, removeIfThere, withoutFinalizer } from './mutate.ts';
import { ocmNames } from './names.ts';
import type { Rights } from './rights.ts';

/** One line of AppliedManifestWork status.appliedResources. */
interface AppliedResource {
  group: string;
  name: string;
  namespace: string;
  resource: string;
  uid: string;
  version: string;
}

/** The spoke's own record of what a work put there; owner of those objects. */
export interface AppliedWorks {
  /** The AppliedManifestWork of `work`, made when missing. */
  ensure(work: KubeObject): Promise<KubeObject>;
  /** Writes down what stands now and deletes what the work held before and holds no more. */
  record(work: string, resources: readonly AppliedResource[]): Promise<void>;
  /**
   * Takes down everything the work owns; true when all is gone, false while finalizers hold some of it. `gone` runs
   * between the last object's end and that of the record, whose own end lets the garbage collector take the rest.
   */
  takeDown(work: string, gone: () => Promise<void>): Promise<boolean>;
}

const resourcesOf = (applied: KubeObject): readonly AppliedResource[] =>
  (applied.status as { appliedResources?: AppliedResource[] } | undefined)?.appliedResources ?? [];

/** `<sha256 of the hub's URL>-<work>`. */
const appliedWorkName = (hash: string, work: string): string => `${hash}-${work}`;

const hashes = new Map<string, string>();
/** The hub hash that agents put in names. */
export function hubHash(url: string): string {
  let hash = hashes.get(url);
  if (!hash) {
    hash = createHash('sha256').update(url).digest('hex');
    hashes.set(url, hash);
  }
  return hash;
}

/** How objects name their AppliedManifestWork. */
export function ownerReference(applied: KubeObject): OwnerReference {
  const { name = '', uid = '' } = applied.metadata;
  return { apiVersion: applied.apiVersion, kind: applied.kind, name, uid };
}

export function createAppliedWorks(api: Api, hash: string, rights: Rights): AppliedWorks {
  const kind = kinds.AppliedManifestWork;

  /** Deletes one object, or only takes our ownership away when others own it too. True when it no longer stands in the way. */
  async function drop(resource: AppliedResource, uid: string): Promise<boolean> {
    const ref: KindRef = {
      group: resource.group,
      version: resource.version,
      plural: resource.resource,
      kind: '',
      namespaced: resource.namespace !== '',
    };
    const object = await api.get(ref, resource.name, resource.namespace || undefined);
    if (!object || object.metadata.uid !== resource.uid) return true;
    const owners = object.metadata.ownerReferences ?? [];
    if (!owners.some((one) => one.uid === uid)) return true;
    if (owners.length > 1) {
      await mutateMeta(api, ref, resource.name, resource.namespace, (meta) => ({
        ...meta,
        ownerReferences: (meta.ownerReferences ?? []).filter((one) => one.uid !== uid),
      }));
      return true;
    }
    if (object.metadata.deletionTimestamp) return false;
    try {
      await rights.check('delete', { ...ref, kind: object.kind }, resource.name, resource.namespace);
    } catch {
      // Logged once and forgotten: the spoke's garbage collector deletes what we owned (real-ocm.md B11).
      return true;
    }
    await removeIfThere(api, ref, resource.name, resource.namespace);
    return !(await api.get(ref, resource.name, resource.namespace || undefined));
  }

  return {
    async ensure(work) {
      const name = appliedWorkName(hash, work.metadata.name!);
      const existing = await api.get(kind, name);
      if (existing) return existing;
      try {
        return await api.create({
          apiVersion: 'work.open-cluster-management.io/v1',
          kind: 'AppliedManifestWork',
          metadata: {
            name,
            ...(work.metadata.labels && { labels: work.metadata.labels }),
            finalizers: [ocmNames.appliedWorkCleanup],
          },
          spec: { agentID: hash, hubHash: hash, manifestWorkName: work.metadata.name },
        });
      } catch (error) {
        const made = error instanceof ApiError && error.status === 409 ? await api.get(kind, name) : undefined;
        if (!made) throw error;
        return made;
      }
    },
    async record(work, resources) {
      const name = appliedWorkName(hash, work);
      const applied = await api.get(kind, name);
      if (!applied) return;
      const before = resourcesOf(applied);
      const same = (a: AppliedResource, b: AppliedResource) =>
        a.group === b.group && a.resource === b.resource && a.name === b.name && a.namespace === b.namespace;
      const stale = before.filter((one) => !resources.some((other) => same(one, other)));
      for (const one of stale) await drop(one, applied.metadata.uid!);
      await mutateStatus(api, kind, name, '', (status) =>
        JSON.stringify(status.appliedResources ?? []) === JSON.stringify(resources)
          ? undefined
          : { ...status, appliedResources: resources },
      );
    },
    async takeDown(work, gone) {
      const name = appliedWorkName(hash, work);
      const applied = await api.get(kind, name);
      if (!applied) return true;
      if (!applied.metadata.deletionTimestamp) await removeIfThere(api, kind, name);
      let held = false;
      for (const resource of resourcesOf(applied)) {
        if (!(await drop(resource, applied.metadata.uid!))) held = true;
      }
      if (held) return false;
      await gone();
      await mutateStatus(api, kind, name, '', ({ appliedResources, ...status }) =>
        appliedResources ? status : undefined,
      );
      await mutateMeta(api, kind, name, '', (meta) => withoutFinalizer(meta, ocmNames.appliedWorkCleanup));
      return true;
    },
  };
}
