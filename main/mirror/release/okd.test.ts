import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMessage, generateKey, readKey, sign } from 'openpgp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ConnectedSide, startConnected } from '../../../lab/registry/synthetic/connected-side.ts';
import { ImageSet } from '../../../shared/contract/image-set.ts';
import { checkImageSet } from '../image-set/check-set.ts';
import { resolveImageSet } from '../image-set/resolve-set.ts';
import { plainWorld, type World } from '../image-set/testing/world.ts';
import { readGraph } from './graph.ts';
import { isOkdRelease, okdGraph, okdGraphPlace } from './okd.ts';
import { okdFingerprints, okdReleaseKeys } from './okd-keys.ts';
import { pickReleases } from './pick-releases.ts';
import { verifySignature } from './signature.ts';
import { claimOf, newSigner, signText } from './testing/signer.ts';

const versions = [
  '4.12.0-0.okd-2023-02-18-033438',
  '4.17.0-okd-scos.3',
  '4.18.0-0.okd-scos-2025-03-01-101010',
  '4.18.0-okd-scos.8',
  '4.18.0-okd-scos.10',
  '4.19.0-okd-scos.ec.3',
  '4.19.0-okd-scos.0',
  '4.20.0-0.okd-scos-2025-11-10-101010',
];
const bytes = Buffer.from(
  JSON.stringify({
    nodes: versions.map((version, at) => ({
      version,
      payload: `quay.io/okd/scos-release@sha256:${`${at}`.repeat(64)}`,
    })),
    edges: [
      [1, 3],
      [2, 3],
      [3, 4],
      [4, 6],
    ],
  }),
);
const pick = (channel: { name: string; from?: string; to?: string; path?: 'all' | 'shortest' }) =>
  pickReleases(okdGraph(readGraph(bytes, 'g'), channel), { path: 'all', ...channel }, 'amd64').nodes.map(
    ({ version }) => version,
  );

describe('what a channel has, by names alone', () => {
  test('its head is a release, no daily build and no preview', () => {
    expect(pick({ name: '4-scos-stable' })).toEqual(['4.19.0-okd-scos.0']);
    expect(pick({ name: 'stable-4.18' })).toEqual(['4.18.0-okd-scos.10']);
    expect(pick({ name: 'stable-4' })).toEqual(['4.19.0-okd-scos.0']);
  });
  test('a range takes daily builds and previews only where it begins or ends with one', () => {
    expect(pick({ name: '4-scos-stable', from: '4.17.0-okd-scos.3', to: '4.18.0-okd-scos.10' })).toEqual([
      '4.17.0-okd-scos.3',
      '4.18.0-okd-scos.8',
      '4.18.0-okd-scos.10',
    ]);
    expect(pick({ name: 'stable-4', from: '4.12.0-0.okd-2023-02-18-033438', to: '4.18.0-okd-scos.8' })).toEqual([
      '4.12.0-0.okd-2023-02-18-033438',
      '4.17.0-okd-scos.3',
      '4.18.0-0.okd-scos-2025-03-01-101010',
      '4.18.0-okd-scos.8',
    ]);
    // In the order of versions a preview lies above its release: a text is more than a number.
    expect(pick({ name: '4-scos-next', from: '4.19.0-okd-scos.0' })).toEqual([
      '4.19.0-okd-scos.0',
      '4.19.0-okd-scos.ec.3',
    ]);
    expect(pick({ name: '4-scos-stable', from: '4.19.0-okd-scos.ec.3' })).toEqual(['4.19.0-okd-scos.ec.3']);
  });
  test('edges move with what is left', () => {
    expect(
      pick({ name: '4-scos-stable', from: '4.17.0-okd-scos.3', to: '4.19.0-okd-scos.0', path: 'shortest' }),
    ).toEqual(['4.17.0-okd-scos.3', '4.18.0-okd-scos.8', '4.18.0-okd-scos.10', '4.19.0-okd-scos.0']);
  });
  test('the service is asked for the channels it takes, a file is taken as it is', () => {
    const at = 'https://origin.example/graph';
    expect(okdGraphPlace(at, { name: 'stable-scos-4.18' })).toBe(`${at}?channel=stable-scos-4.18`);
    expect(okdGraphPlace(at, { name: '4-scos-stable' })).toBe(at);
    expect(okdGraphPlace('/graph.json', { name: 'stable-4' })).toBe('/graph.json');
  });
  test.each([
    ['quay.io', 'okd/scos-release', true],
    ['quay.io', 'openshift/okd', true],
    ['registry.ci.openshift.org', 'origin/release-scos', true],
    ['quay.io', 'openshift-release-dev/ocp-release', false],
    ['registry.example', 'okd/scos-release', false],
  ])('%s/%s', (registry, repository, is) => {
    expect(isOkdRelease({ registry, repository })).toBe(is);
  });
});

