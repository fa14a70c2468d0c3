import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { registryProcess } from '../../hosts/registry-process.ts';
import { digestOf } from '../../images/digest.ts';
import { createRegistry, type RegistryClient } from '../../images/registry/registry.ts';
import { registryAbsent, startDockerRegistry } from '../../images/testing/docker-registry.ts';
import { opener, sampleImage } from '../../images/testing/sample-image.ts';
import type { WantedFile } from '../types.ts';
import { recordArtifact, recordBytes, recordRepository, recordTag } from './laptop-record.ts';
import { readRecords } from './read-records.ts';
import { type Laptop, startLaptops } from './testing/laptops.ts';

const kinds = [
  { title: 'docker-registry', absent: registryAbsent, start: async () => startDockerRegistry() },
  {
    title: 'the registry of the lab',
    absent: '',
    async start() {
      const folder = mkdtempSync(join(tmpdir(), 'site-'));
      const run = await registryProcess({ execPath: process.execPath }).serve({
        ...{ place: { folder }, listen: '127.0.0.1', port: 0 },
      });
      const stop = async () => {
        await run.stop();
        rmSync(folder, { recursive: true, force: true });
      };
      return { host: run.address, stop };
    },
  },
];

const repository = `edge/${recordRepository}`;
const signature = (digest: string, text = 'signed'): WantedFile => ({
  path: `signatures/${digest.replace(':', '=')}/signature-1`,
  mediaType: 'application/octet-stream',
  bytes: Buffer.from(text),
});

