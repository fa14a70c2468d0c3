import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readKey, readMessage, verify } from 'openpgp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { ImageSet } from '../../../shared/contract/image-set.ts';
import { releases } from '../../scenarios/releases.ts';
import { callerOf } from '../bed.fixture.ts';
import { blobPath, digestOf } from '../digest.ts';
import type { Descriptor, Digest } from '../types.ts';
import { type ConnectedSide, startConnected } from './connected-side.ts';
import { makeContent } from './content.ts';

const dir = mkdtempSync(join(tmpdir(), 'connected-'));
let side: ConnectedSide;
let call: ReturnType<typeof callerOf>;
beforeAll(async () => {
  side = await startConnected({ dir });
  call = callerOf(() => Number(side.registry.split(':')[1]));
});
afterAll(async () => {
  await side.close();
  rmSync(dir, { recursive: true, force: true });
});

interface Manifest {
  config: Descriptor;
  layers: Descriptor[];
  manifests: Descriptor[];
}
const manifest = async (path: string, reference: string) =>
  (await call('GET', `/v2/${path}/manifests/${reference}`)).json as Manifest;
const blob = async (path: string, digest: string) => (await call('GET', `/v2/${path}/blobs/${digest}`)).body;
const labels = async (path: string, reference: string) => {
  const { config } = await manifest(path, reference);
  const text = (await blob(path, config.digest)).toString();
  return (JSON.parse(text) as { config: { Labels: Record<string, string> } }).config.Labels;
};

/** Files of the layers, an upper one over a lower one; whiteouts as they are named. */
async function filesOf(path: string, { layers }: Manifest): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const { digest } of layers) {
    const tar = gunzipSync(await blob(path, digest));
    for (let at = 0; tar[at]; ) {
      const name = tar.toString('utf8', at, at + 100).replace(/\0.*/s, '');
      const size = Number.parseInt(tar.toString('utf8', at + 124, at + 135), 8);
      files.set(name, tar.toString('latin1', at + 512, at + 512 + size));
      at += 512 + Math.ceil(size / 512) * 512;
    }
  }
  return files;
}

interface ImageReferences {
  spec: { tags: { name: string; annotations: Record<string, string>; from: { name: string } }[] };
}

test.each(Object.entries(releases))(
  'release %s: every component is there, and the kernel is the lab’s',
  async (version, { kernel, rhcos }) => {
    const path = 'openshift-release-dev/ocp-release';
    const files = await filesOf(path, await manifest(path, `${version}-x86_64`));
    const { spec } = JSON.parse(files.get('release-manifests/image-references') ?? '') as ImageReferences;
    expect(spec.tags.length).toBeGreaterThanOrEqual(40);
    const named = (name: string) => spec.tags.find((tag) => tag.name === name)!;
    const [repository = ''] = named('cli').from.name.replace(`${side.registry}/`, '').split('@');
    for (const { from } of spec.tags) {
      const answer = await call('HEAD', `/v2/${repository}/manifests/${from.name.split('@')[1]}`);
      expect([from.name, answer.status]).toEqual([from.name, 200]);
    }
    expect(named('machine-os-content').annotations['io.openshift.build.versions']).toBe(`machine-os=${rhcos}`);
    const os = await labels(repository, named('rhel-coreos-8').from.name.split('@')[1]!);
    expect(os['ostree.linux']).toBe(`${kernel}.x86_64`);
    const toolkit = await manifest(repository, named('driver-toolkit').from.name.split('@')[1]!);
    const told = (await filesOf(repository, toolkit)).get('etc/driver-toolkit-release.json') ?? '';
    expect(JSON.parse(told)).toMatchObject({ KERNEL_VERSION: `${kernel}.x86_64` });
  },
);

test('the graph names both releases and the edge; each is signed by the key, and a cosign signature lies beside it', async () => {
  const { nodes, edges } = (await (await fetch(`${side.graph}?channel=stable-4.12&arch=amd64`)).json()) as {
    nodes: { version: string; payload: string }[];
    edges: number[][];
  };
  expect([nodes.map(({ version }) => version), edges]).toEqual([['4.12.3', '4.12.6'], [[0, 1]]]);
  expect((await fetch(side.graph)).status).toBe(400);
  const verificationKeys = await readKey({ armoredKey: readFileSync(side.key, 'utf8') });
  for (const { payload } of nodes) {
    const digest = payload.split('@')[1] as Digest;
    const answer = await fetch(`${side.signatures}/${digest.replace(':', '=')}/signature-1`);
    const message = await readMessage({ binaryMessage: new Uint8Array(await answer.arrayBuffer()) });
    const { data, signatures } = await verify({ message, verificationKeys });
    expect(await signatures[0]?.verified).toBe(true);
    const { critical } = JSON.parse(String(data)) as { critical: object };
    expect(critical).toMatchObject({
      type: 'atomic container signature',
      image: { 'docker-manifest-digest': digest },
    });
    const path = 'openshift-release-dev/ocp-release';
    const [layer] = (await manifest(path, `${digest.replace(':', '-')}.sig`)).layers;
    const signature = Buffer.from(layer?.annotations?.['dev.cosignproject.cosign/signature'] ?? '', 'base64');
    expect(signature).toHaveLength(64);
    expect((await blob(path, layer!.digest)).toString()).toContain(digest);
  }
  expect((await fetch(`${side.signatures}/sha256=00/signature-1`)).status).toBe(404);
});

