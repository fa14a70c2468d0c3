import type { KubeObject, ManagedFields } from '../../shared/kube.ts';
import type { WriteContext } from './context.ts';
import type { Served } from './kind-schema.ts';

/** Who owns which field after an update. */
export function ownFields(
  _served: Served,
  previous: KubeObject | undefined,
  _next: KubeObject,
  _context: WriteContext,
  _now: number,
): ManagedFields[] {
  return previous?.metadata.managedFields ?? [];
}
