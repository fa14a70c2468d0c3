import { expect, test } from 'vitest';
import { checkImageSet } from './check-set.ts';
import { fromOcMirror } from './from-oc-mirror.ts';

const head = 'kind: ImageSetConfiguration\napiVersion: mirror.openshift.io/v2alpha1\n';
const every = `${head}archiveSize: 4
mirror:
  platform:
    graph: true
    architectures: [amd64, arm64]
    kubeVirtContainer: true
    channels:
      - name: stable-4.12
        type: ocp
        minVersion: 4.12.3
        maxVersion: 4.12.6
        shortestPath: true
      - name: eus-4.14
        full: true
      - name: 4-scos-stable
        type: okd
        minVersion: 4.18.0-okd-scos.8
        maxVersion: 4.18.0-okd-scos.10
  operators:
    - catalog: registry.redhat.io/redhat/redhat-operator-index:v4.12
      targetCatalog: my/index
      targetTag: v1
      targetCatalogSourceTemplate: /t.yaml
      packages:
        - name: kernel-module-management
          defaultChannel: stable
          channels:
            - name: stable
              minVersion: 2.0.0
        - name: local-storage-operator
          minVersion: 4.12.0
    - catalog: a.b/full@sha256:${'0'.repeat(64)}
      full: true
      skipDependencies: true
  additionalImages:
    - name: registry.redhat.io/ubi9/ubi:latest
      targetTag: pinned
    - name: docker://a.b:5000/c/d:1
      targetRepo: x/y
  helm:
    repositories:
      - name: r
        url: https://charts.example.org
        charts:
          - name: exporter
            version: 1.2.3
            imagePaths: ["{.spec.x}"]
    local:
      - name: mine
        path: /charts/mine.tgz
  blockedImages:
    - name: ".*kaniko.*"
  samples: [{name: ruby}]
`;

test('every key is taken over or named in a remark', () => {
  const { yaml, remarks } = fromOcMirror(every, 'imported');
  const { set, findings } = checkImageSet(yaml);
  expect(findings.filter((finding) => finding.severity === 'error')).toEqual([]);
  expect(set).toMatchObject({
    name: 'imported',
    releases: {
      architectures: ['amd64', 'arm64'],
      channels: [
        { name: 'stable-4.12', from: '4.12.3', to: '4.12.6', path: 'shortest' },
        { name: 'eus-4.14', type: 'ocp', from: '0.0.0', path: 'all' },
        { name: '4-scos-stable', type: 'okd', from: '4.18.0-okd-scos.8', to: '4.18.0-okd-scos.10' },
      ],
      kubevirt: true,
      graphImage: {
        base: 'registry.access.redhat.com/ubi9/ubi:latest',
        data: 'https://api.openshift.com/api/upgrades_info/graph-data',
      },
    },
    catalogs: [
      {
        target: 'my/index:v1',
        dependencies: true,
        packages: [
          { name: 'kernel-module-management', defaultChannel: 'stable', channels: [{ name: 'stable', from: '2.0.0' }] },
          { name: 'local-storage-operator', from: '4.12.0' },
        ],
      },
      { full: true, dependencies: false, packages: [] },
    ],
    images: [
      { name: 'registry.redhat.io/ubi9/ubi:latest', target: 'ubi9/ubi:pinned' },
      { name: 'a.b:5000/c/d:1', target: 'x/y:1' },
    ],
    charts: [
      { repository: 'https://charts.example.org', name: 'exporter', version: '1.2.3', paths: ['{.spec.x}'] },
      { repository: '/charts/mine.tgz', name: '' },
    ],
    blocked: ['.*kaniko.*'],
  });
  for (const key of [
    'archiveSize',
    'platform.channels of OKD',
    'targetCatalogSourceTemplate',
    'samples',
    'Several channels',
  ]) {
    expect(
      remarks.filter((remark) => remark.includes(key)),
      key,
    ).toHaveLength(1);
  }
});

test('the graph image alone, without a release', () => {
  const { yaml, remarks } = fromOcMirror(`${head}mirror:\n  platform:\n    graph: true\n`, 'g');
  expect(remarks).toEqual([]);
  expect(checkImageSet(yaml).set?.releases).toMatchObject({ channels: [], images: [], graphImage: {} });
});

test('platforms: common ones hold for the set, differing ones are told; a multi payload', () => {
  const { yaml, remarks } = fromOcMirror(
    `${head}mirror:
  platform:
    platforms: [{os: linux, architecture: amd64}]
    channels: [{name: stable-4.12}]
  additionalImages:
    - {name: a.b/c:1, platforms: [{os: linux, architecture: amd64}]}
    - {name: a.b/d:1, platforms: [{os: linux, architecture: arm64}]}
`,
    'p',
  );
  expect(checkImageSet(yaml).set).toMatchObject({
    platforms: ['linux/amd64', 'linux/arm64'],
    releases: { architectures: ['multi'] },
  });
  expect(remarks.join()).toContain('differ between entries');
});

test('what oc-mirror would refuse is said', () => {
  const { remarks } = fromOcMirror(
    `${head}mirror:
  operators:
    - catalog: a.b/c:1
      packages: [{name: p, minVersion: 1.0.0, channels: [{name: x, minVersion: 1.0.0}]}, {name: p}]
  blockedImages: [{name: "("}]
`,
    'r',
  );
  expect(remarks.filter((remark) => remark.startsWith('To correct'))).toEqual([
    expect.stringContaining('exclude each other'),
    expect.stringContaining('p is listed twice'),
    expect.stringContaining('does not compile'),
  ]);
});

test.each([
  [
    'kind: ImageSetConfiguration\napiVersion: mirror.openshift.io/v1alpha2\n',
    'no ImageSetConfiguration of mirror.openshift.io/v2alpha1',
  ],
  ['a.yaml', 'it has no kind'],
  ['kind: ImageSetConfig\n', 'This is the kind ImageSetConfig of no apiVersion, no ImageSetConfiguration'],
  ['mirror: {}\n', 'it has no kind'],
  ['kind: DeleteImageSetConfiguration\napiVersion: mirror.openshift.io/v2alpha1\n', 'no ImageSetConfiguration'],
  [`${head}mirror:\n  platfrm: {}\n`, 'Line 4, mirror.platfrm: There is no field "platfrm" here.'],
  [`${head}mirror: [`, 'Not valid YAML'],
])('refused: %s', (yaml, message) => {
  expect(() => fromOcMirror(yaml, 'x')).toThrow(message);
});

test('a misspelt field deep in a list comes with the nearest one', () => {
  const yaml = `${head}mirror:\n  platform:\n    channels: [{name: stable-4.12, minVerson: 4.12.3}]\n`;
  expect(() => fromOcMirror(yaml, 'x')).toThrow(
    expect.objectContaining({ fault: expect.objectContaining({ remedy: 'Did you mean minVersion?' }) }),
  );
});
