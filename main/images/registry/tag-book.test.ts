import { expect, it } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { type FaultyOptions, startFaultyRegistry } from '../testing/faulty-registry.ts';
import { pushImage, sampleImage } from '../testing/sample-image.ts';
import { createRegistry } from './registry.ts';

const image = sampleImage({ sizes: [1000] });
const { digest } = image.manifest;

async function bench(options: FaultyOptions = {}) {
  const server = await startFaultyRegistry(options);
  const registry = createRegistry({ host: server.host, plainHttp: true }, { clock: systemClock(), random: () => 0.5 });
  await pushImage(registry, 'a', 'v1', image);
  const lists = () => server.seen.filter(({ path }) => path.includes('/tags/list')).length;
  return {
    ...{ server, registry, lists },
    async [Symbol.asyncDispose]() {
      await registry.close();
      await server.stop();
    },
  };
}

it('asks for a short list once, and again after a tag was written', async () => {
  await using room = await bench();
  const both = await Promise.all([room.registry.fewTags('a'), room.registry.fewTags('a')]);
  expect(both.map((tags) => [...(tags ?? [])])).toEqual([['v1'], ['v1']]);
  expect(room.lists()).toBe(1);
  await room.registry.putManifest('a', 'v2', image.manifest);
  expect(await room.registry.fewTags('a')).toEqual(new Set(['v1', 'v2']));
});

it('knows nothing where the list has more pages, is not served or not allowed', async () => {
  await using room = await bench({ pageSize: 1 });
  await room.registry.putManifest('a', 'v2', image.manifest);
  expect(await room.registry.fewTags('a')).toBeUndefined();
  await room.registry.fewTags('a');
  expect(room.lists()).toBe(1);
  expect(await room.registry.fewTags('nothing/there')).toBeUndefined();
  room.server.add({ path: /b\/tags\/list/, answer: { status: 403, body: '{"errors":[{"code":"DENIED"}]}' }, times: 9 });
  expect(await room.registry.fewTags('b')).toBeUndefined();
});

it('asks a registry without the referrers API for it once, one with it each time', async () => {
  await using without = await bench();
  const asked = (room: typeof without) => room.server.seen.filter(({ path }) => path.includes('/referrers/')).length;
  for (let count = 0; count < 3; count += 1) expect(await without.registry.referrers('a', digest)).toEqual([]);
  expect(asked(without)).toBe(1);
  await using api = await bench({ referrersApi: true });
  for (let count = 0; count < 3; count += 1) expect(await api.registry.referrers('a', digest)).toEqual([]);
  expect(asked(api)).toBe(3);
});
