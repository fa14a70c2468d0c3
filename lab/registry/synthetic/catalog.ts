import type { Descriptor } from '../types.ts';
import { addBundle, type Bundle } from './bundle.ts';
import { packageBlobs, packageFile } from './catalog-files.ts';
import { addImage, addIndex, addLayer } from './image.ts';
import type { LayoutWriter } from './layout-writer.ts';
import { noise } from './noise.ts';
import { type PackagePlan, packages } from './packages.ts';

/** Below a registry, with its tag. */
const catalogPath = 'redhat/redhat-operator-index:v4.12';

export interface Catalog {
  name: string;
  image: Descriptor;
  bundles: Bundle[];
}

/**
 * An operator catalog with its bundles and their images. Its layers are as a real one's: the packages' files below `/configs`, one of
 * them replaced by an upper layer, one removed by a whiteout, an ignored file, and the cache of another state.
 */
export function addCatalog(layout: LayoutWriter, seed: number, host: string): Catalog {
  const bundles: Bundle[] = [];
  const files = packages.map((plan) => {
    const own = entriesOf(plan).map((entry) => addBundle(layout, seed, host, plan, entry));
    bundles.push(...own);
    return packageFile(plan, packageBlobs(plan, own));
  });
  const gone = {
    name: 'configs/withdrawn-operator/catalog.json',
    bytes: '{"schema":"olm.package","name":"withdrawn-operator"}\n',
  };
  const stale = { name: files[0]!.name, bytes: '{"schema":"olm.package","name":"kernel-module-management"}\n' };
  const folders = [...files, gone].map(({ name }) => ({ name: name.slice(0, name.lastIndexOf('/') + 1) }));
  const layers = [
    addLayer(layout, 'docker', [{ name: 'bin/opm', mode: 0o755, bytes: noise(`${seed} opm`, 60_000) }]),
    addLayer(layout, 'docker', [{ name: 'configs/' }, ...folders, stale, gone]),
    addLayer(layout, 'docker', [
      { name: 'configs/.indexignore', bytes: 'README.md\n' },
      { name: 'configs/README.md', bytes: 'no catalog\n' },
      { name: 'configs/withdrawn-operator/.wh.catalog.json' },
      ...files,
    ]),
    addLayer(layout, 'docker', [{ name: 'tmp/cache/digest', bytes: 'of another state\n' }]),
  ];
  const labels = { 'operators.operatorframework.io.index.configs.v1': '/configs' };
  const command = ['serve', '/configs', '--cache-dir=/tmp/cache'];
  const image = addIndex(
    layout,
    'docker',
    (['amd64', 'arm64'] as const).map((architecture) => [
      architecture,
      addImage(layout, { flavour: 'docker', layers, labels, architecture, command }),
    ]),
  );
  const name = `${host}/${catalogPath}`;
  layout.root(name, image);
  return { name, image, bundles };
}

/** Every version once, whichever channels it is in. */
function entriesOf({ channels }: PackagePlan) {
  const all = Object.values(channels).flat();
  return [...new Map(all.map((entry) => [entry.version, entry])).values()];
}
