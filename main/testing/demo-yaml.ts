/** A valid ManagedClusterModule for every spoke of the lab, built on the hub. */
export const moduleYaml = (name: string): string => `apiVersion: hub.kmm.sigs.x-k8s.io/v1beta1
kind: ManagedClusterModule
metadata:
  name: ${name}
spec:
  spokeNamespace: openshift-kmm
  selector:
    common: "true"
  moduleSpec:
    selector: {}
    moduleLoader:
      container:
        modprobe:
          moduleName: kmm_ci_a
        kernelMappings:
          - regexp: '^.+\\.x86_64$'
            containerImage: registry.bastion.example:5000/kmm/${name}:$KERNEL_FULL_VERSION
            build:
              dockerfileConfigMap:
                name: kmm-kmod-dockerfile
`;
