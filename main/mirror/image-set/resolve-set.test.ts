import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ConnectedSide, startConnected } from '../../../lab/registry/synthetic/connected-side.ts';
import type { ImageSet } from '../../../shared/contract/image-set.ts';
import { newSigner } from '../release/testing/signer.ts';
import { checkImageSet } from './check-set.ts';
import { type ResolvedSet, resolveImageSet } from './resolve-set.ts';
import { plainWorld, type World } from './testing/world.ts';

const dir = mkdtempSync(join(tmpdir(), 'resolve-'));
let side: ConnectedSide;
let world: World;
let set: ImageSet;
let found: ResolvedSet;
beforeAll(async () => {
  side = await startConnected({ dir });
  world = plainWorld();
  const checked = checkImageSet(readFileSync(side.imageSet, 'utf8'));
  expect(checked.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  set = checked.set!;
  found = await resolveImageSet(set, world.effects);
});
afterAll(async () => {
  await world.close();
  await side.close();
  rmSync(dir, { recursive: true, force: true });
});

/** The set with some of its parts changed. */
const resolve = (change: Partial<ImageSet>, effects = world.effects) => resolveImageSet({ ...set, ...change }, effects);
const only = (change: Partial<ImageSet>, effects = world.effects) =>
  resolve(
    { releases: undefined, kmm: undefined, catalogs: [], images: [], modules: [], ...change } as Partial<ImageSet>,
    effects,
  );
/** The releases of the set with some changes, without its graph-data image. */
const releases = (change: Partial<NonNullable<ImageSet['releases']>>) => {
  const { graphImage, ...rest } = set.releases!;
  return only({ releases: { ...rest, ...change } });
};
const targets = ({ images }: ResolvedSet, category: string) =>
  images
    .filter((image) => image.category === category)
    .map(({ target }) => `${target.repository}:${target.tag}`)
    .sort();

describe('the whole set of the connected side', () => {
  test('nothing is missing, every image has a digest and is there once', () => {
    expect(found.gaps).toEqual([]);
    expect(found.images.filter(({ name }) => !/@sha256:[0-9a-f]{64}$/.test(name))).toEqual([]);
    const keys = found.images.map(({ name }) => name.replace(/:[^/:@]*@/, '@'));
    expect(new Set(keys).size).toBe(keys.length);
    const places = found.images.map(({ target }) => `${target.repository}:${target.tag}`);
    expect(new Set(places).size).toBe(places.length);
  });
  test('releases lie where oc-mirror v2 puts them, with their signatures byte for byte', async () => {
    expect(targets(found, 'release')).toEqual([
      'openshift/release-images:4.12.3-x86_64',
      'openshift/release-images:4.12.6-x86_64',
    ]);
    const release = found.images.find(
      ({ facts, category }) => category === 'release' && facts?.['version'] === '4.12.3',
    )!;
    expect(release).toMatchObject({
      by: 'digest',
      sources: [`${side.registry}/openshift-release-dev/ocp-release`],
      facts: { architecture: 'x86_64' },
    });
    const hex = release.name.split('@sha256:')[1];
    const file = found.files.find(({ path }) => path === `signatures/sha256=${hex}/signature-1`)!;
    const served = await fetch(`${side.signatures}/sha256=${hex}/signature-1`);
    expect(file.bytes.equals(Buffer.from(await served.arrayBuffer()))).toBe(true);
    expect(found.files.map(({ path }) => path.split('/')[0])).toEqual(['graph-data', 'signatures', 'signatures']);
    expect(found.graph).toMatchObject({ target: { repository: 'openshift/graph-image', tag: 'latest' } });
  });
  test('components: a toolkit for each release; those that did not change are there once, needed by both', () => {
    const toolkits = found.images.filter(({ facts }) => facts?.['component'] === 'driver-toolkit');
    expect(toolkits.map(({ target }) => target.tag).sort()).toEqual([
      '4.12.3-x86_64-driver-toolkit',
      '4.12.6-x86_64-driver-toolkit',
    ]);
    const shared = found.images.filter(({ category, neededBy }) => category === 'component' && neededBy?.length === 2);
    expect(shared.length).toBeGreaterThan(0);
    expect(shared[0]?.facts?.['alsoAt']).toMatch(/^openshift\/release:4\.12\.6-x86_64-/);
    expect(toolkits[0]?.sources).toEqual([`${side.registry}/openshift-release-dev/ocp-v4.0-art-dev`]);
  });
  test('modules: one image per kernel by tag; the additional image by tag; the catalog is to be rebuilt', () => {
    expect(targets(found, 'kmod')).toEqual(set.modules[0]!.kernels.map((kernel) => `kmm/kmm-kmod:${kernel}`).sort());
    expect(found.images.filter(({ category }) => category === 'kmod').map(({ by }) => by)).toEqual(['tag', 'tag']);
    expect(targets(found, 'additional')).toEqual(['rhel8/support-tools:latest']);
    expect(found.rebuilt.map(({ selection }) => Object.keys(selection).length > 0)).toEqual([true]);
    expect(targets(found, 'operator').length).toBeGreaterThan(4);
  });
  test('the same again gives the same', async () => {
    expect(await resolve({})).toEqual(found);
  });
});

describe('releases', () => {
  test('outright by tag: pinned, version and architecture from the image', async () => {
    const { images, gaps } = await releases({
      channels: [],
      images: [`${side.registry}/openshift-release-dev/ocp-release:4.12.6-x86_64`],
      components: ['driver-toolkit'],
    });
    expect(gaps).toEqual([]);
    expect(
      images
        .map(({ name, target }) => `${target.repository}:${target.tag} ${/:4.12.6-x86_64@sha256/.test(name)}`)
        .sort(),
    ).toEqual(['openshift/release-images:4.12.6-x86_64 true', 'openshift/release:4.12.6-x86_64-driver-toolkit false']);
  });
  test('by the channel too: one image, not two', async () => {
    const { images } = await releases({
      channels: [{ name: 'stable-4.12', type: 'ocp', path: 'all' }],
      images: [`${side.registry}/openshift-release-dev/ocp-release:4.12.6-x86_64`],
    });
    expect(images.filter(({ category }) => category === 'release')).toHaveLength(1);
  });
  test('a key that signed nothing: refused before anything of the image is read, or taken with a warning', async () => {
    const keys = [(await newSigner()).open.armor()];
    world.asked.length = 0;
    const refused = await releases({ keys });
    expect(refused).toMatchObject({ images: [], files: [] });
    expect(refused.gaps.map(({ fault }) => fault.code)).toEqual(['release.unsigned', 'release.unsigned']);
    expect(refused.gaps[0]?.fault.message).toContain('signature-1: Could not find signing key');
    expect(world.asked.filter((each) => each.startsWith('blob'))).toEqual([]);
    const taken = await releases({ keys, unsigned: 'accept' });
    expect(targets(taken, 'release')).toHaveLength(2);
    expect(taken.files).toEqual([]);
    expect(taken.warnings.filter((warning) => warning.includes('has no valid signature'))).toHaveLength(2);
  });
  test('Red Hat’s key does not sign these', async () => {
    expect((await releases({ keys: [] })).gaps.map(({ fault }) => fault.code)).toEqual([
      'release.unsigned',
      'release.unsigned',
    ]);
  });
  test('a graph that lies about the version is refused', async () => {
    const node = (version: string, digest: string) => ({
      version,
      payload: `${side.registry}/openshift-release-dev/ocp-release@${digest}`,
    });
    const digest = found.images.find(({ target }) => target.tag === '4.12.3-x86_64')!.name.split('@')[1]!;
    const graph = join(dir, 'lying.json');
    writeFileSync(graph, JSON.stringify({ nodes: [node('4.12.9', digest)], edges: [] }));
    const { gaps, images } = await releases({ graph, channels: [{ name: 'stable-4.12', type: 'ocp', path: 'all' }] });
    expect(gaps[0]?.fault.message).toMatch(/The graph calls .* 4\.12\.9, the image itself says 4\.12\.3/);
    expect(images).toEqual([]);
  });
  test('a wrong channel, a component with a typo, a release that is gone, no release: each a gap beside the rest', async () => {
    const { gaps, images } = await releases({
      channels: [
        { name: 'stable-4.12', type: 'ocp', path: 'all' },
        { name: 'stable-4.13', type: 'ocp', path: 'all' },
      ],
      images: [
        `${side.registry}/openshift-release-dev/ocp-release:gone`,
        `${side.registry}/rhel8/support-tools:latest`,
      ],
      components: ['driver-tolkit', 'cli'],
      unsigned: 'accept',
    });
    expect(images.map(({ target }) => target.tag).sort()).toEqual(['4.12.6-x86_64', '4.12.6-x86_64-cli']);
    const told = gaps
      .map(({ name, fault }) => `${name.replace(side.registry, 'R')}: ${fault.code}, ${fault.remedy}`)
      .sort();
    expect(told).toEqual([
      '4.12.6 driver-tolkit: release.component, Did you mean driver-toolkit?',
      expect.stringMatching(/^R\/openshift-release-dev\/ocp-release:gone: registry\.notFound/),
      expect.stringMatching(/^R\/rhel8\/support-tools:latest: release\.payload/),
      expect.stringMatching(/^stable-4\.13 \(amd64\): release\.channel/),
    ]);
  });
  test('the KubeVirt disk image of each release, by digest beside its components', async () => {
    const { images, gaps } = await releases({ kubevirt: true, components: ['cli'] });
    expect(gaps).toEqual([]);
    const disks = images.filter(({ facts }) => facts?.['component'] === 'kube-virt-container');
    expect(
      disks.map(({ target, by, category }) => `${category} ${target.repository}:${target.tag} ${by}`).sort(),
    ).toEqual(['3', '6'].map((z) => `component openshift/release:4.12.${z}-x86_64-kube-virt-container digest`));
    expect(disks[0]?.sources).toEqual([`${side.registry}/openshift-release-dev/ocp-v4.0-art-dev`]);
    expect((await releases({ components: ['cli'] })).images.map(({ target }) => target.tag).join()).not.toContain(
      'virt',
    );
  });
  test('a graph, key or service that can’t be had is a gap of its own', async () => {
    expect((await releases({ graph: join(dir, 'none.json') })).gaps[0]?.fault.code).toBe('fetch.notFound');
    expect((await releases({ keys: [join(dir, 'none.asc')] })).gaps[0]?.fault.code).toBe('fetch.notFound');
    expect((await releases({ graph: 'http://127.0.0.1:1/graph' })).gaps[0]?.fault.code).toBe('fetch.unreachable');
  });
});

describe('the other parts', () => {
  test('KMM from its catalog: both packages, as KMM’s; what the catalog entry says itself stands', async () => {
    const kmm = { flavour: 'openshift', catalog: set.catalogs[0]!.image, version: '' } as const;
    const alone = await only({ kmm });
    expect(targets(alone, 'kmm').length).toBeGreaterThan(3);
    expect(alone.images.filter(({ facts }) => facts?.['package'] === 'topology-aware-lifecycle-manager')).toEqual([]);
    expect(alone.rebuilt).toHaveLength(1);
    const named = ['kernel-module-management', 'kernel-module-management-hub'].map((name) => ({ name, channels: [] }));
    const merged = await only({ kmm, catalogs: [{ ...set.catalogs[0]!, packages: named }] });
    expect(merged.rebuilt).toEqual(alone.rebuilt);
    expect(targets(merged, 'kmm')).toEqual([]);
  });
  test('a tag that is gone, a registry that is not there, an unknown package: gaps', async () => {
    const { gaps, images } = await only({
      images: [
        { name: `${side.registry}/rhel8/support-tools:old`, target: '' },
        { name: '127.0.0.1:1/x/y:1', target: '' },
        { name: `${side.registry}/rhel8/support-tools:latest`, target: 'tools/box:1' },
      ],
      catalogs: [{ ...set.catalogs[0]!, packages: [{ name: 'kernel-module-managment', channels: [] }] }],
    });
    expect(images.map(({ target }) => `${target.repository}:${target.tag}`)).toEqual(['tools/box:1']);
    expect(gaps.map(({ fault }) => fault.code).sort()).toEqual([
      expect.stringMatching(/^catalog\./),
      'registry.notFound',
      'registry.unreachable',
    ]);
  }, 60_000);
  test('what is made here is made of its base under the name it is pulled by; one that is blocked is a gap', async () => {
    const { base } = found.graph!;
    const other = base.replace(/:latest@/, ':other@');
    const twice = await resolve({ images: [{ name: other, target: '' }], catalogs: [], kmm: undefined, modules: [] });
    expect(twice.images.map(({ name }) => name)).toContain(twice.graph?.base);
    const { gaps, rebuilt, graph } = await resolve({ blocked: ['ubi9', 'operator-index'] });
    expect({ rebuilt, graph }).toEqual({ rebuilt: [], graph: undefined });
    expect(gaps).toMatchObject([
      { name: expect.stringContaining('operator-index'), fault: { code: 'set.baseLeftOut', field: 'blocked' } },
      {
        name: 'bastion.local/openshift/graph-image:latest',
        fault: { message: `${base} is left out of the set, so nothing can be made of it.` },
      },
    ]);
  });
  test('one blocked image is one', async () => {
    const { warnings } = await resolve({ blocked: ['support-tools'] });
    expect(warnings).toContain('1 image is left out by the blocked pattern support-tools.');
  });
  test('blocked images are left out and counted; a pattern without effect is told', async () => {
    const { images, warnings } = await resolve({ blocked: ['ocp-v4\\.0-art-dev', '^nothing$'] });
    expect(images.filter(({ category }) => category === 'component')).toEqual([]);
    expect(images.length).toBeGreaterThan(0);
    const components = found.images.filter(({ category }) => category === 'component').length;
    expect(warnings).toContain(`${components} images are left out by the blocked pattern ocp-v4\\.0-art-dev.`);
    expect(warnings).toContain('The blocked pattern ^nothing$ matches no image.');
  });
  test('a prebuilt graph-data image is told by its target', async () => {
    const { images } = await only({
      images: [{ name: `${side.registry}/rhel8/support-tools:latest`, target: 'openshift/graph-image:latest' }],
    });
    expect(images.map(({ category }) => category)).toEqual(['graph']);
  });
  test('an abort ends it', async () => {
    const stop = AbortSignal.abort(new Error('stopped'));
    await expect(resolve({}, { ...world.effects, signal: stop })).rejects.toThrow('stopped');
  });
});
