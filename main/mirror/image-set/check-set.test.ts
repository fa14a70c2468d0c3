import { expect, test } from 'vitest';
import { checkImageSet } from './check-set.ts';
import { imageSetTemplate } from './template.ts';

const head = 'apiVersion: bastion.kmm/v1\nkind: ImageSet\nname: a\n';
const found = (yaml: string) =>
  checkImageSet(head + yaml).findings.map(
    ({ severity, line, column, field, message, remedy }) =>
      `${severity} ${line}:${column} ${field}: ${message} ${remedy}`,
  );

test('the template is valid, also with everything that stands in comments', () => {
  const { set, findings, sentence } = checkImageSet(imageSetTemplate());
  expect(findings).toEqual([]);
  expect(sentence).toBe('4.12.3…4.12.6 (amd64)');
  expect(set?.releases?.channels[0]).toEqual({
    name: 'stable-4.12',
    type: 'ocp',
    from: '4.12.3',
    to: '4.12.6',
    path: 'all',
  });
  const all = imageSetTemplate()
    .replace(/^(catalogs|modules|images|charts|blocked|platforms): \[\]$/gm, '')
    .replace(
      /^( *)# (kmm:|catalogs:|modules:|images:|charts:|platforms:|components:|signatures:|keys:|kubevirt:|graphImage:)/gm,
      '$1$2',
    )
    .replace(/^ {2}# {3}/gm, '    ')
    .replace(/^# {3}/gm, '  ');
  const full = checkImageSet(all);
  expect(full.findings).toEqual([]);
  expect(full.sentence).toBe(
    '4.12.3…4.12.6, 4.18.0-okd-scos.8…4.18.0-okd-scos.10 (amd64), 1 release image, graph-data image, 1 package, KMM from its catalog, 1 module, 1 image, 1 chart',
  );
});

test('a typo is named with its place and the nearest valid name', () => {
  expect(found('releases:\n  chanels:\n    - name: stable-4.12\n')).toEqual([
    'error 5:3 releases.chanels: There is no field "chanels" here. Did you mean channels?',
  ]);
  expect(found('catalogs:\n  - image: a.b/c\n    packages:\n      - name: kmm\n        chanel: x\n')).toEqual([
    'error 8:9 catalogs.0.packages.0.chanel: There is no field "chanel" here. Did you mean channels?',
  ]);
  expect(found('kmm:\n  flavour: openshfit\n')).toEqual([
    'error 5:3 kmm.flavour: "openshfit" is none of openshift, upstream. Write openshift.',
  ]);
  expect(found('bloked: [x]')).toEqual(['error 4:1 bloked: There is no field "bloked" here. Did you mean blocked?']);
});

test('typos and slips of graphImage, okd and kubevirt', () => {
  const told = (yaml: string) => found(yaml).map((each) => each.replace(/:\d+ /, ' '));
  const channels = 'channels: [{name: stable-4.12}]';
  expect(told(`releases:\n  ${channels}\n  graphimage: {}\n`)).toEqual([
    'error 6 releases.graphimage: There is no field "graphimage" here. Did you mean graphImage?',
  ]);
  expect(told(`releases:\n  ${channels}\n  graphImage:\n    date: x\n`)).toEqual([
    'error 7 releases.graphImage.date: There is no field "date" here. Did you mean data?',
  ]);
  expect(told(`releases:\n  ${channels}\n  graphImage: {base: "Ubi"}\n`)).toEqual([
    expect.stringContaining('error 6 releases.graphImage.base: "Ubi" is no image reference'),
  ]);
  expect(told(`releases:\n  graphImage: {data: "http://x.example/g"}\n  kubevirt: true\n`)).toEqual([
    'warning 5 releases.graphImage.data: The graph data comes without TLS: anyone on the way may change it. Use https.',
    'warning 6 releases.kubevirt: Without a release there is no disk image of one. Add channels or images.',
  ]);
  expect(told(`releases:\n  ${channels}\n  graphImage: {data: g.tar.gz}\n`)).toEqual([
    expect.stringContaining('"g.tar.gz" depends on where the application is started.'),
  ]);
  expect(told(`releases:\n  ${channels}\n  graphImage: {data: "ftp://x.example/g.tar.gz"}\n`)).toEqual([
    'error 6 releases.graphImage.data: ftp:// is not read. Write an address with https://, or a file.',
  ]);
  expect(told('releases: {graphImage: {}}\nimages: [{name: "a.b/c:1", target: openshift/graph-image}]\n')).toEqual([
    expect.stringMatching(/^error 5 images\.0\.target: The set makes the graph image of this place itself\./),
  ]);
  expect(told('releases:\n  channels: [{name: 4-scos-stable, type: odk}]\n')).toEqual([
    'error 5 releases.channels.0.type: "odk" is none of ocp, okd. Write okd.',
  ]);
  expect(told('releases:\n  architectures: [arm64]\n  channels: [{name: scos, type: okd}]\n')).toEqual([
    expect.stringContaining('warning 5 releases.architectures: OKD’s public graph has releases for amd64 only'),
    'warning 6 releases.channels.0.name: "scos" does not look like a channel of OKD. They read 4-scos-stable, 4-scos-next, stable-4.18.',
  ]);
  expect(told(`releases:\n  ${channels}\n  okd: {keys: []}\n`)).toEqual([
    expect.stringContaining('warning 6 releases.okd: No channel is of the type okd.'),
  ]);
  expect(told('releases:\n  channels: [{name: stable-4, type: okd}, {name: stable-4, type: okd}]\n')).toEqual([
    expect.stringContaining('The channel stable-4 (OKD) is listed twice.'),
  ]);
});

test.each([
  ['images:\n  - target: x', 'error 5:5 images.0.name: name is missing. Add name.'],
  ['images: x', 'error 4:1 images: images must be a list. Write a list here.'],
  [
    'catalogs:\n  - image: 4.12',
    'error 5:5 catalogs.0.image: image must be a text (in quotes when it looks like a number). Write a text (in quotes when it looks like a number) here.',
  ],
  ['platforms: [linux]', 'error 4:13 platforms.0: "linux" does not fit here. Use os/architecture.'],
  [
    'images:\n  - name: Reg/Foo',
    'error 5:5 images.0.name: "Reg/Foo" is no image reference: "Foo" has capital letters. Repository names are lower case.',
  ],
  [
    'releases: {}',
    'error 4:1 releases: Neither a channel nor a release image is named. Add channels or images, or take releases away.',
  ],
  [
    'releases:\n  channels: [{name: stable-4.12, from: 4.12.6, to: 4.12.3}]',
    'error 5:48 releases.channels.0.to: The range ends at 4.12.3, before it starts at 4.12.6. Swap them.',
  ],
  // A misspelt field is told as that, not as one that is missing.
  [
    'releases:\n  channels: [{nam: stable-4.12}]',
    'error 5:15 releases.channels.0.nam: There is no field "nam" here. Did you mean name?',
  ],
  [
    'releases:\n  channels: [{name: stable-4.12, from: "4.12"}]',
    'error 5:34 releases.channels.0.from: "4.12" is no version. Write three numbers, such as 4.12.3.',
  ],
  [
    'releases:\n  channels: [{name: stable-4.12}, {name: stable-4.12}]',
    'error 5:36 releases.channels.1.name: The channel stable-4.12 is listed twice. Keep one of them.',
  ],
  [
    'blocked: ["(?<!a)b"]',
    expect.stringContaining('error 4:11 blocked.0: The regular expression "(?<!a)b" does not compile'),
  ],
  [
    'catalogs:\n  - image: a.b/c\n    packages: [{name: p, from: 1.0.0, channels: [{name: x}]}]',
    expect.stringContaining('catalogs.0.packages.0.from: A range of the package and channels exclude each other.'),
  ],
  [
    'catalogs:\n  - image: a.b/c\n    full: true\n    packages: [{name: p}]',
    expect.stringContaining('catalogs.0.full: full takes everything, packages only some.'),
  ],
  ['kmm: {flavour: upstream}', 'error 4:1 kmm: The upstream flavour needs a version. Add version, such as v2.4.1.'],
  [
    'modules: [{manifest: m.yaml, kernels: [5.14]}]',
    expect.stringContaining('modules.0.kernels.0: Entry 1 of kernels must be a text'),
  ],
  ['images: [a.b/c:1]', 'error 4:10 images.0: Entry 1 of images must be a map of fields. Write `- name: …`.'],
  ['images:', 'error 4:1 images: images is empty. Write a list here, or take it away.'],
  [
    'images: [{name: ""}]',
    'error 4:11 images.0.name: name is empty. Write a text (in quotes when it looks like a number).',
  ],
  [
    '---\nname: b',
    'error 4:1 : A second document begins here. Keep one image set in a file: take away what stands from this line on.',
  ],
  [
    'images: [{name: a.b/c, target: x}, {name: "a.b/d:latest", target: "x:latest"}]',
    expect.stringContaining('images.1.target: The target x:latest is listed twice.'),
  ],
  ['modules: [{manifest: m.yaml, kernels: ["5.14"]}]', expect.stringContaining('fewer than three parts')],
  [
    'modules:\n  - manifest: |\n      kind: Pod\n    kernels: [5.14.0-1]',
    expect.stringContaining('neither a Module nor a ManagedClusterModule'),
  ],
  ['charts: [{repository: "https://x/y"}]', expect.stringContaining('Which chart of the repository?')],
  ['charts: [{repository: "oci://x/y"}]', expect.stringContaining('Charts in OCI registries are not read.')],
  ['images: [{name: a.b/c:1, target: "x@y"}]', expect.stringContaining('A target has a tag, no digest.')],
  ['images: [\n', expect.stringContaining('Not valid YAML')],
])('%s', (yaml, expected) => {
  const all = found(yaml);
  expect(all.find((each) => each.startsWith('error'))).toEqual(expected);
  expect(checkImageSet(head + yaml).set).toBeUndefined();
});

test('warnings leave the set usable; an empty text is no set', () => {
  const { set, findings } = checkImageSet(`${head}images: [{name: a.b/c}]\n`);
  expect(set?.images).toEqual([{ name: 'a.b/c', target: '' }]);
  expect(findings.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
    'warning a.b/c has no tag: latest is taken.',
  ]);
  expect(checkImageSet(head).findings[0]?.message).toBe('This set asks for nothing.');
  expect(checkImageSet('').sentence).toBe('Line 1: The text is empty.');
  expect(checkImageSet('a: &a [*a]').findings).not.toEqual([]);
});

test('relative files are told, whole paths and addresses are not', () => {
  const yaml = `${head}modules: [{manifest: m.yaml, kernels: [5.14.0-1]}, {manifest: /m.yaml, kernels: [5.14.0-1]}]
charts: [{repository: ./chart}, {repository: "https://x.y/z", name: c}]
releases: {channels: [{name: stable-4.12}], graph: graph.json, keys: [/k.asc, k.asc], signatures: "https://x.y/z"}
`;
  const { findings, set } = checkImageSet(yaml);
  expect(set).toBeDefined();
  expect(findings.map(({ field, severity }) => `${severity} ${field}`)).toEqual([
    'warning modules.0.manifest',
    'warning charts.0.repository',
    'warning releases.graph',
    'warning releases.keys.1',
  ]);
});

test('a configuration of oc-mirror is told what to do with it', () => {
  const { set, findings } = checkImageSet('apiVersion: mirror.openshift.io/v2alpha1\nkind: ImageSetConfiguration\n');
  expect(set).toBeUndefined();
  expect(findings[0]).toMatchObject({ field: 'kind', remedy: expect.stringContaining('cli mirror fromOcMirror') });
});

test('a version does not choose among local charts', () => {
  expect(found('charts: [{repository: /srv/a.tgz, version: 1.0.0}]')).toEqual([
    'warning 4:35 charts.0.version: A local chart is taken in the version it has. Take version away.',
  ]);
});

test('two tags of one image may go to one path; without apiVersion and kind, they are missing', () => {
  expect(found('images: [{name: "a.b/c:1", target: x}, {name: "a.b/c:2", target: x}]')).toEqual([]);
  const told = checkImageSet('name: a').findings.map(({ message, remedy }) => `${message} ${remedy}`);
  expect(told).toEqual([
    'apiVersion is missing. Add apiVersion: bastion.kmm/v1.',
    'kind is missing. Add kind: ImageSet.',
  ]);
});