describe.each(kinds)('the record of a site at $title', ({ absent, start }) => {
  let running: { host: string; stop(): Promise<void> };
  let bed: ReturnType<typeof startLaptops>;
  let registry: RegistryClient;
  let [a, b]: Laptop[] = [];
  let stopped = false;
  const stop = async () => {
    if (!stopped) await running.stop();
    stopped = true;
  };
  beforeEach(async () => {
    if (absent) return;
    running = await start();
    stopped = false;
    bed = startLaptops(() => running.host);
    [a, b] = [bed.laptop('a'), bed.laptop('b')];
    registry = createRegistry({ host: running.host, plainHttp: true }, { clock: systemClock(), random: Math.random });
  });
  afterEach(async () => {
    if (absent) return;
    await registry.close();
    await bed.close();
    await stop();
  });
  const it = test.skipIf(absent);

  it(`what one laptop pushed another makes resources of, once its key is trusted${absent}`, async () => {
    const release = await a!.push('openshift/release-images:4.14.1', {
      category: 'release',
      facts: { version: '4.14.1', module: 'x' },
    });
    const facts = { alsoBy: 'digest', alsoAt: 'x:1' };
    await a!.push('team/tool:1', { by: 'tag', sources: ['quay.io/team/tool'], facts });
    expect(await a!.record([signature(release), signature(`sha256:${'0'.repeat(64)}`)])).toBe('');
    await b!.push('other/app:1');
    expect(await b!.record()).toBe('');

    const alone = await b!.resources();
    expect(alone.images.map(({ target }) => target.repository)).toEqual(['other/app']);
    expect(alone.yaml).not.toContain('team/tool');
    expect(alone.warnings).toEqual([
      `Left out, what was pushed by another laptop, key ${a!.keyId}, not trusted here: by its record 2 images. ` +
        `If \`cli mirror keys\` shows this key there: \`cli mirror trust --name NAME --publicKey ${a!.publicKey}\`.`,
    ]);

    b!.trust(a!);
    a!.trust(b!);
    const both = await b!.resources();
    expect(both.warnings).toEqual([]);
    expect(both.images.map(({ target }) => target.repository).sort()).toEqual([
      'openshift/release-images',
      'other/app',
      'team/tool',
    ]);
    expect(both.images.find(({ category }) => category === 'release')?.facts).toEqual({ version: '4.14.1' });
    expect(both.images.find(({ by }) => by === 'tag')?.facts).toEqual({ alsoBy: 'digest' });
    expect(both.yaml).toContain(`sha256-${release.slice(7)}-1`);
    // Nothing lies there that this one signs.
    expect(both.yaml).not.toContain('sha256-0000');
    expect((await a!.resources()).yaml).toBe(both.yaml);

    b!.distrust(a!);
    expect((await b!.resources()).yaml).toBe(alone.yaml);
    expect(b!.deps.sites.imageCount('s')).toBe(1);
  });

  it(`a tag that is gone, or names another image, is left out and told${absent}`, async () => {
    for (const name of ['one', 'two', 'three'])
      await a!.push(`team/${name}:1`, { sources: [`quay.io/${name}/${name}x`] });
    await a!.record();
    b!.trust(a!);
    const there = await registry.resolve('edge/team/one', '1');
    await registry.deleteManifest('edge/team/one', there!.digest);
    await b!.push('team/two:1', { sources: ['quay.io/b/two'] });
    await b!.record();

    for (const [laptop, whose] of [
      [a!, ` (pushed by another laptop, key ${b!.keyId}, not trusted here)`],
      [b!, undefined],
    ] as const) {
      const { yaml, warnings } = await laptop.resources();
      expect(yaml).not.toContain('quay.io/one');
      expect(yaml).not.toContain('quay.io/two');
      expect(yaml).toContain('quay.io/three');
      expect(warnings[0]).toBe(
        'Left out, 1 image that is no more at the site: edge/team/one:1. Push again, or look closer: `cli mirror verifySite --id s`.',
      );
      // Its own image under that tag is a loss to the one that does not know the other; to the other it is the newer one.
      if (whose) expect(warnings[1]).toContain(`1 tag that names another image now: edge/team/two:1${whose}.`);
      else expect([warnings.length, yaml.includes('quay.io/b')]).toEqual([1, true]);
    }
    a!.trust(b!);
    const { warnings, yaml } = await a!.resources();
    expect([warnings.length, yaml.includes('quay.io/b')]).toEqual([1, true]);
    expect((await b!.resources()).yaml).toBe(yaml);
    await a!.push('team/one:1', { sources: ['quay.io/one/onex'] });
    await a!.record();
    expect((await b!.resources()).warnings).toEqual([]);
  });

  it(`two laptops with the same image: sources of both, and the registry says whose is under a tag${absent}`, async () => {
    const image = sampleImage({ sizes: [400] });
    await a!.push('team/app:1', { sources: ['quay.io/team/app'] }, image);
    await a!.record();
    b!.wait(60);
    await b!.push('team/app:1', { sources: ['docker.io/their/app'] }, image);
    await b!.record();
    a!.trust(b!);
    b!.trust(a!);
    const [first, second] = [await a!.resources(), await b!.resources()];
    expect(first.yaml).toBe(second.yaml);
    for (const source of ['source: quay.io/team', 'source: docker.io/their/app']) expect(first.yaml).toContain(source);
    expect([a!.deps.sites.imageCount('s'), b!.deps.sites.imageCount('s')]).toEqual([1, 1]);
    // A clock that is behind does not make the older image the one that is there.
    await a!.push('team/app:1', { sources: ['quay.io/team/app'] });
    await a!.record();
    expect((await b!.resources()).yaml).not.toContain('docker.io/their');
    expect((await a!.resources()).yaml).not.toContain('docker.io/their');
  });

  it(`rows that are lost come back, and a record keeps what the rows do not know${absent}`, async () => {
    const release = await a!.push('openshift/release-images:4.14.1', { category: 'release' });
    await a!.record([signature(release)]);
    const { yaml } = await a!.resources();
    a!.lose();
    await a!.push('team/late:1', { sources: ['quay.io/x/y'] });
    expect(await a!.record()).toBe('');
    // The store that held the signature is gone, too.
    const again = await a!.resources();
    expect(again.yaml).toContain(`sha256-${release.slice(7)}-1`);
    expect(again.yaml).toContain('quay.io/x/y');
    expect(again.warnings).toEqual([]);
    expect(yaml).not.toContain('quay.io/x/y');
  });

  it(`a registry that is away: made from what was seen, with its age${absent}`, async () => {
    const release = await a!.push('openshift/release-images:4.14.1', { category: 'release' });
    await a!.record([signature(release)]);
    b!.trust(a!);
    const online = await b!.resources();
    await stop();
    b!.wait(3600);
    const offline = await b!.resources();
    expect(offline.yaml).toBe(online.yaml);
    expect(offline.warnings).toHaveLength(1);
    expect(offline.warnings[0]).toMatch(
      /^The registry .* could not be asked: .* These are made from what was seen there, as of 2026-11-22T10:00:00Z\.$/,
    );
  }, 60_000);

  it(`a record that is not what was signed, unsigned, under another's tag or of another form is told, not used${absent}`, async () => {
    await a!.push('team/app:1');
    await a!.record();
    b!.trust(a!);
    const tag = recordTag(a!.keyId);
    const good = await registry.manifest(repository, tag);
    const put = async (name: string, json: object) => {
      const bytes = Buffer.from(JSON.stringify(json));
      await registry.putManifest(repository, name, { mediaType: good.mediaType, digest: digestOf(bytes), bytes });
    };
    const json = JSON.parse(good.bytes.toString()) as { annotations: Record<string, string>; layers: object[] };
    const told = async () =>
      (await b!.resources().catch((error: Error) => ({ warnings: [error.message], yaml: '' }))).warnings.join(' ');
    await put('laptop-0123456789abcdef', json);
    expect(await told()).toContain(`it was signed by the key ${a!.keyId}`);
    for (let n = 0; n < 20; n += 1) await put(`laptop-${String(n).padStart(16, '0')}`, json);
    // However many others put there, what a trusted key signed is read.
    expect((await b!.resources()).images).toHaveLength(1);
    expect(await told()).toContain('holds 21 records by keys that are not trusted here; 20 are read.');
    await put(tag, { ...json, annotations: {} });
    expect(await told()).toContain('it is not signed');
    const forged = recordArtifact(recordBytes([], []), [], { ...b!.key, publicKey: a!.publicKey });
    await registry.upload(repository, forged.blobs[1]!.descriptor, opener(forged.blobs[1]!.bytes));
    await registry.putManifest(repository, tag, forged.manifest);
    expect(await told()).toContain('it is not what was signed');
    await put(tag, { ...json, artifactType: 'application/vnd.bastion.site-record.v2' });
    expect(await told()).toContain('a newer version may read it');
    // What was seen of it before is not lost by that.
    expect(b!.deps.sites.imageCount('s')).toBe(1);
    await a!.record();
    expect((await b!.resources()).images).toHaveLength(1);
  });

  it(`the same content is the same record, and holds no more than it says${absent}`, async () => {
    await a!.push('team/app:2', { facts: { role: 'tool', secret: 'hunter2' }, sets: ['the-set'] });
    await a!.push('team/app:1');
    await a!.record();
    const first = await registry.resolve(repository, recordTag(a!.keyId));
    await a!.look();
    await a!.record();
    expect((await registry.resolve(repository, recordTag(a!.keyId)))?.digest).toBe(first?.digest);
    const { records } = await readRecords(registry, repository, [{ publicKey: a!.publicKey, ours: true }]);
    const text = JSON.stringify(records);
    expect(records[0]?.record.images.map(({ tag }) => tag)).toEqual(['1', '2']);
    for (const none of ['hunter2', 'the-set', running.host]) expect(text).not.toContain(none);
    const [one, two] = records[0]!.record.images;
    expect(recordBytes([one!, two!], []).equals(recordBytes([two!, one!], []))).toBe(true);
  });

  it(`300 images are looked at in seconds${absent}`, async () => {
    const image = sampleImage({ sizes: [100] });
    for (let n = 0; n < 300; n += 1) {
      const more = { sources: [`quay.io/many/image-${n}`] };
      // One repository: what counts is that each tag is asked for.
      if (n === 0) await a!.push('many/image:t0', more, image);
      else await registry.putManifest('edge/many/image', `t${n}`, image.manifest);
      const target = { repository: 'many/image', tag: `t${n}` };
      const row = {
        name: `quay.io/many/image:t${n}`,
        category: 'additional',
        by: 'tag',
        attached: [],
        mediaType: 'x',
        ...more,
        target,
      };
      a!.deps.sites.putImage('s', {
        repository: 'edge/many/image',
        tag: `t${n}`,
        digest: image.manifest.digest,
        image: row,
        at: '2026-11-22T10:00:00Z',
      });
    }
    await a!.record();
    b!.trust(a!);
    const begun = performance.now();
    expect((await b!.resources()).images).toHaveLength(300);
    expect(performance.now() - begun).toBeLessThan(10_000);
  }, 60_000);
});
