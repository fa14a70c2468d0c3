import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ResolveEffects } from '../image-set/effects.ts';
import { createFetchPlace } from '../image-set/fetch-place.ts';
import { createWebFetch } from '../image-set/web-fetch.ts';
import { readChart, unpackChart } from './chart-archive.ts';
import { readChartIndex } from './chart-index.ts';
import { imagesOfChart } from './images-of-chart.ts';
import { textsAt } from './json-path.ts';
import { findChart } from './repository.ts';
import { createRenderChart } from './run-helm.ts';
import { fillExpression } from './simple-template.ts';

const dir = mkdtempSync(join(tmpdir(), 'charts-'));
const effects: ResolveEffects = {
  open: () => {
    throw new Error('no registry in this test');
  },
  fetch: createFetchPlace({ web: createWebFetch() }),
};

async function archive(files: Record<string, string | Buffer>): Promise<Buffer> {
  const tar = pack();
  for (const [name, body] of Object.entries(files)) tar.entry({ name }, body);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

const deployment = (image: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  template:
    spec:
      containers:
        - name: main
          image: ${image}
`;
const chartFiles = {
  'exporter/Chart.yaml':
    'name: exporter\nversion: 1.4.2\nappVersion: 2.0.1\ndependencies:\n  - {name: store, condition: store.enabled}\n  - {name: off, condition: off.enabled}\n',
  'exporter/values.yaml':
    'image: {repository: quay.io/team/exporter, tag: ""}\nsidecar:\n  image: {registry: ghcr.io, repository: team/sidecar, tag: v3}\nstore: {enabled: true, image: {tag: "9"}}\noff: {enabled: false}\nextra: [docker.io/team/extra:5]\n',
  'exporter/templates/a.yaml': deployment(
    '"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"',
  ),
  'exporter/templates/b.yaml': deployment('quay.io/team/literal:1 # a comment'),
  'exporter/templates/c.yaml': deployment('{{ include "exporter.image" . }}'),
  'exporter/charts/store/Chart.yaml': 'name: store\nversion: 1.0.0\nappVersion: 8\n',
  'exporter/charts/store/values.yaml': 'image: {repository: quay.io/team/store, tag: "8"}\n',
  'exporter/charts/store/templates/s.yaml': deployment('{{ .Values.image.repository }}:{{ .Values.image.tag }}'),
  'exporter/charts/off/Chart.yaml': 'name: off\nversion: 1.0.0\n',
  'exporter/charts/off/templates/s.yaml': deployment('quay.io/team/off:1'),
};

let server: Server;
let base = '';
let chart: Buffer;
beforeAll(async () => {
  const packed = await archive({
    'packed/Chart.yaml': 'name: packed\nversion: 1.0.0\n',
    'packed/templates/p.yaml': deployment('quay.io/team/packed:1'),
  });
  chart = await archive({ ...chartFiles, 'exporter/charts/packed-1.0.0.tgz': packed });
  const digest = createHash('sha256').update(chart).digest('hex');
  const entry = (version: string, url: string, sum = digest) =>
    `    - {version: ${version}, urls: ["${url}"], digest: ${sum}}\n`;
  const index = `apiVersion: v1\nentries:\n  exporter:\n${entry('2.0.0-rc.1', 'none.tgz')}${entry('1.4.2', 'files/exporter-1.4.2.tgz')}${entry('1.4.1', 'files/exporter-1.4.2.tgz', '0'.repeat(64))}${entry('v1.3.0', 'https://elsewhere.example/e.tgz')}${entry('0.0.1', 'file:///etc/hosts')}  other: []\n`;
  server = createServer((request, answer) => {
    if (request.url === '/charts/index.yaml') answer.end(index);
    else if (request.url === '/charts/files/exporter-1.4.2.tgz') answer.end(chart);
    else if (request.url === '/broken/index.yaml') answer.end('<html>');
    else answer.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(dir, { recursive: true });
});

const find = (version: string, name = 'exporter', repository = `${base}/charts/`) =>
  findChart({ repository, name, version }, effects);
const here = (place: string) => readChart({ place, version: '', sha256: '' }, effects);

describe('a repository', () => {
  test.each([
    ['', '1.4.2'],
    ['~1.4.0', '1.4.2'],
    ['1.4.1', '1.4.1'],
    ['1.3.0', 'v1.3.0'],
    ['>=2.0.0-0', '2.0.0-rc.1'],
  ])('version "%s" is %s', async (wanted, version) => {
    expect(await find(wanted)).toMatchObject({ version });
  });
  test('places below it and elsewhere', async () => {
    expect((await find('')).place).toBe(`${base}/charts/files/exporter-1.4.2.tgz`);
    expect((await find('v1.3.0')).place).toBe('https://elsewhere.example/e.tgz');
  });
  test('mistakes come with what there is', async () => {
    const remedy = (text: string) => expect.objectContaining({ fault: expect.objectContaining({ remedy: text }) });
    await expect(find('', 'exprter')).rejects.toThrow(remedy('Did you mean exporter?'));
    await expect(find('9.0.0')).rejects.toThrow(remedy('The newest is 2.0.0-rc.1.'));
    await expect(find('not a range')).rejects.toThrow('has no version not a range');
    await expect(find('', 'exporter', `${base}/broken`)).rejects.toThrow('is no chart index');
    await expect(find('', 'exporter', `${base}/none`)).rejects.toMatchObject({ fault: { code: 'fetch.notFound' } });
  });
  test('a repository of the web can not name a file of this laptop', async () => {
    await expect(find('0.0.1')).rejects.toMatchObject({
      fault: { code: 'chart.index', message: expect.stringContaining('file:///etc/hosts') },
    });
  });
  test('an archive that is not what the index says is refused', async () => {
    await expect(readChart(await find('1.4.1'), effects)).rejects.toMatchObject({
      fault: { code: 'registry.digestMismatch' },
    });
  });
});

const guessed = [
  'docker.io/team/extra:5',
  'ghcr.io/team/sidecar:v3',
  'quay.io/team/exporter:2.0.1',
  'quay.io/team/literal:1',
  'quay.io/team/packed:1',
  'quay.io/team/store:9',
];

test('an index of 20,000 charts: one is read; another layout is read too', () => {
  const line = (name: string) =>
    `  ${name}:\n  - apiVersion: v2\n    version: 1.10\n    urls:\n    - ${name}.tgz\n    description: "x: ${'y'.repeat(300)}"\n`;
  const text = `apiVersion: v1\nentries:\n${Array.from({ length: 20_000 }, (_, index) => line(`chart-${index}`)).join('')}generated: "2026-01-01"\n`;
  const started = performance.now();
  const { names, entries } = readChartIndex(text, 'chart-19999', 'p');
  expect(performance.now() - started).toBeLessThan(3_000);
  expect(names).toHaveLength(20_000);
  expect(entries).toEqual([{ version: '1.10', urls: ['chart-19999.tgz'], digest: '' }]);
  const json = '{"apiVersion":"v1","entries":{"a":[{"version":"1.0.0","urls":["a.tgz"]}]}}';
  expect(readChartIndex(json, 'a', 'p').entries).toHaveLength(1);
  expect(readChartIndex(json, 'b', 'p')).toEqual({ names: ['a'], entries: undefined });
});

describe('images without helm', () => {
  test('from values and templates, with subcharts but those switched off; what is unclear is told', async () => {
    const { images, warnings } = await imagesOfChart(
      await readChart(await find(''), effects),
      ['{.extra[*]}'],
      effects,
    );
    expect(images).toEqual(guessed);
    expect(warnings.join()).toContain('may be incomplete');
    expect(warnings.join()).toContain('not understood: templates/c.yaml: {{ include "exporter.image" . }}');
  });
  test('the same from a folder and from a file', async () => {
    const file = join(dir, 'exporter.tgz');
    writeFileSync(file, chart);
    expect((await imagesOfChart(await here(file), ['.extra[*]'], effects)).images).toEqual(guessed);
    for (const [name, text] of Object.entries(chartFiles)) {
      mkdirSync(join(dir, name, '..'), { recursive: true });
      writeFileSync(join(dir, name), text);
    }
    const { images } = await imagesOfChart(await here(join(dir, 'exporter')), [], effects);
    expect(images).toEqual(guessed.filter((image) => !/packed|extra/.test(image)));
  });
  test('what is no chart is named', async () => {
    await expect(here(join(dir, 'none.tgz'))).rejects.toMatchObject({ fault: { code: 'fetch.notFound' } });
    await expect(unpackChart(Buffer.from('words'), 'x')).rejects.toThrow('x is no Helm chart');
    await expect(unpackChart(await archive({ 'a/b.yaml': '' }), 'x')).rejects.toThrow('it has no Chart.yaml');
    await expect(unpackChart(await archive({ '../Chart.yaml': '' }), 'x')).rejects.toThrow('leads out of it');
    mkdirSync(join(dir, 'empty'));
    await expect(here(join(dir, 'empty'))).rejects.toThrow('it has no Chart.yaml');
  });
});

describe('images with helm', () => {
  /** A program in helm's place: prints what it is told, after it has checked its arguments. */
  const program = (name: string, body: string) => {
    const file = join(dir, name);
    writeFileSync(
      file,
      `#!/bin/sh\n[ "$1" = template ] && [ -e "$3" ] || { echo "bad arguments: $*" >&2; exit 2; }\n${body}\n`,
    );
    chmodSync(file, 0o755);
    return { ...effects, renderChart: createRenderChart(file) };
  };
  const rendered = `apiVersion: apps/v1
kind: Deployment
spec: {template: {spec: {initContainers: [{image: quay.io/a/init:1}], containers: [{image: quay.io/a/main:1, env: [{name: RELATED_IMAGE_X, value: quay.io/a/related:1}]}]}}}
---
kind: CronJob
spec: {jobTemplate: {spec: {template: {spec: {containers: [{image: "quay.io/a/job@sha256:${'a'.repeat(64)}"}]}}}}}
---
kind: Custom
spec: {reloader: quay.io/a/custom:1, broken: "quay.io/A B"}
`;
  test('rendered: every container, related images and the places named', async () => {
    const files = await readChart(await find(''), effects);
    const { images, warnings } = await imagesOfChart(
      files,
      ['.spec.reloader', '.spec.broken'],
      program('helm-good', `cat <<'END'\n${rendered}END`),
    );
    expect(images).toEqual([
      'quay.io/a/custom:1',
      'quay.io/a/init:1',
      `quay.io/a/job@sha256:${'a'.repeat(64)}`,
      'quay.io/a/main:1',
      'quay.io/a/related:1',
    ]);
    expect(warnings).toEqual(['"quay.io/A B" is no image reference and is passed over.']);
  });
  test('a chart that does not render says helm’s words; no helm at all is no fault', async () => {
    const files = await readChart(await find(''), effects);
    const failing = program('helm-bad', 'echo "Error: values don\'t meet the schema" >&2; exit 1');
    await expect(imagesOfChart(files, [], failing)).rejects.toThrow(
      "helm can't render it: Error: values don't meet the schema",
    );
    const none = { ...effects, renderChart: createRenderChart(join(dir, 'no-such-helm')) };
    expect((await imagesOfChart(files, [], none)).images).toContain('quay.io/team/literal:1');
  });
});

