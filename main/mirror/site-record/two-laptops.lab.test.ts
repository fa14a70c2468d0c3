import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { readManifest } from '../../images/manifest.ts';
import { createRegistry } from '../../images/registry/registry.ts';
import {
  type DockerRegistry,
  secureRegistryAbsent,
  startDockerRegistry,
} from '../../images/testing/docker-registry.ts';
import { allBytes } from '../../images/testing/sample-image.ts';
import { soon } from '../../testing/lab-engine.ts';
import { type LabHub, startLabHub } from '../../testing/lab-hub.ts';
import { refusal, type TestEngine } from '../../testing/test-engine.ts';
import { type MirrorBed, publish, startMirrorBed } from '../testing/mirror-bed.ts';

let bed: MirrorBed;
let site: DockerRegistry;
let lab: LabHub;
const absent = secureRegistryAbsent;

beforeAll(async () => {
  if (absent) return;
  bed = await startMirrorBed();
  [site, lab] = await Promise.all([startDockerRegistry({ secure: true }), startLabHub('site-3', { speed: 60 })]);
});
afterAll(async () => {
  await bed?.close();
  await Promise.all([site?.stop(), lab?.close()]);
});

const addSite = (laptop: TestEngine) => {
  const { host, ca, user, password } = site;
  return laptop.typed('mirror.addSite', { name: 'Site', address: `${host}/edge`, ca, user, password });
};
async function withHub(laptop: TestEngine): Promise<string> {
  const { id: hub } = await laptop.typed('hubs.add', { source: { text: lab.kubeconfig('engineer') }, name: 'lab' });
  await laptop.typed('hubs.connect', { hub });
  await soon(async () => (await laptop.typed('hubs.get', { hub })).phase === 'live', 20_000, 'a live hub');
  return hub;
}

test.skipIf(absent)(
  `two laptops, one site: each makes resources of what both pushed${absent}`,
  async () => {
    const source = await bed.registry();
    const a = bed.engine;
    const b = bed.laptop('second');
    const tool = await publish(source.host, 'team/tool:1');
    const app = await publish(source.host, 'other/app:1');
    for (const [laptop, image] of [
      [a, tool],
      [b, app],
    ] as const) {
      const yaml = `apiVersion: bastion.kmm/v1\nkind: ImageSet\nname: some\nimages:\n  - name: ${image}\n`;
      await laptop.typed('mirror.addSite', { name: 'Source', role: 'source', address: source.host, plainHttp: true });
      await laptop.typed('mirror.save', { yaml });
      expect((await laptop.typed('mirror.pull', { set: 'some' })).run).toMatchObject({ state: 'done' });
      await addSite(laptop);
    }
    const pushed = (await a.typed('mirror.push', { site: 'site' })).run;
    expect(pushed).toMatchObject({ state: 'done', imagesFailed: 0 });
    expect(pushed.sentence).not.toContain('could not be written down');

    // The second laptop sees it as soon as it trusts the first, before it pushed anything itself.
    const [ours] = (await a.typed('mirror.keys', {})).keys;
    const hub = await withHub(b);
    const ask = { site: 'site', hub, where: 'hub' } as const;
    const unknown = await refusal(() => b.typed('mirror.resources', ask));
    expect(unknown).toMatchObject({
      code: 'mirror.nothing',
      message: expect.stringContaining(`key ${ours!.id}, not trusted`),
    });
    await b.typed('mirror.trust', { publicKey: ours!.publicKey, name: 'Office' });
    expect(await b.typed('mirror.checkSite', { id: 'site' })).toMatchObject({ images: 1 });
    expect((await b.typed('mirror.resources', ask)).yaml).toContain(`${source.host}/team`);

    expect((await b.typed('mirror.push', { site: 'site' })).run).toMatchObject({ state: 'done' });
    const planned = await b.typed('mirror.resources', ask);
    for (const path of ['team', 'other']) expect(planned.yaml).toContain(`${source.host}/${path}`);
    expect(planned.warnings.join()).not.toContain('laptop');
    expect(await b.typed('mirror.verifySite', { id: 'site' })).toMatchObject({
      images: 2,
      missing: [],
      sentence: 'All 2 images can be pulled, by tag and by digest.',
    });
    // The first does not trust the second: its verification says so.
    expect((await a.typed('mirror.verifySite', { id: 'site' })).sentence).toContain('not trusted here');

    // What is written down holds neither user nor password, nor how the registry is reached.
    const { host, ca, user, password } = site;
    const registry = createRegistry(
      { host, ca, credential: { user, password } },
      { clock: systemClock(), random: Math.random },
    );
    const tags = await registry.tags('edge/bastion/site-record');
    expect(tags.sort()).toEqual(
      [ours!.id, (await b.typed('mirror.keys', {})).keys[0]!.id].map((id) => `laptop-${id}`).sort(),
    );
    for (const tag of tags) {
      const manifest = await registry.manifest('edge/bastion/site-record', tag);
      const layers = readManifest(manifest).layers;
      const texts = [manifest.bytes.toString('utf8')];
      for (const layer of layers) {
        const { body } = await registry.blob('edge/bastion/site-record', layer, { offset: 0 });
        texts.push((await allBytes(body)).toString('utf8'));
      }
      for (const secret of [JSON.stringify(password).slice(1, -1), `"${user}"`, host])
        expect(texts.join('')).not.toContain(secret);
    }
    await registry.close();
  },
  90_000,
);

