import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { digestOf } from '../../images/digest.ts';
import { cosignTags, referrersTag } from '../../images/registry/referrers.ts';
import { createRegistry, type RegistryClient } from '../../images/registry/registry.ts';
import { type RealRegistry, realRegistries } from '../../images/testing/real-registries.ts';
import { descriptorOf, pushImage, sampleImage, sampleIndex } from '../../images/testing/sample-image.ts';
import { skopeo, skopeoAbsent } from '../../images/testing/skopeo.ts';
import { type MirrorBed, startMirrorBed } from '../testing/mirror-bed.ts';

let bed: MirrorBed;
const ends: (() => Promise<void>)[] = [];
beforeEach(async () => {
  bed = await startMirrorBed();
});
afterEach(async () => {
  await bed.close();
  for (const end of ends.splice(0).reverse()) await end();
});
const call: MirrorBed['engine']['typed'] = (name, input) => bed.engine.typed(name, input);

async function running({ start }: Pick<RealRegistry, 'start'>): Promise<{ host: string; registry: RegistryClient }> {
  const { host, stop } = await start();
  const registry = createRegistry({ host, plainHttp: true }, { clock: systemClock(), random: Math.random });
  ends.push(stop, registry.close);
  return { host, registry };
}

describe.each(realRegistries)('$title', ({ absent, habits, start }) => {
  test.skipIf(absent)(`pulled from one, pushed to another, verified there${absent}`, async () => {
    const [source, site] = [await running({ start }), await running({ start })];
    const [amd, arm] = [sampleImage({ sizes: [300_000] }), sampleImage()];
    const index = sampleIndex([amd.manifest, arm.manifest]);
    const [sigTag] = cosignTags(index.digest) as [string];
    const sig = sampleImage({ sizes: [300] });
    const subject = descriptorOf(index);
    const sbom = sampleImage({ sizes: [900], subject, artifactType: 'application/spdx+json' });
    for (const image of [amd, arm]) await pushImage(source.registry, 'team/app', image.manifest.digest, image);
    await source.registry.putManifest('team/app', '1', index);
    await pushImage(source.registry, 'team/app', sigTag, sig);
    await pushImage(source.registry, 'team/app', sbom.manifest.digest, sbom);

    const at = { plainHttp: true };
    await call('mirror.addSite', { ...at, name: 'Source', role: 'source', address: source.host });
    const { id } = await call('mirror.addSite', { ...at, name: 'Site', address: `${site.host}/edge/one` });
    const set = await bed.save('apps', [`${source.host}/team/app:1`]);
    expect((await call('mirror.pull', { set })).run).toMatchObject({ state: 'done', imagesFailed: 0 });

    const checked = await call('mirror.checkSite', { id });
    expect(checked).toMatchObject({ health: 'warning', sentence: expect.stringContaining('Pushing works.') });
    expect(Object.fromEntries(checked.abilities.map((one) => [one.name, one.able]))).toEqual(habits.able);

    expect((await call('mirror.push', { site: id })).run).toMatchObject({ state: 'done', imagesFailed: 0 });
    const repository = 'edge/one/team/app';
    expect((await site.registry.resolve(repository, '1'))?.digest).toBe(index.digest);
    expect((await site.registry.resolve(repository, sigTag))?.digest).toBe(sig.manifest.digest);
    const listed = await site.registry.referrers(repository, index.digest);
    expect(listed.map(({ digest }) => digest)).toEqual([sbom.manifest.digest]);
    if (!skopeoAbsent) {
      const raw = await skopeo('inspect', '--raw', '--tls-verify=false', `docker://${site.host}/${repository}:1`);
      expect(digestOf(raw)).toBe(index.digest);
    }
    // The record of what was pushed lies there, too: else the sentence would say so.
    const sentence = 'The one image can be pulled, by tag and by digest.';
    expect(await call('mirror.verifySite', { id })).toEqual({ images: 1, missing: [], sentence });
    if (habits.able.referrers === 'no') {
      // A clean-up of old tags takes the list of what refers to the image: it is noticed, and mended by a push.
      const tag = referrersTag(index.digest);
      const list = await site.registry.resolve(repository, tag);
      await site.registry.deleteManifest(repository, list!.digest);
      await site.registry.deleteManifest(repository, tag).catch(() => undefined);
      const { missing } = await call('mirror.verifySite', { id });
      expect(missing).toEqual([expect.stringContaining(`does not list ${sbom.manifest.digest}`)]);
      await call('mirror.push', { site: id });
      expect(await call('mirror.verifySite', { id })).toMatchObject({ missing: [] });
    }
    const again = (await call('mirror.push', { site: id })).run;
    expect(again).toMatchObject({ state: 'done', bytesMoved: 0 });

    // What someone deletes there is missed by the next look, and comes back with the next push.
    await site.registry.deleteManifest(repository, index.digest);
    await site.registry.deleteManifest(repository, '1').catch(() => undefined);
    const lost = await call('mirror.verifySite', { id });
    expect(lost.missing).toEqual([expect.stringContaining(`${repository}:1 is gone`)]);
    expect((await call('mirror.push', { site: id })).run).toMatchObject({ state: 'done', imagesFailed: 0 });
    expect(await call('mirror.verifySite', { id })).toMatchObject({ missing: [] });
    expect((await site.registry.manifest(repository, '1')).bytes).toEqual(index.bytes);
  });
});
