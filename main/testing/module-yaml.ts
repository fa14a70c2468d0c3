/** A ManagedClusterModule that builds kmm_ci_a for every x86_64 kernel, or for one `kernel`, on the lab's hub. `common` is on every spoke. */
export function moduleYaml(
  name: string,
  selector: Readonly<Record<string, string>> = { common: 'true' },
  kernel?: string,
): string {
  return `apiVersion: hub.kmm.sigs.x-k8s.io/v1beta1
kind: ManagedClusterModule
metadata:
  name: ${name}
spec:
  spokeNamespace: openshift-kmm
  selector: ${JSON.stringify(selector)}
  moduleSpec:
    selector: {}
    moduleLoader:
      container:
        modprobe:
          moduleName: kmm_ci_a
        kernelMappings:
          - ${kernel === undefined ? "regexp: '^.+\\.x86_64$'" : `literal: ${kernel}`}
            containerImage: registry.bastion.example:5000/kmm/${name}:$KERNEL_FULL_VERSION
            build:
              dockerfileConfigMap:
                name: kmm-kmod-dockerfile
`;
}