test('paths', () => {
  const value = { spec: { a: [{ image: 'x' }, { image: 'y' }, {}], 'b-c': { 'd/e': 'z' } } };
  expect(textsAt(value, '{.spec.a[*].image}')).toEqual(['x', 'y']);
  expect(textsAt(value, '$.spec.a[1].image')).toEqual(['y']);
  expect(textsAt(value, ".spec.b-c['d/e']")).toEqual(['z']);
  expect(textsAt(value, '.none.image')).toEqual([]);
  expect(() => textsAt(value, '{.spec..image}')).toThrow("can't be followed from its 6. sign on");
});

test('plain expressions are filled, others are not guessed', () => {
  const scope = { Values: { a: 'x', n: 3, empty: '' }, Chart: { AppVersion: '1' } };
  const fill = (line: string) => fillExpression(line, scope);
  expect(fill('{{ .Values.a }}:{{ .Values.empty | default .Chart.AppVersion }}')).toBe('x:1');
  expect(fill('"{{ .Values.a }}:{{ .Values.n | quote }}"')).toBe('x:3');
  expect(fill('{{ default "d" .Values.none }}')).toBe('d');
  expect(fill('{{ $.Values.a }}')).toBe('x');
  for (const line of [
    '{{ include "x" . }}',
    '{{ tpl .Values.a . }}',
    '{{ .Values.a | upper }}',
    '{{ if .Values.a }}',
    '',
  ]) {
    expect(fill(line)).toBeUndefined();
  }
});
