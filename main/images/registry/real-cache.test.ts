import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { registryAbsent, startDockerRegistry } from '../testing/docker-registry.ts';
import { allBytes, pushImage, sampleImage } from '../testing/sample-image.ts';
import { probeRegistry } from './probe.ts';
import { createRegistry } from './registry.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
async function started(config = '') {
  const { host, stop } = await startDockerRegistry({ config });
  const registry = createRegistry({ host, plainHttp: true }, { clock: systemClock(), random: Math.random });
  ends.push(stop, registry.close);
  return { host, registry };
}

it.skipIf(registryAbsent)(
  `a cache before another registry: one pulls through it, and is told that it takes no pushes${registryAbsent}`,
  async () => {
    const far = await started();
    const image = sampleImage({ sizes: [300_000] });
    await pushImage(far.registry, 'team/app', '1', image);
    const cache = await started(`proxy: {remoteurl: "http://${far.host}"}`);
    expect(await cache.registry.manifest('team/app', '1')).toEqual(image.manifest);
    for (const { descriptor, bytes } of image.blobs) {
      expect(await cache.registry.hasBlob('team/app', descriptor.digest)).toBe(bytes.length);
      const { body } = await cache.registry.blob('team/app', descriptor, { offset: 0 });
      expect((await allBytes(body)).equals(bytes)).toBe(true);
    }
    expect(await cache.registry.referrers('team/app', image.manifest.digest)).toEqual([]);
    const [push, ...rest] = await probeRegistry(cache.registry, 'bastion/probe');
    expect(push).toMatchObject({
      name: 'push',
      able: 'no',
      detail: expect.stringMatching(/405.*read-only, or a cache/),
    });
    expect(new Set(rest.map(({ able }) => able))).toEqual(new Set(['unknown']));
  },
);
