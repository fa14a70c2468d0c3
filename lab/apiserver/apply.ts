import { isoSeconds } from '../../shared/clock.ts';
import type { KubeObject } from '../../shared/kube.ts';
import { ApiError } from '../api.ts';
import { mergeApplied, pruneApplied } from './apply-merge.ts';
import { checkTyped } from './apply-typed.ts';
import type { WriteContext } from './context.ts';
import { badRequest, conflict, modified, notFound } from './errors.ts';
import { type FieldSet, intersection, pathsOf, union } from './field-set.ts';
import { appliedFields, compare } from './field-walk.ts';
import { apiVersionOf, type Served } from './kind-schema.ts';
import { dispossess, entriesOf, type Manager, managersOf } from './managed-fields.ts';
import type { Store } from './store.ts';
import type { Writer } from './writer.ts';

export interface ApplyContext extends WriteContext {
  force?: boolean;
}

/** `"name" with subresource "status" using apps/v1`, as fieldmanager's printManager. */
function printed({ manager, subresource, operation, apiVersion }: Manager): string {
  const name = `${JSON.stringify(manager)}${subresource ? ` with subresource "${subresource}"` : ''}`;
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}

function refuse(clashes: readonly { owner: Manager; paths: string[] }[]): never {
  const all = clashes.flatMap(({ owner, paths }) => paths.map((field) => ({ owner: printed(owner), field })));
  const causes = all.map(({ owner, field }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${owner}`,
    field,
  }));
  const first = all[0]!;
  let message = `Apply failed with 1 conflict: conflict with ${first.owner}: ${first.field}`;
  if (all.length > 1) {
    const owners = [...new Set(all.map(({ owner }) => owner))].sort();
    const texts = owners.map((owner) => {
      const fields = all.filter((one) => one.owner === owner).map(({ field }) => `- ${field}`);
      return `conflicts with ${owner}:\n${fields.join('\n')}`;
    });
    message = `Apply failed with ${all.length} conflicts: ${texts.join('\n')}`;
  }
  throw new ApiError(409, 'Conflict', message, { causes });
}

/** Only what this path may write: without status on the main one, only status on that subresource. */
function writable(served: Served, config: KubeObject, subresource: 'status' | undefined): KubeObject {
  if (!served.version.status) return config;
  const { status, ...rest } = config;
  if (!subresource) return rest as KubeObject;
  const { apiVersion, kind, metadata } = config;
  return {
    apiVersion,
    kind,
    metadata: { ...(metadata.name && { name: metadata.name }) },
    ...(status !== undefined && { status }),
  };
}

function check(served: Served, name: string, config: KubeObject, manager: string): void {
  const { kind, version } = served;
  if (!manager) {
    throw new ApiError(
      422,
      'Invalid',
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
      {
        group: 'meta.k8s.io',
        kind: 'PatchOptions',
        causes: [
          {
            reason: 'FieldValueRequired',
            message: 'Required value: is required for apply patch',
            field: 'fieldManager',
          },
        ],
      },
    );
  }
  const apiVersion = apiVersionOf(kind.group, version.name);
  if (config.apiVersion !== apiVersion || config.kind !== kind.kind) {
    throw badRequest(`invalid object type: ${config.apiVersion ?? '/'}, Kind=${config.kind ?? ''}`);
  }
  if (config.metadata?.managedFields) throw badRequest('metadata.managedFields must be nil');
  const given = config.metadata?.name;
  if (given && given !== name) {
    throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
  }
}

/** Server-side apply: merge, ownership, conflicts, and removal of what this manager no longer names. */
export function createApply(store: Store, writer: Writer, now: () => number) {
  return (
    served: Served,
    namespace: string,
    name: string,
    body: KubeObject,
    context: ApplyContext,
  ): { object: KubeObject; created: boolean } => {
    const { kind, version } = served;
    check(served, name, body, context.manager);
    const config = writable(served, { ...body, metadata: { ...body.metadata, name } }, context.subresource);
    const current = store.collection(kind).get(namespace, name);
    if (context.strict) checkTyped(served, config, body.metadata?.namespace);
    const fields: FieldSet = appliedFields(config, version.schema) ?? {};
    const self: Manager = {
      manager: context.manager,
      operation: 'Apply',
      apiVersion: apiVersionOf(kind.group, version.name),
      ...(context.subresource && { subresource: context.subresource }),
      time: isoSeconds(now()),
      fields,
    };
    const { uid, resourceVersion, ...metadata } = config.metadata;
    if (!current) {
      if (context.subresource) throw notFound(kind, name);
      if (uid) {
        throw conflict(
          kind,
          name,
          `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
        );
      }
      const object = { ...config, metadata: { ...metadata, managedFields: entriesOf([self]) } };
      return { object: writer.create(served, object, namespace, context), created: true };
    }
    if (uid && uid !== current.metadata.uid) {
      throw conflict(
        kind,
        name,
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`,
      );
    }
    if (resourceVersion && resourceVersion !== current.metadata.resourceVersion) {
      throw modified(kind, name);
    }
    const { creationTimestamp: _, ...wanted } = metadata;
    const managers = managersOf(current.metadata.managedFields);
    const last = managers.find(
      (one) => one.operation === 'Apply' && one.manager === self.manager && one.subresource === self.subresource,
    );
    const others = managers.filter((one) => one !== last);
    const overlay = { ...config, metadata: { ...wanted, name } };
    let merged = mergeApplied({ ...current, apiVersion: self.apiVersion }, overlay, version.schema) as KubeObject;
    if (last) {
      let keep: FieldSet | undefined = fields;
      for (const one of others) keep = union(keep, one.fields);
      merged = pruneApplied(merged, last.fields, keep, version.schema) as KubeObject;
    }
    const delta = compare(current, merged, version.schema);
    const clashes = others.flatMap((owner) => {
      const paths = pathsOf(intersection(owner.fields, delta.changed));
      return paths.length > 0 ? [{ owner, paths }] : [];
    });
    if (clashes.length > 0 && !context.force) refuse(clashes);
    const same = last && !delta.changed && !delta.removed && JSON.stringify(last.fields) === JSON.stringify(fields);
    const mine = same ? last : self;
    const own = Object.keys(fields).length > 0 ? [mine] : [];
    const managedFields = entriesOf([...dispossess(others, undefined, delta), ...own]);
    const next = { ...merged, metadata: { ...merged.metadata, managedFields } };
    if (same) return { object: current, created: false };
    return { object: writer.change(served, namespace, name, () => next, context, true), created: false };
  };
}
