import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { releases } from '../../scenarios/releases.ts';
import { addSbom, addSignature } from './attachments.ts';
import { addCatalog } from './catalog.ts';
import { addBaseImage } from './graph-data.ts';
import { addImage, addLayer } from './image.ts';
import { addKmod } from './kmod.ts';
import { createLayoutWriter } from './layout-writer.ts';
import { noise } from './noise.ts';
import { addRelease, type Release, releaseRepository } from './release.ts';

/** Everything the connected side has; what is not said here is in the layout's index. */
export interface Content {
  releases: Release[];
  /** Reference of the operator catalog. */
  catalog: string;
  /** References of kmod images, and of further images a set may name. */
  kmods: string[];
  additional: string[];
  kernels: string[];
  /** Reference of an image to make others of. */
  base: string;
  /** Roots of the layout: images by tag or digest, signatures and artifacts too. */
  roots: number;
}

/** Fills an OCI layout with releases, a catalog, KMM's and kmod images. The same seed and host give the same bytes. */
export async function makeContent(folder: string, seed: number, host: string): Promise<Content> {
  const layout = createLayoutWriter(folder);
  const made: Release[] = [];
  for (const [version, { rhcos, kernel }] of Object.entries(releases)) {
    const previous = made.map((release) => release.version);
    const release = addRelease(layout, seed, host, { version, previous, rhcos, kernel: `${kernel}.x86_64` });
    addSignature(layout, seed, `${host}/${releaseRepository}`, release.image);
    made.push(release);
  }
  const catalog = addCatalog(layout, seed, host);
  const kernels = made.map(({ kernel }) => kernel);
  const kmods = kernels.map((kernel) => addKmod(layout, seed, host, kernel));
  const support = `${host}/rhel8/support-tools`;
  const layer = addLayer(layout, 'oci', [{ name: 'usr/bin/toolbox', bytes: noise(`${seed} toolbox`, 40_000) }]);
  const tools = addImage(layout, { flavour: 'oci', layers: [layer] });
  layout.root(`${support}:latest`, tools);
  addSbom(layout, support, tools);
  const base = addBaseImage(layout, seed, host);
  await layout.save();
  const roots = layout.roots().length;
  return { releases: made, catalog: catalog.name, kmods, additional: [`${support}:latest`], kernels, base, roots };
}

/** Writes a text file, its folder included; gives its path. */
export async function place(folder: string, name: string, text: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), text);
  return join(folder, name);
}
