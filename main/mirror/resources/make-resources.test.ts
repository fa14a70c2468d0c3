import { describe, expect, test } from 'vitest';
import type { MirrorImage, WantedFile } from '../types.ts';
import { makeResources, takenBy } from './make-resources.ts';
import { signatureMaps } from './release-objects.ts';
import { file, image, sampleSite } from './testing/sample-site.ts';
import type { Kind } from './types.ts';

const site = sampleSite();
const make = (openshift: string, kinds: Kind[] = [], content = site) => makeResources(content, kinds, { openshift });

/** The same items in another order, the same every time. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed;
  const keyed = items.map((item) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return { item, key: state };
  });
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

describe('the whole text', () => {
  test('of OpenShift 4.12', () => expect(make('4.12.6').yaml).toMatchSnapshot());
  test('of OpenShift 4.18', () => expect(make('4.18.1').yaml).toMatchSnapshot());
  test.each([1, 2, 3, 4, 5])('is the same whatever the order of what is given (%i)', (seed) => {
    const other = { ...site, images: shuffled(site.images, seed), files: shuffled(site.files, seed) };
    expect(make('4.18.1', [], other)).toEqual(make('4.18.1'));
    expect(make('4.12.6', [], other)).toEqual(make('4.12.6'));
  });
});

describe('kinds', () => {
  test.each([
    ['4.12.6', { icsp: true, idms: false, clusterCatalog: false }],
    ['4.13.0', { icsp: false, idms: true, clusterCatalog: false }],
    ['4.18.1', { icsp: false, idms: true, clusterCatalog: true }],
    ['', { icsp: false, idms: false, clusterCatalog: false }],
  ])('by version %s', (openshift, taken) => expect(takenBy({ openshift })).toEqual(taken));
  test('what is served counts for more than the version', () => {
    const served = new Set(['ImageContentSourcePolicy', 'ImageDigestMirrorSet', 'ClusterCatalog']);
    expect(takenBy({ openshift: '4.12.0', served })).toEqual({ icsp: false, idms: true, clusterCatalog: true });
    expect(takenBy({ openshift: '', served: new Set(['ImageContentSourcePolicy']) }).icsp).toBe(true);
  });
  test('only those asked for; what can not be made is said', () => {
    const { objects, warnings } = make('4.12.6', ['signatures', 'idms', 'clusterCatalog']);
    expect(objects.map(({ kind }) => kind)).toEqual(['ConfigMap']);
    expect(warnings).toEqual([
      'OpenShift 4.12.6 takes no IDMS; up to 4.12 it is ICSP.',
      'OpenShift 4.12.6 takes no ClusterCatalog; that begins with 4.18.',
    ]);
    const bare = { ...site, images: site.images.filter(({ category }) => category !== 'graph') };
    expect(make('4.18.1', ['updateService'], bare).warnings).toEqual([expect.stringContaining('no graph image')]);
    expect(make('').warnings).toEqual([expect.stringContaining('It is not known whether the cluster takes')]);
  });
  test('images by tag have no place in 4.12, and are named', () => {
    expect(make('4.12.6').warnings).toEqual([
      expect.stringContaining('named at reg.site:5000/edge instead: docker.io/library/busybox@sha256:'),
    ]);
  });
});

describe('scopes', () => {
  const scopes = (...images: MirrorImage[]) => {
    const { objects } = make('4.14.0', ['idms', 'itms'], { ...site, address: 'r:1', images });
    const lists = objects.map(({ spec }) =>
      Object.values(spec as Record<string, { source: string; mirrors: string[] }[]>),
    );
    return Object.fromEntries(lists.flat(2).map(({ source, mirrors }) => [source, mirrors.join(' ')]));
  };
  test('the folder where paths agree, so that one more image in it changes nothing', () => {
    const a = image('operator', 'registry.redhat.io/openshift4/a');
    expect(scopes(a)).toEqual({ 'registry.redhat.io/openshift4': 'r:1/openshift4' });
    expect(scopes(a, image('operator', 'registry.redhat.io/openshift4/b'))).toEqual(scopes(a));
  });
  test('the repository where they differ, and where only the host would be left', () => {
    expect(scopes(image('additional', 'quay.io/x/a', 'y/a'))).toEqual({ 'quay.io/x/a': 'r:1/y/a' });
    expect(scopes(image('additional', 'quay.io/tool'))).toEqual({ 'quay.io/tool': 'r:1/tool' });
    expect(scopes(image('additional', 'quay.io/tool', 'deep/tool'))).toEqual({ 'quay.io/tool': 'r:1/deep/tool' });
  });
  test('below another path at the site, its folder too', () => {
    expect(scopes(image('kmod', 'quay.io/x/a', 'mirror/x/a'))).toEqual({ 'quay.io/x': 'r:1/mirror/x' });
  });
  test('what a wider scope maps alike is left out; what it maps otherwise stays', () => {
    const all = [image('kmm', 'quay.io/a/b'), image('kmm', 'quay.io/a/c/d'), image('kmm', 'quay.io/a/e/f', 'z/f')];
    expect(scopes(...all)).toEqual({ 'quay.io/a': 'r:1/a', 'quay.io/a/e/f': 'r:1/z/f' });
  });
  test('two places of one repository are both mirrors, in order', () => {
    expect(scopes(image('kmod', 'quay.io/x/a', 'z/a'), image('kmod', 'quay.io/x/a', 'b/a'))).toEqual({
      'quay.io/x/a': 'r:1/b/a r:1/z/a',
    });
  });
  test('a scope of two groups stands in one object only', () => {
    const { objects } = make('4.14.0', ['idms'], {
      ...site,
      images: [image('kmm', 'quay.io/k/a'), image('operator', 'quay.io/k/b')],
    });
    expect(objects.map(({ metadata }) => metadata.name)).toEqual(['idms-operator-0']);
  });
});

describe('names that OpenShift does not take', () => {
  const ipv6 = { ...site, address: '[fd00::10]:5000', ca: 'PEM' };
  test('an IPv6 literal can be no mirror of IDMS and no key of an authority; ICSP takes it', () => {
    const { objects, warnings } = make('4.14.0', ['idms', 'trustedCa'], ipv6);
    expect(objects.map(({ kind }) => kind)).toEqual(['ConfigMap', 'Image']);
    expect(warnings[0]).toContain("[fd00::10]:5000 can't be the key of a trusted authority");
    expect(warnings).toContainEqual(
      expect.stringContaining("[fd00::10]:5000/team/kmods can't stand in an ImageDigestMirrorSet"),
    );
    expect(JSON.stringify(make('4.12.0', ['icsp'], ipv6).objects)).toContain('[fd00::10]:5000/openshift/release"');
  });
});

describe('the update service', () => {
  const authority = (content = site) =>
    Object.keys(
      make('4.14.0', ['trustedCa'], content).objects.find(({ kind }) => kind === 'ConfigMap')?.['data'] ?? {},
    );
  const without = (category: string) => ({ ...site, images: site.images.filter((one) => one.category !== category) });
  test('finds the authority under its own key: with one named and no such key its operator makes nothing', () => {
    expect(authority()).toEqual(['reg.site..5000', 'updateservice-registry']);
    expect(authority({ ...site, address: '[fd00::10]:5000' })).toEqual(['updateservice-registry']);
    expect([authority(without('graph')), authority(without('release'))]).toEqual([
      ['reg.site..5000'],
      ['reg.site..5000'],
    ]);
  });
});

describe('signatures', () => {
  test('several ConfigMaps when one would be too large, in one order', () => {
    const files: WantedFile[] = Array.from({ length: 10 }, (_, at) => file(`${at}`.repeat(64), 1, 100));
    const maps = signatureMaps(shuffled(files, 7), 400);
    expect(maps.map(({ metadata }) => metadata.name)).toEqual([
      'mirrored-release-signatures',
      ...[2, 3, 4, 5].map((number) => `mirrored-release-signatures-${number}`),
    ]);
    const keys = maps.flatMap((map) => Object.keys(map['binaryData'] as object));
    expect(keys).toEqual(files.map((_, at) => `sha256-${`${at}`.repeat(64)}-1`));
  });
  test('other files are passed over', () => {
    expect(signatureMaps([{ path: 'graph.json', mediaType: 'application/json', bytes: Buffer.from('{}') }])).toEqual(
      [],
    );
  });
});

describe('names of catalogs', () => {
  const catalog = (repository: string, tag: string) =>
    image('catalog', `registry.example/${repository}`, repository, {
      target: { repository, tag },
      facts: { role: 'catalog' },
    });
  const named = (...images: MirrorImage[]) =>
    new Map(
      make('4.18.1', ['catalogSource'], { ...site, images }).objects.map(({ metadata, spec }) => [
        String((spec as { image: string }).image).split('@')[0],
        metadata.name ?? '',
      ]),
    );
  const [a, b, c] = [catalog('a/index', 'v1'), catalog('b/index', 'v1'), catalog('c/index', 'v1-2')];

  test('each has its own, whatever others are called', () => {
    const names = [...named(a, b, c).values()];
    expect(new Set(names).size).toBe(3);
  });
  test('one that comes later takes no name that another bears', () => {
    const [before, after] = [named(b).get('reg.site:5000/edge/b/index'), named(a, b)];
    expect(after.get('reg.site:5000/edge/a/index')).not.toBe(before);
    expect(named(a, b, c).get('reg.site:5000/edge/a/index')).toBe(after.get('reg.site:5000/edge/a/index'));
  });
  test('none is longer than a label or a Service takes', () => {
    const long = (folder: string) => catalog(`${folder}/${'x'.repeat(70)}`, 'v1');
    for (const name of named(long('a'), long('b')).values()) expect(name).toMatch(/^[a-z0-9-]{1,63}$/);
  });
});
