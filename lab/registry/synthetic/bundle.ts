import type { Descriptor } from '../types.ts';
import { addImage, addIndex, addLayer } from './image.ts';
import type { LayoutWriter } from './layout-writer.ts';
import { noise } from './noise.ts';
import type { Entry, PackagePlan } from './packages.ts';

/** What a catalog says of a bundle. */
export interface Bundle {
  name: string;
  version: string;
  /** Reference by digest. */
  image: string;
  relatedImages: { name: string; image: string }[];
}

/** An operand for two architectures, as Red Hat's are. */
function addOperand(layout: LayoutWriter, seed: number, path: string, version: string): Descriptor {
  const base = addLayer(layout, 'docker', [{ name: 'usr/lib/ubi8', bytes: noise(`${seed} ubi8`, 150_000) }]);
  const images = (['amd64', 'arm64'] as const).map((architecture) => {
    const words = `${seed} ${path} ${version} ${architecture}`;
    const own = addLayer(layout, 'docker', [{ name: 'usr/bin/manager', bytes: noise(words, 9_000) }]);
    return [
      architecture,
      addImage(layout, { flavour: 'docker', layers: [base, own], labels: { version }, architecture }),
    ] as const;
  });
  return addIndex(layout, 'docker', images);
}

/** Puts a bundle and the images it names into the layout: a manifests folder, and OLM's labels on its configuration. */
export function addBundle(layout: LayoutWriter, seed: number, host: string, plan: PackagePlan, entry: Entry): Bundle {
  const { version } = entry;
  const name = `${plan.name}.v${version}`;
  const operands = plan.operands.map((path) => {
    const operand = addOperand(layout, seed, path, version);
    const image = `${host}/${path}@${operand.digest}`;
    layout.root(image, operand);
    return { path, image };
  });
  const layers = [
    addLayer(layout, 'docker', [
      { name: 'manifests/' },
      { name: `manifests/${plan.name}.clusterserviceversion.yaml`, bytes: serviceVersion(plan, name, version) },
      { name: 'metadata/' },
      { name: 'metadata/annotations.yaml', bytes: `annotations:\n${lines(labelsOf(plan))}` },
    ]),
  ];
  const path = `${plan.operands[0]!.split('/')[0]}/${plan.name}-bundle`;
  const made = addImage(layout, { flavour: 'docker', layers, labels: labelsOf(plan) });
  const image = `${host}/${path}@${made.digest}`;
  layout.root(image, made);
  return {
    name,
    version,
    image,
    relatedImages: [
      { name: '', image },
      ...operands.map((operand) => ({ name: operand.path.split('/').at(-1) ?? '', image: operand.image })),
      ...(plan.emptyRelated ? [{ name: 'unused', image: '' }] : []),
    ],
  };
}

function labelsOf({ name, channels, defaultChannel }: PackagePlan): Record<string, string> {
  const at = 'operators.operatorframework.io.bundle';
  return {
    [`${at}.mediatype.v1`]: 'registry+v1',
    [`${at}.manifests.v1`]: 'manifests/',
    [`${at}.metadata.v1`]: 'metadata/',
    [`${at}.package.v1`]: name,
    [`${at}.channels.v1`]: Object.keys(channels).join(','),
    [`${at}.channel.default.v1`]: defaultChannel,
  };
}

const lines = (labels: Record<string, string>) =>
  Object.entries(labels)
    .map(([key, value]) => `  ${key}: ${value}\n`)
    .join('');

const serviceVersion = ({ name: operator }: PackagePlan, name: string, version: string) =>
  `apiVersion: operators.coreos.com/v1alpha1
kind: ClusterServiceVersion
metadata:
  name: ${name}
spec:
  displayName: ${operator}
  version: ${version}
`;
