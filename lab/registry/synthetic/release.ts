import type { Descriptor } from '../types.ts';
import { components, unchanged } from './components.ts';
import { addImage, addLayer, type Layer } from './image.ts';
import type { LayoutWriter } from './layout-writer.ts';
import { hexOf, noise } from './noise.ts';
import { type Component, releaseFiles } from './release-files.ts';

/** What a release is told apart by. */
export interface ReleasePlan {
  version: string;
  /** Versions that update to this one. */
  previous: readonly string[];
  /** Build of RHEL CoreOS, e.g. 412.86.202302091057-0. */
  rhcos: string;
  /** As `uname -r` prints it. */
  kernel: string;
}

export interface Release extends ReleasePlan {
  image: Descriptor;
  /** `host/openshift-release-dev/ocp-release:4.12.3-x86_64`. */
  name: string;
  components: Component[];
}

/** The repositories of OpenShift's releases below a registry. */
export const releaseRepository = 'openshift-release-dev/ocp-release';
const componentRepository = 'openshift-release-dev/ocp-v4.0-art-dev';

/**
 * A release of x86_64 as OpenShift publishes it: components that share base layers, and the release image with
 * `release-manifests/image-references`, `release-manifests/release-metadata` and the boot images in its last layer.
 */
export function addRelease(layout: LayoutWriter, seed: number, host: string, plan: ReleasePlan): Release {
  const base = addLayer(layout, 'docker', [{ name: 'usr/lib/base', bytes: noise(`${seed} base`, 400_000) }]);
  const golang = addLayer(layout, 'docker', [{ name: 'usr/lib/runtime', bytes: noise(`${seed} runtime`, 120_000) }]);
  const made = components.map((name): Component => {
    const of = unchanged.has(name) ? '4.12' : plan.version;
    const image = addComponent(layout, `${seed} ${name} ${of}`, name, plan, [base, golang]);
    const reference = `${host}/${componentRepository}@${image.digest}`;
    layout.root(reference, image);
    return { name, reference };
  });
  const disk = addImage(layout, {
    flavour: 'oci',
    layers: [addLayer(layout, 'oci', [{ name: 'disk/rhcos.img', bytes: noise(`${seed} disk ${plan.rhcos}`, 50_000) }])],
  });
  const kubevirt = `${host}/${componentRepository}@${disk.digest}`;
  layout.root(kubevirt, disk);
  const files = releaseFiles(plan, made, kubevirt);
  const layers = [
    base,
    addLayer(layout, 'docker', [{ name: 'usr/bin/cluster-version-operator', bytes: noise(`${seed} cvo`, 20_000) }]),
    addLayer(layout, 'docker', files),
  ];
  const labels = { 'io.openshift.release': plan.version, 'io.openshift.release.base-image-digest': base.digest };
  const image = addImage(layout, { flavour: 'docker', layers, labels });
  const name = `${host}/${releaseRepository}:${plan.version}-x86_64`;
  layout.root(name, image);
  return { ...plan, image, name, components: made };
}

function addComponent(layout: LayoutWriter, words: string, name: string, plan: ReleasePlan, base: Layer[]): Descriptor {
  const own = addLayer(layout, 'docker', [
    { name: `usr/bin/${name}`, bytes: noise(words, 6_000 + (Number.parseInt(hexOf(words, 4), 16) % 12_000)) },
    ...(name === 'driver-toolkit' ? toolkitFiles(plan) : []),
  ]);
  const commit = hexOf(words);
  const labels = {
    'io.openshift.build.commit.id': commit,
    'io.openshift.build.source-location': `https://github.com/openshift/${name}`,
    ...osLabels(name, plan),
  };
  return addImage(layout, { flavour: 'docker', layers: [...base, own], labels });
}

/** What tells a toolkit's kernel (release-4.12 of the driver toolkit's Dockerfile). */
const toolkitFiles = ({ kernel }: ReleasePlan) => [
  { name: 'etc/' },
  {
    name: 'etc/driver-toolkit-release.json',
    bytes: `${JSON.stringify({ KERNEL_VERSION: kernel, RHEL_VERSION: '8.6' })}\n`,
  },
];

/** The images of the operating system name their kernel: as a label of ostree's, and before 4.13 as one of the rpm's too. */
function osLabels(name: string, { kernel, rhcos }: ReleasePlan): Record<string, string> {
  if (name === 'rhel-coreos-8') return { 'ostree.linux': kernel, 'ostree.bootable': 'true', version: rhcos };
  if (name === 'machine-os-content') return { 'com.coreos.rpm.kernel': kernel, version: rhcos };
  if (name === 'driver-toolkit') return { 'io.k8s.display-name': 'driver-toolkit' };
  return {};
}
