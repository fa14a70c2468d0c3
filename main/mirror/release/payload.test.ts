import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { systemClock } from '../../../shared/clock.ts';
import { ImageSet } from '../../../shared/contract/image-set.ts';
import { ociConfig, ociManifest } from '../../images/media-types.ts';
import { createRegistry } from '../../images/registry/registry.ts';
import { type DockerRegistry, registryAbsent, startDockerRegistry } from '../../images/testing/docker-registry.ts';
import {
  blobOf,
  manifestOf,
  pushImage,
  type SampleBlob,
  sampleImage,
  sampleIndex,
} from '../../images/testing/sample-image.ts';
import type { Manifest, Registry } from '../../images/types.ts';
import { resolveImageSet } from '../image-set/resolve-set.ts';
import { plainWorld, type World } from '../image-set/testing/world.ts';
import { claimOf, newSigner, type Signer, signText } from './testing/signer.ts';

const repository = 'openshift-release-dev/ocp-release';
const folder = mkdtempSync(join(tmpdir(), 'payload-'));
let server: DockerRegistry;
let registry: Registry;
let world: World;
let signer: Signer;

async function layer(files: Record<string, string>): Promise<SampleBlob> {
  const tar = pack();
  for (const [name, body] of Object.entries(files)) tar.entry({ name }, body);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return blobOf(gzipSync(Buffer.concat(chunks)));
}

/** A release image; the base layer holds an older image-references, as a derived release image does. */
async function release(
  files: Record<string, string>,
  architecture = 'amd64',
): Promise<{ manifest: Manifest; blobs: SampleBlob[] }> {
  const base = await layer({ 'release-manifests/image-references': 'older', 'usr/bin/cvo': 'x' });
  const top = await layer(files);
  const config = blobOf(Buffer.from(JSON.stringify({ os: 'linux', architecture })), ociConfig);
  const manifest = manifestOf({
    schemaVersion: 2,
    mediaType: ociManifest,
    config: config.descriptor,
    layers: [base, top].map(({ descriptor }) => descriptor),
  });
  return { manifest, blobs: [config, base, top] };
}

const filesOf = (version: string, metadata: object = {}): Record<string, string> => ({
  'release-manifests/image-references': JSON.stringify({
    kind: 'ImageStream',
    metadata: { name: version },
    spec: { tags: [{ name: 'cli', from: { kind: 'DockerImage', name: `quay.io/x/art@sha256:${'a'.repeat(64)}` } }] },
  }),
  'release-manifests/release-metadata': JSON.stringify({
    kind: 'cincinnati-metadata-v0',
    version,
    previous: ['4.1.0'],
    metadata,
  }),
});

/** Pushes and signs; gives the digest. */
async function publish(tag: string, image: { manifest: Manifest; blobs: SampleBlob[] }): Promise<string> {
  await pushImage(registry, repository, tag, image);
  return signed(image.manifest.digest);
}
async function signed(digest: string): Promise<string> {
  const place = join(folder, digest.replace(':', '='));
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'signature-1'), await signText(claimOf(digest), signer));
  return digest;
}

const resolve = (...tags: string[]) => resolveWith({}, ...tags);
const resolveWith = (more: object, ...tags: string[]) =>
  resolveImageSet(
    ImageSet.parse({
      apiVersion: 'bastion.kmm/v1',
      kind: 'ImageSet',
      name: 'x',
      releases: {
        images: tags.map((tag) => `${server.host}/${repository}:${tag}`),
        signatures: folder,
        keys: [signer.open.armor()],
        ...more,
      },
    }),
    world.effects,
  );

