import type { KubeObject } from '../../shared/kube.ts';
import { ensure } from './ensure.ts';
import { apiVersionOf, type KindSchema, type VersionSchema } from './kind-schema.ts';

const converted = new WeakMap<KubeObject, Map<string, KubeObject>>();

/** The object under another apiVersion (conversion strategy None). The stored version is the object itself. */
export function inVersion(object: KubeObject, kind: KindSchema, version: VersionSchema): KubeObject {
  const apiVersion = apiVersionOf(kind.group, version.name);
  if (object.apiVersion === apiVersion) return object;
  const forms = ensure(converted, object, () => new Map<string, KubeObject>());
  return ensure(forms, apiVersion, () => ({ ...object, apiVersion }));
}
