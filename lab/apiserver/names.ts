import type { KubeObject } from '../../shared/kube.ts';
import type { FieldFault } from './errors.ts';
import type { KindSchema } from './kind-schema.ts';
import { ownerFaults } from './owner-faults.ts';

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const qualified = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const wrong = (field: string, value: string, text: string): FieldFault => ({
  field,
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value)}: ${text}`,
});

const subdomainText =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const labelText =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const labelValueText =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const qualifiedText =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

/** Faults of one label or annotation key (apimachinery IsQualifiedName). */
function keyFaults(field: string, key: string): FieldFault[] {
  const slash = key.indexOf('/');
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  const name = key.slice(slash + 1);
  const faults: FieldFault[] = [];
  if (prefix === '') faults.push(wrong(field, key, 'prefix part must be non-empty'));
  else if (prefix !== undefined && !subdomain.test(prefix))
    faults.push(wrong(field, key, `prefix part ${subdomainText}`));
  if (name === '') faults.push(wrong(field, key, 'name part must be non-empty'));
  if (name.length > 63) faults.push(wrong(field, key, 'name part must be no more than 63 bytes'));
  if (!qualified.test(name)) faults.push(wrong(field, key, qualifiedText));
  return faults;
}

function nameFaults(kind: KindSchema, name: string): FieldFault[] {
  const field = 'metadata.name';
  if (kind.group === 'rbac.authorization.k8s.io') {
    return /[/%]/.test(name) ? [wrong(field, name, `may not contain '${name.includes('/') ? '/' : '%'}'`)] : [];
  }
  const short = kind.builtin && kind.plural === 'namespaces';
  const limit = short ? 63 : 253;
  const faults: FieldFault[] = [];
  if (name.length > limit) faults.push(wrong(field, name, `must be no more than ${limit} bytes`));
  if (short && name.includes('.')) faults.push(wrong(field, name, 'must not contain dots'));
  else if (!(short ? label : subdomain).test(name)) faults.push(wrong(field, name, short ? labelText : subdomainText));
  return faults;
}

/** What apimachinery's ValidateObjectMeta finds wrong with the names, labels and annotations of `object`. */
export function metadataFaults(kind: KindSchema, object: KubeObject, previous: KubeObject | undefined): FieldFault[] {
  const { name, labels, annotations, finalizers, ownerReferences } = object.metadata;
  const before = previous?.metadata;
  const faults: FieldFault[] = [];
  if (!before) faults.push(...nameFaults(kind, name!));
  if (labels && labels !== before?.labels) {
    for (const key of Object.keys(labels)) {
      faults.push(...keyFaults('metadata.labels', key));
      const value = labels[key]!;
      if (value.length > 63) faults.push(wrong('metadata.labels', value, 'must be no more than 63 bytes'));
      if (!labelValue.test(value)) faults.push(wrong('metadata.labels', value, labelValueText));
    }
  }
  if (annotations && annotations !== before?.annotations) {
    for (const key of Object.keys(annotations)) faults.push(...keyFaults('metadata.annotations', key.toLowerCase()));
  }
  if (ownerReferences && ownerReferences !== before?.ownerReferences) faults.push(...ownerFaults(ownerReferences));
  if (before?.deletionTimestamp && finalizers) {
    const added = finalizers.filter((one) => !before.finalizers?.includes(one));
    if (added.length > 0) {
      const fault = {
        field: 'metadata.finalizers',
        reason: 'FieldValueForbidden',
        message: `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((one) => JSON.stringify(one)).join(', ')}}`,
      };
      // For custom resources two strategies of the real server find it.
      faults.push(fault, ...(kind.builtin ? [] : [fault]));
    }
  }
  return faults;
}

const letters = 'bcdfghjklmnpqrstvwxz2456789';

/** The five characters that generateName appends; `chance` in [0, 1). */
export function nameSuffix(chance: () => number): string {
  let text = '';
  while (text.length < 5) text += letters[Math.floor(chance() * letters.length)];
  return text;
}