test('the catalog: packages in JSON and YAML, one needs another, one warns; every image it names is there', async () => {
  const path = 'redhat/redhat-operator-index';
  const index = await manifest(path, 'v4.12');
  expect(index.manifests).toHaveLength(2);
  const image = await manifest(path, index.manifests[0]!.digest);
  expect(await labels(path, index.manifests[0]!.digest)).toEqual({
    'operators.operatorframework.io.index.configs.v1': '/configs',
  });
  const files = await filesOf(path, image);
  expect(files.has('configs/withdrawn-operator/.wh.catalog.json')).toBe(true);
  const read = ([name, text]: [string, string]): Record<string, unknown>[] =>
    name.endsWith('.yaml')
      ? parseAllDocuments(text).map((document) => document.toJS() as Record<string, unknown>)
      : (JSON.parse(`[${text.replaceAll('\n}\n{', '\n},\n{')}]`) as Record<string, unknown>[]);
  const blobs = [...files]
    .filter(([name]) => /^configs\/(?!withdrawn).*catalog\.(json|yaml)$/.test(name))
    .flatMap(read);
  const count = (schema: string) => blobs.filter((each) => each['schema'] === schema).length;
  expect([count('olm.package'), count('olm.channel'), count('olm.deprecations')]).toEqual([6, 9, 1]);
  const text = JSON.stringify(blobs);
  expect(text).toContain('"packageName":"multicluster-engine","versionRange":">=2.2.0 <2.3.0"');
  const named = [...text.matchAll(/"image":"([^"@]+)@(sha256:[0-9a-f]{64})"/g)];
  expect(named.length).toBeGreaterThan(60);
  for (const [, name = '', digest] of named) {
    const answer = await call('HEAD', `/v2/${name.replace(`${side.registry}/`, '')}/manifests/${digest}`);
    expect([name, answer.status]).toEqual([name, 200]);
  }
});

test('the image set is valid and names what is there; kmod images are for the kernels of both releases', async () => {
  const set = ImageSet.parse(parse(readFileSync(side.imageSet, 'utf8')));
  expect(set.releases?.keys.every((key) => existsSync(key))).toBe(true);
  const kernels = set.modules[0]!.kernels;
  expect(kernels).toEqual(Object.values(releases).map(({ kernel }) => `${kernel}.x86_64`));
  for (const kernel of kernels) {
    const files = await filesOf('kmm/kmm-kmod', await manifest('kmm/kmm-kmod', kernel));
    const module = files.get(`opt/lib/modules/${kernel}/kmm_ci_a.ko`) ?? '';
    expect(module.slice(0, 4)).toBe('\x7fELF');
    expect(module).toContain(`vermagic=${kernel} SMP mod_unload modversions \0`);
  }
  for (const { name } of set.images) {
    const [path = '', tag = ''] = name.replace(`${side.registry}/`, '').split(':');
    expect((await call('HEAD', `/v2/${path}/manifests/${tag}`)).status).toBe(200);
    const digest = (await call('HEAD', `/v2/${path}/manifests/${tag}`)).headers['docker-content-digest'];
    const { manifests } = (await call('GET', `/v2/${path}/referrers/${digest}`)).json as Manifest;
    expect(manifests.map(({ artifactType }) => artifactType)).toEqual(['application/spdx+json']);
  }
});

test('the same seed and address give the same bytes, another seed others; all is small and each blob is its digest', async () => {
  const again = join(dir, 'again');
  await makeContent(again, 1, side.registry);
  expect(readFileSync(join(again, 'index.json'), 'utf8')).toBe(readFileSync(join(dir, 'content/index.json'), 'utf8'));
  const other = join(dir, 'other');
  await makeContent(other, 2, side.registry);
  expect(readFileSync(join(other, 'index.json'), 'utf8')).not.toBe(readFileSync(join(again, 'index.json'), 'utf8'));
  let bytes = 0;
  for (const name of readdirSync(join(again, 'blobs/sha256'))) {
    const file = blobPath(again, `sha256:${name}`);
    bytes += statSync(file).size;
    expect(digestOf(readFileSync(file))).toBe(`sha256:${name}`);
  }
  expect(bytes).toBeLessThan(10_000_000);
});
