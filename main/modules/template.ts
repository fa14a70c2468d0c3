import type { Store } from '../store/open.ts';

/** A starting text for a new module: it lints clean, says what each part does, and names the fleet's kernels where known. */
export function templateFor({ db }: Store, hub: string | undefined): string {
  const kernels = hub
    ? db
        .prepare<[string], { kernel: string; n: number }>(
          'select kernel, count(*) as n from spoke_kernel where hub = ? group by kernel order by n desc limit 5',
        )
        .all(hub)
    : [];
  const seen = kernels.map(({ kernel, n }) => `          # ${kernel} runs on ${n} of your spokes`);
  return `apiVersion: hub.kmm.sigs.x-k8s.io/v1beta1
kind: ManagedClusterModule
metadata:
  # Name and spokeNamespace together: at most 40 characters.
  name: kmm-kmod
spec:
  # Where the Module is made on each spoke; it must exist there.
  spokeNamespace: openshift-kmm
  # Labels of the ManagedClusters that shall have the module.
  selector:
    vendor: OpenShift
  moduleSpec:
    # Labels of the nodes on each spoke.
    selector:
      node-role.kubernetes.io/worker: ""
    moduleLoader:
      container:
        modprobe:
          moduleName: kmm_ci_a
        kernelMappings:
          # The first mapping that matches a kernel is taken. A regexp matches anywhere unless it has ^ and $.
${seen.length > 0 ? `${seen.join('\n')}\n` : ''}          - regexp: '^.+\\.x86_64$'
            containerImage: registry.example.com:5000/kmm/kmm-kmod:\${KERNEL_FULL_VERSION}
            # Without build the image must be in the registry already.
            build:
              # A ConfigMap with the key "dockerfile" in the hub operator's namespace.
              dockerfileConfigMap:
                name: kmm-kmod-dockerfile
`;
}
