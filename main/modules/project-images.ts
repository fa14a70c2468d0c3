import type { KubeObject } from '../../shared/kube.ts';
import type { Change } from '../hubs/projector.ts';
import type { ImageConfigRow, ModuleRecord } from '../store/modules.ts';

interface ImageSpec {
  image: string;
  kernelVersion: string;
  build?: unknown;
  sign?: unknown;
}

const owner = (object: KubeObject, kind: string): string | undefined =>
  object.metadata.ownerReferences?.find((each) => each.kind === kind)?.name;

/** A ModuleImagesConfig of the hub as a row; undefined for one that no ManagedClusterModule owns. */
export function imageConfigRow(change: Change & { object: KubeObject }): Omit<ImageConfigRow, 'pull'> | undefined {
  const { object, hub, namespace, name } = change;
  const module = owner(object, 'ManagedClusterModule');
  if (module === undefined || !name.startsWith(`${module}-`)) return undefined;
  const spec = (object.spec ?? {}) as { images?: ImageSpec[] };
  const status = (object.status ?? {}) as { imagesStates?: { image: string; status: string }[] };
  const images = (spec.images ?? []).map(({ image, kernelVersion, build, sign }) => ({
    image,
    kernel: kernelVersion,
    build: build !== undefined && build !== null,
    sign: sign !== undefined && sign !== null,
  }));
  const states = Object.fromEntries((status.imagesStates ?? []).map((each) => [each.image, each.status]));
  return {
    hub,
    namespace,
    name,
    module,
    spoke: name.slice(module.length + 1),
    images_json: JSON.stringify(images),
    states_json: JSON.stringify(states),
  };
}

/** A ManagedClusterModule as a row. */
export function moduleRecord(change: Change & { object: KubeObject }): ModuleRecord {
  const { metadata, spec, status } = change.object as KubeObject & {
    spec?: { moduleSpec?: object; spokeNamespace?: string; selector?: Record<string, string> };
    status?: { numberDesired?: number; numberApplied?: number; numberDegraded?: number };
  };
  return {
    hub: change.hub,
    name: change.name,
    uid: metadata.uid ?? '',
    spoke_namespace: spec?.spokeNamespace ?? '',
    selector_json: JSON.stringify(spec?.selector ?? {}),
    spec_json: JSON.stringify(spec?.moduleSpec ?? {}),
    generation: metadata.generation ?? 1,
    desired: status?.numberDesired ?? 0,
    applied: status?.numberApplied ?? 0,
    degraded: status?.numberDegraded ?? 0,
    deleting: metadata.deletionTimestamp === undefined ? 0 : 1,
    created_at: metadata.creationTimestamp ?? change.hubAt,
  };
}
