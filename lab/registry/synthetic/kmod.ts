import { addImage, addLayer } from './image.ts';
import { kernelObject } from './kernel-object.ts';
import type { LayoutWriter } from './layout-writer.ts';
import { hexOf, noise } from './noise.ts';

/** Below a registry; tagged with the kernel. */
const kmodRepository = 'kmm/kmm-kmod';
const moduleName = 'kmm_ci_a';

/** The kmod image of the practice module for one kernel, laid out as KMM wants it: `/opt/lib/modules/<kernel>/<name>.ko`. */
export function addKmod(layout: LayoutWriter, seed: number, host: string, kernel: string): string {
  const facts = {
    license: 'GPL',
    description: 'KMM practice module',
    srcversion: hexOf(`${moduleName} ${kernel}`, 23).toUpperCase(),
    depends: '',
    retpoline: 'Y',
    name: moduleName,
    vermagic: `${kernel} SMP mod_unload modversions `,
  };
  const folder = `opt/lib/modules/${kernel}/`;
  const layers = [
    addLayer(layout, 'oci', [{ name: 'usr/bin/kmod', mode: 0o755, bytes: noise(`${seed} kmod`, 30_000) }]),
    addLayer(layout, 'oci', [
      { name: folder },
      { name: `${folder}${moduleName}.ko`, bytes: kernelObject(facts, noise(`${seed} ${kernel}`, 4_000)) },
    ]),
  ];
  const name = `${host}/${kmodRepository}:${kernel}`;
  layout.root(name, addImage(layout, { flavour: 'oci', layers }));
  return name;
}

/** The module whose images these are, as an image set names it. */
export const moduleManifest = (host: string): string => `apiVersion: kmm.sigs.x-k8s.io/v1beta1
kind: Module
metadata:
  name: kmm-kmod
  namespace: openshift-kmm
spec:
  selector:
    node-role.kubernetes.io/worker: ""
  moduleLoader:
    container:
      modprobe:
        moduleName: ${moduleName}
      kernelMappings:
        - regexp: '^.+\\.x86_64$'
          containerImage: ${host}/${kmodRepository}:\${KERNEL_FULL_VERSION}
`;
