import type { OwnerReference } from '../../shared/kube.ts';
import type { FieldFault } from './errors.ts';

const field = 'metadata.ownerReferences';
const invalid = (at: string, value: unknown, text: string): FieldFault => ({
  field: at,
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value)}: ${text}`,
});

/** In the order of Go's struct, as the real server prints them. */
const printed = ({ apiVersion, kind, name, uid, controller, blockOwnerDeletion }: OwnerReference) => ({
  ...{ apiVersion, kind, name, uid, controller, blockOwnerDeletion },
});

/** What apimachinery's ValidateOwnerReferences finds wrong. */
export function ownerFaults(owners: readonly OwnerReference[]): FieldFault[] {
  const faults: FieldFault[] = [];
  let controller: OwnerReference | undefined;
  for (const owner of owners) {
    const version = (owner.apiVersion ?? '').split('/').at(-1);
    if (!version) faults.push(invalid(`${field}.apiVersion`, owner.apiVersion ?? '', 'version must not be empty'));
    for (const key of ['kind', 'name', 'uid'] as const) {
      if (!owner[key]) faults.push(invalid(`${field}.${key}`, owner[key] ?? '', 'must not be empty'));
    }
    if (!owner.controller) continue;
    if (controller) {
      const both = `${controller.kind}/${controller.name} and ${owner.kind}/${owner.name}`;
      const text = `Only one reference can have Controller set to true. Found "true" in references for ${both}`;
      faults.push(invalid(field, owners.map(printed), text));
    } else controller = owner;
  }
  return faults;
}
