import type { Store } from '../store/open.ts';

/** kmm-kmod, or the first of kmm-kmod-2, -3, … that no module has: a text applied as it is must not overwrite one. */
function freeName(taken: ReadonlySet<string>): string {
  let name = 'kmm-kmod';
  for (let number = 2; taken.has(name); number += 1) name = `kmm-kmod-${number}`;
  return name;
}

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
  const taken =
    hub === undefined
      ? []
      : (db.prepare<[string], string>('select name from module where hub = ?').pluck().all(hub) as string[]);
  const name = freeName(new Set(taken));
  return `apiVersion: hub.kmm.sigs.x-k8s.io/v1beta1
kind: ManagedClusterModule
metadata:
  # Name and spokeNamespace together: at most 40 characters.
  name: ${name}
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
            containerImage: registry.example.com:5000/kmm/${name}:\${KERNEL_FULL_VERSION}
            # Without build the image must be in the registry already.
            build:
              # A ConfigMap with the key "dockerfile" in the hub operator's namespace.
              dockerfileConfigMap:
                name: kmm-kmod-dockerfile
`;
}
