import { channels } from './graph.ts';
import { addImage, addIndex, addLayer } from './image.ts';
import type { LayoutWriter } from './layout-writer.ts';
import { noise } from './noise.ts';
import { gzipOf, tarOf } from './tar.ts';

/** An archive of graph data as the public service gives it (openshift/cincinnati-graph-data): channels, blocked edges, format. */
export function graphDataOf(versions: readonly string[]): Buffer {
  const list = versions.map((version) => `- ${version}\n`).join('');
  return gzipOf(
    tarOf([
      { name: 'blocked-edges/' },
      { name: 'blocked-edges/4.12.5.yaml', bytes: 'to: 4.12.5\nfrom: .*\n' },
      { name: 'channels/' },
      ...channels.map((name) => ({ name: `channels/${name}.yaml`, bytes: `name: ${name}\nversions:\n${list}` })),
      { name: 'version', bytes: '1.1.0\n' },
    ]),
  );
}

/** A small stand-in for the universal base image, of two architectures; gives its reference by tag. */
export function addBaseImage(layout: LayoutWriter, seed: number, host: string): string {
  const images = (['amd64', 'arm64'] as const).map((architecture) => {
    const layer = addLayer(layout, 'docker', [
      { name: 'usr/bin/bash', bytes: noise(`${seed} bash ${architecture}`, 30_000), mode: 0o755 },
      { name: 'usr/lib/os-release', bytes: 'ID="rhel"\nVERSION_ID="9.4"\n' },
    ]);
    const labels = { name: 'ubi9/ubi' };
    const command = ['/bin/bash'];
    return [
      architecture,
      addImage(layout, { flavour: 'docker', layers: [layer], labels, architecture, command }),
    ] as const;
  });
  const name = `${host}/ubi9/ubi:latest`;
  layout.root(name, addIndex(layout, 'docker', images));
  return name;
}
