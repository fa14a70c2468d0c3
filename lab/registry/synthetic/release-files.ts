import { stringify } from 'yaml';
import { created } from './image.ts';
import { hexOf } from './noise.ts';
import type { ReleasePlan } from './release.ts';
import type { TarFile } from './tar.ts';

/** A component and the reference by which the release names it. */
export interface Component {
  name: string;
  reference: string;
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** The files of a release image's last layer, as the real payload has them. `kubevirt`: reference of the disk image for KubeVirt. */
export function releaseFiles(plan: ReleasePlan, components: readonly Component[], kubevirt: string): TarFile[] {
  const imageReferences = {
    kind: 'ImageStream',
    apiVersion: 'image.openshift.io/v1',
    metadata: { name: plan.version, creationTimestamp: created },
    spec: {
      lookupPolicy: { local: false },
      tags: components.map(({ name, reference }) => ({
        name,
        annotations: annotationsOf(name, plan),
        from: { kind: 'DockerImage', name: reference },
        generation: 2,
        importPolicy: {},
        referencePolicy: { type: 'Source' },
      })),
    },
    status: { dockerImageRepository: '' },
  };
  const metadata = {
    kind: 'cincinnati-metadata-v0',
    version: plan.version,
    previous: plan.previous,
    metadata: { url: `https://release.example/errata/${plan.version}` },
  };
  return [
    { name: 'release-manifests/' },
    {
      name: 'release-manifests/0000_50_cluster-openshift_release.yaml',
      bytes: 'kind: List\napiVersion: v1\nitems: []\n',
    },
    { name: 'release-manifests/0000_50_installer_coreos-bootimages.yaml', bytes: bootImages(plan, kubevirt) },
    { name: 'release-manifests/image-references', bytes: json(imageReferences) },
    { name: 'release-manifests/release-metadata', bytes: json(metadata) },
  ];
}

/** The ConfigMap that names the boot images of the operating system (CoreOS stream metadata), as far as it is of use here. */
function bootImages({ rhcos }: ReleasePlan, kubevirt: string): string {
  const [image = ''] = kubevirt.split('@');
  const stream = {
    stream: 'rhcos-4.12',
    architectures: {
      aarch64: { images: {} },
      x86_64: { images: { kubevirt: { release: rhcos, image: `${image}:rhcos-kubevirt`, 'digest-ref': kubevirt } } },
    },
  };
  const configMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'openshift-machine-config-operator', name: 'coreos-bootimages' },
    data: { releaseVersion: 'This value will be replaced with the release version', stream: json(stream) },
  };
  return stringify(configMap);
}

/** What the build wrote at each tag; those of the operating system carry its version. */
function annotationsOf(name: string, { version, rhcos }: ReleasePlan): Record<string, string> {
  const os = /^(machine-os|rhel-coreos|driver-toolkit)/.test(name);
  return {
    'io.openshift.build.commit.id': hexOf(`${name} ${version}`),
    'io.openshift.build.commit.ref': 'release-4.12',
    'io.openshift.build.source-location': `https://github.com/openshift/${name}`,
    ...(os && {
      'io.openshift.build.version-display-names': 'machine-os=Red Hat Enterprise Linux CoreOS',
      'io.openshift.build.versions': `machine-os=${rhcos}`,
    }),
  };
}
