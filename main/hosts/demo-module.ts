/** What the demo delivers: the in-cluster build of kmm-kmod for whatever kernel a spoke runs. */
export const demoModule = {
  name: 'kmm-kmod',
  yaml: `apiVersion: hub.kmm.sigs.x-k8s.io/v1beta1
kind: ManagedClusterModule
metadata:
  name: kmm-kmod
spec:
  spokeNamespace: openshift-kmm
  selector:
    vendor: OpenShift
  moduleSpec:
    selector:
      node-role.kubernetes.io/worker: ""
    moduleLoader:
      container:
        modprobe:
          moduleName: kmm_ci_a
        kernelMappings:
          - regexp: '^.+\\.x86_64$'
            containerImage: registry.bastion.example:5000/kmm/kmm-kmod:\${KERNEL_FULL_VERSION}
            build:
              dockerfileConfigMap:
                name: kmm-kmod-dockerfile
`,
} as const;
