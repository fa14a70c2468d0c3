import { isoSeconds } from '../../shared/clock.ts';
import type { KubeObject, ManagedFields } from '../../shared/kube.ts';
import type { WriteContext } from './context.ts';
import { covers, difference, type FieldSet, intersection, union } from './field-set.ts';
import { type Comparison, compare } from './field-walk.ts';
import { apiVersionOf, type Served } from './kind-schema.ts';

/** One manager's fields, decoded. `time` in RFC 3339 UTC. */
export interface Manager {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  subresource?: string;
  time: string;
  fields: FieldSet;
}

/** The managers of an object. */
export function managersOf(entries: readonly ManagedFields[] | undefined): Manager[] {
  const managers: Manager[] = [];
  for (const entry of entries ?? []) {
    if (!entry.operation) continue;
    managers.push({
      manager: entry.manager ?? '',
      operation: entry.operation,
      apiVersion: entry.apiVersion ?? '',
      ...(entry.subresource && { subresource: entry.subresource }),
      time: entry.time ?? '',
      fields: (entry.fieldsV1 ?? {}) as FieldSet,
    });
  }
  return managers;
}

const text = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** The entries as metadata carries them: appliers first, then by time and name. */
export function entriesOf(managers: readonly Manager[]): ManagedFields[] {
  return [...managers]
    .sort(
      (a, b) =>
        text(a.operation, b.operation) ||
        text(a.time, b.time) ||
        text(a.manager, b.manager) ||
        text(a.apiVersion, b.apiVersion) ||
        text(a.subresource ?? '', b.subresource ?? ''),
    )
    .map(({ manager, operation, apiVersion, subresource, time, fields }) => ({
      manager,
      operation,
      apiVersion,
      time,
      fieldsType: 'FieldsV1' as const,
      fieldsV1: fields as Record<string, unknown>,
      ...(subresource && { subresource }),
    }));
}

/** Takes from all but `self` what they own of the changed and removed fields. */
export function dispossess(managers: readonly Manager[], self: Manager | undefined, delta: Comparison): Manager[] {
  return managers.flatMap((one) => {
    if (one === self) return [one];
    const fields = difference(difference(one.fields, intersection(one.fields, delta.changed)), delta.removed);
    return fields === one.fields ? [one] : fields ? [{ ...one, fields }] : [];
  });
}

/** Who owns which field after an update by `context.manager`; `next.metadata.managedFields` is what stood before. */
export function ownFields(
  served: Served,
  previous: KubeObject | undefined,
  next: KubeObject,
  context: WriteContext,
  now: number,
): ManagedFields[] {
  const entries = next.metadata.managedFields ?? [];
  const delta = compare(previous ?? { metadata: {} }, next, served.version.schema);
  if (!delta.changed && !delta.removed) return entries;
  const managers = managersOf(entries);
  const apiVersion = apiVersionOf(served.kind.group, served.version.name);
  const subresource = context.subresource;
  const self = managers.find(
    (one) =>
      one.operation === 'Update' &&
      one.manager === context.manager &&
      one.apiVersion === apiVersion &&
      one.subresource === subresource,
  );
  const others = dispossess(managers, self, delta);
  const kept = self ? difference(self.fields, delta.removed) : undefined;
  const fields = self && covers(kept, delta.changed) ? kept : union(kept, delta.changed);
  const rest = others.filter((one) => one !== self);
  if (!fields) return entriesOf(rest);
  const mine: Manager = {
    manager: context.manager,
    operation: 'Update',
    apiVersion,
    ...(subresource && { subresource }),
    time: isoSeconds(now),
    fields,
  };
  return entriesOf([...rest, mine]);
}
