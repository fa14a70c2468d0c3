import { names } from '../../../shared/kube.ts';
import { mappingFor } from '../../../shared/rules/kernel-mapping.ts';
import type { ModuleSpec } from '../../../shared/rules/module-spec.ts';
import { controlledBy, type Mcm } from './objects.ts';

const feedbackPaths = ['devicePlugin', 'dra', 'moduleLoader'].flatMap((part) =>
  ['availableNumber', 'desiredNumber', 'nodesMatchingSelectorNumber'].map((number) => ({
    name: `${part}.${number}`,
    path: `.status.${part}.${number}`,
  })),
);

/**
 * The module as KMM-Hub sends it to a cluster of these kernels: no build, no sign, one literal mapping a kernel.
 * Kernels that match nothing fall away, so the list may be empty. Members that Go writes as null or "" are there too.
 */
export function specForSpoke(
  spec: ModuleSpec,
  kernels: readonly string[],
  name: string,
  namespace: string,
): ModuleSpec {
  const container = spec.moduleLoader!.container;
  const kernelMappings = kernels.flatMap((kernel) => {
    const mapped = mapQuietly(spec, kernel, name, namespace);
    if (!mapped) return [];
    return [
      {
        build: null,
        containerImage: mapped.image,
        inTreeModuleToRemove: '',
        inTreeModulesToRemove: mapped.inTreeModulesToRemove ?? null,
        literal: mapped.kernel,
        regexp: '',
        registryTLS: null,
      },
    ];
  });
  const { build: _, sign: __, ...rest } = container;
  return {
    devicePlugin: null,
    ...spec,
    moduleLoader: {
      ...spec.moduleLoader,
      container: {
        inTreeModuleToRemove: '',
        inTreeModulesToRemove: null,
        registryTLS: {},
        ...rest,
        kernelMappings,
        modprobe: { dirName: '/opt', ...container.modprobe },
      },
    },
  };
}

/** A mapping that fails for this kernel (a bad regexp) is only logged by KMM-Hub, and left out. */
function mapQuietly(spec: ModuleSpec, kernel: string, name: string, namespace: string) {
  try {
    return mappingFor(spec, kernel, { name, namespace });
  } catch {
    return undefined;
  }
}

/** `ManifestWork.spec` with that module (kmm.md 2.3; `feedbackScrapeType` is added by the server). */
export const workSpec = (mcm: Mcm, module: ModuleSpec) => ({
  manifestConfigs: [
    {
      feedbackRules: [{ jsonPaths: feedbackPaths, type: 'JSONPaths' }],
      feedbackScrapeType: 'Poll',
      resourceIdentifier: {
        group: 'kmm.sigs.x-k8s.io',
        name: mcm.metadata.name!,
        namespace: mcm.spec.spokeNamespace,
        resource: 'modules',
      },
    },
  ],
  workload: {
    manifests: [
      {
        apiVersion: 'kmm.sigs.x-k8s.io/v1beta1',
        kind: 'Module',
        metadata: { name: mcm.metadata.name!, namespace: mcm.spec.spokeNamespace },
        spec: module,
        status: { devicePlugin: {}, dra: {}, moduleLoader: {} },
      },
    ],
  },
});

/** The whole ManifestWork for `cluster`. */
export const manifestWork = (mcm: Mcm, cluster: string, spec: ReturnType<typeof workSpec>) => ({
  apiVersion: 'work.open-cluster-management.io/v1',
  kind: 'ManifestWork',
  metadata: {
    name: mcm.metadata.name!,
    namespace: cluster,
    labels: { [names.moduleLabel]: mcm.metadata.name! },
    ownerReferences: [controlledBy(mcm)],
  },
  spec,
});
