import type { KubeObject } from '../../shared/kube.ts';
import type { WriteContext } from './context.ts';
import { invalid } from './errors.ts';
import type { Served } from './kind-schema.ts';
import { metadataFaults } from './names.ts';

/** The object as it may be stored. Refused as Invalid with all causes. */
export function admit(
  served: Served,
  object: KubeObject,
  previous: KubeObject | undefined,
  _context: WriteContext,
): KubeObject {
  const faults = metadataFaults(served.kind, object, previous);
  if (faults.length > 0) throw invalid(served.kind, object.metadata.name!, faults);
  return object;
}