describe('keys', () => {
  test('OKD’s come along, have their fingerprints, signed themselves, and the second is certified by the first', async () => {
    const keys = await Promise.all(okdReleaseKeys.map((armoredKey) => readKey({ armoredKey })));
    expect(keys.map((key) => key.getFingerprint())).toEqual(okdFingerprints);
    for (const key of keys) {
      const then = new Date(key.getCreationTime().getTime() + 60_000);
      await key.verifyPrimaryKey(then);
      await key.getSigningKey(undefined, then);
    }
    const certified = await keys[1]!.users[0]!.verifyAllCertifications([keys[0]!], new Date('2025-03-20'));
    expect(certified.find(({ keyID }) => keyID.equals(keys[0]!.getKeyID()))?.valid).toBe(true);
  });
  test('what a key signed while it was valid counts when it is so no more', async () => {
    const date = new Date('2023-04-01');
    const { privateKey: secret, publicKey } = await generateKey({
      ...{ type: 'rsa', rsaBits: 2048, date, keyExpirationTime: 86_400, format: 'object' },
      userIDs: [{ name: 'Former' }],
    });
    const digest = `sha256:${'a'.repeat(64)}` as const;
    const message = await createMessage({ binary: Buffer.from(claimOf(digest)), date });
    const signature = await sign({ message, signingKeys: secret, format: 'binary', date });
    expect(await verifySignature(signature, digest, [publicKey])).toMatchObject({ good: true });
  });
});

describe('a set with channels of both', () => {
  const dir = mkdtempSync(join(tmpdir(), 'okd-'));
  let side: ConnectedSide;
  let world: World;
  let server: Server;
  let asked: string[] = [];
  beforeAll(async () => {
    side = await startConnected({ dir });
    world = plainWorld();
    // OKD's service as it is: it answers all it has, without channels.
    const nodes = ((await (await fetch(`${side.graph}?channel=stable-4.12`)).json()) as { nodes: object[] }).nodes;
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end(JSON.stringify({ nodes: nodes.map((node) => ({ ...node, metadata: undefined })), edges: [] }));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterAll(async () => {
    server.close();
    await world.close();
    await side.close();
    rmSync(dir, { recursive: true, force: true });
  });

  test('each from its own graph, each with signatures of its own', async () => {
    const { releases } = checkImageSet(readFileSync(side.imageSet, 'utf8')).set!;
    const signer = await newSigner();
    const set = (okd: object) =>
      ImageSet.parse({
        apiVersion: 'bastion.kmm/v1',
        kind: 'ImageSet',
        name: 'both',
        releases: {
          ...{ graph: releases!.graph, signatures: releases!.signatures, keys: releases!.keys, components: ['cli'] },
          channels: [
            { name: 'stable-4.12', from: '4.12.3', to: '4.12.3' },
            { name: 'stable-4', type: 'okd' },
          ],
          okd: { graph: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graph`, ...okd },
        },
      });
    asked = [];
    const unsigned = await resolveImageSet(set({ signatures: dir }), world.effects);
    expect(asked).toEqual(['/graph?channel=stable-4']);
    const tags = (found: typeof unsigned) =>
      found.images.filter(({ category }) => category === 'release').map(({ target }) => target.tag);
    expect(tags(unsigned)).toEqual(['4.12.3-x86_64']);
    expect(unsigned.gaps.map(({ fault }) => fault)).toEqual([
      expect.objectContaining({ code: 'release.unsigned', field: 'releases.okd.signatures' }),
    ]);
    const digest = unsigned.gaps[0]!.name.match(/sha256:[0-9a-f]{64}/)![0];
    const place = join(dir, digest.replace(':', '='));
    mkdirSync(place);
    writeFileSync(join(place, 'signature-1'), await signText(claimOf(digest), signer));
    const own = await resolveImageSet(set({ signatures: dir, keys: [signer.open.armor()] }), world.effects);
    expect(own.gaps).toEqual([]);
    expect(tags(own).sort()).toEqual(['4.12.3-x86_64', '4.12.6-x86_64']);
    expect(own.files).toHaveLength(2);
    const keyless = await resolveImageSet(set({ signatures: dir, keys: [join(dir, 'none.asc')] }), world.effects);
    expect(tags(keyless)).toEqual(['4.12.3-x86_64']);
    expect(keyless.gaps.map(({ fault }) => fault.code)).toEqual(['fetch.notFound']);
    // Red Hat's kind of releases is not made valid by OKD's keys, nor the other way round.
    const swapped = await resolveImageSet(set({ signatures: dir, keys: releases!.keys }), world.effects);
    expect(swapped.gaps.map(({ fault }) => fault.code)).toEqual(['release.unsigned']);
  });
});