describe.skipIf(registryAbsent)(`release images${registryAbsent}`, () => {
  beforeAll(async () => {
    [server, signer] = await Promise.all([startDockerRegistry(), newSigner()]);
    registry = createRegistry({ host: server.host, plainHttp: true }, { clock: systemClock(), random: Math.random });
    world = plainWorld();
  });
  afterAll(async () => {
    await Promise.all([registry?.close(), world?.close()]);
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  test('an architecture of its own: named by the configuration, read from the top layer', async () => {
    const digest = await publish('arm', await release(filesOf('4.12.3'), 'arm64'));
    const { images, gaps, files } = await resolve('arm');
    expect(gaps).toEqual([]);
    expect(images.map(({ target }) => `${target.repository}:${target.tag}`).sort()).toEqual([
      'openshift/release-images:4.12.3-aarch64',
      'openshift/release:4.12.3-aarch64-cli',
    ]);
    expect(files.map(({ path }) => path)).toEqual([`signatures/${digest.replace(':', '=')}/signature-1`]);
  });
  test('a multi payload: the index is signed and wanted, not its child', async () => {
    const metadata = { 'release.openshift.io/architecture': 'multi' };
    const children = await Promise.all(['amd64', 'arm64'].map((each) => release(filesOf('4.14.0', metadata), each)));
    for (const child of children) await pushImage(registry, repository, child.manifest.digest, child);
    const index = sampleIndex(children.map(({ manifest }) => manifest));
    await registry.putManifest(repository, 'multi', index);
    await signed(index.digest);
    const { images, gaps } = await resolve('multi');
    expect(gaps).toEqual([]);
    expect(images.find(({ category }) => category === 'release')).toMatchObject({
      name: `${server.host}/${repository}:multi@${index.digest}`,
      target: { tag: '4.14.0-multi' },
      facts: { architecture: 'multi' },
    });
  });
  test('KubeVirt disk images: those of a multi payload, the one of its architecture, none at all', async () => {
    const boot = (stream: unknown): Record<string, string> => ({
      'release-manifests/0000_50_installer_coreos-bootimages.yaml': stringify({
        kind: 'ConfigMap',
        data: { stream: typeof stream === 'string' ? stream : JSON.stringify(stream) },
      }),
    });
    const of = (digit: string) => ({
      images: { kubevirt: { 'digest-ref': `quay.io/x/art@sha256:${digit.repeat(64)}` } },
    });
    const stream = {
      architectures: { x86_64: of('1'), s390x: of('2'), aarch64: { images: { qemu: {} } }, ppc64le: {} },
    };
    const metadata = { 'release.openshift.io/architecture': 'multi' };
    await publish('disks', await release({ ...filesOf('4.14.0', metadata), ...boot(stream) }));
    await publish('z', await release({ ...filesOf('4.14.1'), ...boot(stream) }, 's390x'));
    await publish('arm-disk', await release({ ...filesOf('4.14.2'), ...boot(stream) }, 'arm64'));
    await publish('no-disk', await release(filesOf('4.12.4')));
    await publish('odd-disk', await release({ ...filesOf('4.14.3'), ...boot('<xml>') }));
    const { images, gaps } = await resolveWith({ kubevirt: true }, 'disks', 'z', 'arm-disk', 'no-disk', 'odd-disk');
    const disks = images.flatMap(({ name, target, facts }) =>
      facts?.['component']?.startsWith('kube-virt') ? [`${name.at(-1)} ${target.tag} ${facts['alsoAt'] ?? ''}`] : [],
    );
    expect(disks.sort()).toEqual([
      '1 4.14.0-multi-kube-virt-container-x86_64 ',
      '2 4.14.0-multi-kube-virt-container-s390x openshift/release:4.14.1-s390x-kube-virt-container',
    ]);
    expect(gaps.map(({ fault }) => `${fault.code} ${fault.message}`).sort()).toEqual([
      'release.kubevirt 4.12.4 names no disk image for KubeVirt machines of x86_64.',
      'release.kubevirt 4.14.2 names no disk image for KubeVirt machines of aarch64, only for x86_64, s390x.',
      expect.stringContaining('0000_50_installer_coreos-bootimages.yaml names no boot images'),
    ]);
    expect(images.filter(({ category }) => category === 'release')).toHaveLength(4);
  });
  test('from 4.21 on the cosign signature must be there too', async () => {
    const digest = await publish('new', await release(filesOf('4.21.0-rc.1')));
    expect((await resolve('new')).warnings).toEqual([expect.stringContaining('4.21.0-rc.1 has no cosign signature')]);
    await pushImage(registry, repository, `${digest.replace(':', '-')}.sig`, sampleImage({ sizes: [200] }));
    expect((await resolve('new')).warnings).toEqual([]);
  });
  test.each([
    [
      'no release-metadata',
      { 'release-manifests/image-references': filesOf('4.12.3')['release-manifests/image-references']! },
      'it has no release-manifests/release-metadata',
    ],
    [
      'references that are no JSON',
      { ...filesOf('4.12.3'), 'release-manifests/image-references': '<xml>' },
      'release-manifests/image-references is no JSON',
    ],
    [
      'no components',
      {
        ...filesOf('4.12.3'),
        'release-manifests/image-references': '{"metadata":{"name":"4.12.3"},"spec":{"tags":[]}}',
      },
      'release-manifests/image-references lacks spec.tags',
    ],
  ])('%s: no release', async (name, files, why) => {
    const tag = name.replaceAll(' ', '-').toLowerCase();
    await publish(tag, await release(files));
    const { gaps, images } = await resolve(tag);
    expect(images).toEqual([]);
    expect(gaps[0]?.fault).toMatchObject({ code: 'release.payload', message: expect.stringContaining(why) });
  });
  test('a layer with wrong bytes at the registry is found', async () => {
    const image = await release(filesOf('4.12.9'));
    await publish('damaged', image);
    const hex = image.blobs.at(-1)!.descriptor.digest.slice(7);
    const file = join(server.root, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
    const bytes = Buffer.from(image.blobs.at(-1)!.bytes);
    bytes[bytes.length - 6] = bytes.at(-6)! ^ 1;
    writeFileSync(file, bytes);
    const { gaps, images } = await resolve('damaged');
    expect(images).toEqual([]);
    expect(gaps[0]?.fault.code).toBe('registry.digestMismatch');
  });
});