test('a record that may not be written is a note, no failure; verification says what it lacks, a push makes it good', async () => {
  const own = await startMirrorBed();
  const [source, target] = [await own.registry(), await own.registry()];
  const call = own.engine.typed;
  for (const [name, { host }] of Object.entries({ source, site: target })) {
    await call('mirror.addSite', { name, role: name === 'site' ? 'site' : 'source', address: host, plainHttp: true });
  }
  const set = await own.save('some', [await publish(source.host, 'team/tool:1')]);
  await call('mirror.pull', { set });
  const denied = { status: 403, body: JSON.stringify({ errors: [{ code: 'DENIED', message: 'no right here' }] }) };
  target.add({ path: /bastion\/site-record/, times: Number.POSITIVE_INFINITY, answer: denied });
  const { run } = await call('mirror.push', { site: 'site' });
  expect(run).toMatchObject({ state: 'done', imagesDone: 1, imagesFailed: 0 });
  expect(run.sentence).toContain('What was pushed could not be written down at the site');
  const { sentence, missing } = await call('mirror.verifySite', { id: 'site' });
  expect(missing).toEqual([]);
  expect(sentence).toContain('The record at the site tells not of 1 image that this laptop pushed: push again.');
  expect(sentence).toContain('What other laptops pushed is not known');
  target.heal();
  expect((await call('mirror.push', { site: 'site' })).run.sentence).not.toContain('written down');
  expect((await call('mirror.verifySite', { id: 'site' })).sentence).toBe(
    'The one image can be pulled, by tag and by digest.',
  );
  await own.close();
});

test.skipIf(absent)(
  `a site that moves takes no images along; back at its place, its record tells of them${absent}`,
  async () => {
    const a = bed.engine;
    const images = async () => (await a.typed('mirror.sites', {})).sites.find(({ id }) => id === 'site')!.images;
    expect(await images()).toBe(1);
    await a.typed('mirror.editSite', { id: 'site', name: 'Renamed' });
    expect(await images()).toBe(1);
    const moved = await a.typed('mirror.editSite', { id: 'site', address: `${site.host}/elsewhere` });
    expect([moved.images, moved.verifiedAt]).toEqual([0, undefined]);
    expect(await a.typed('mirror.checkSite', { id: 'site' })).toMatchObject({ images: 0 });
    await a.typed('mirror.editSite', { id: 'site', address: `${site.host}/edge` });
    expect(await a.typed('mirror.checkSite', { id: 'site' })).toMatchObject({ images: 1 });
  },
  60_000,
);
