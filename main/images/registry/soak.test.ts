import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { FaultError } from '../../../shared/fault.ts';
import { startFaultyRegistry } from '../testing/faulty-registry.ts';
import { blobOf, opener } from '../testing/sample-image.ts';
import { mayPass } from './passing.ts';
import { createRegistry } from './registry.ts';

/** Park and Miller's generator: the same run for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

it.each([1, 2, 3])('brings blobs there and back whole on a bad line, seed %i', async (seed) => {
  const random = seeded(seed);
  const upTo = (most: number) => Math.floor(random() * most);
  const server = await startFaultyRegistry({ location: 'query' });
  const clock = { now: () => Date.now(), sleep: async () => {} };
  const registry = createRegistry({ host: server.host, plainHttp: true, stallMs: 250, parallel: 4 }, { clock, random });
  const faults = [
    () => ({ answer: { status: [500, 502, 503, 504][upTo(4)]! } }),
    () => ({ answer: { status: 429, headers: { 'retry-after': '0' } } }),
    () => ({ cutRequestAt: upTo(400_000) }),
    () => ({ cutAt: upTo(400_000) }),
    () => ({ cutRequestAt: 0 }),
  ];
  for (let n = 0; n < 40; n += 1) server.add({ skip: upTo(12), ...faults[upTo(faults.length)]!() });
  const blobs = Array.from({ length: 12 }, () => blobOf(randomBytes(1 + upTo(400_000))));

  await Promise.all(
    blobs.map(async ({ descriptor, bytes }, n) => {
      let counted = 0;
      const onBytes = (count: number) => {
        counted += count;
      };
      await registry.upload('a', descriptor, opener(bytes), { onBytes, ...(n % 2 === 0 && { chunkBytes: 100_000 }) });
      expect(counted).toBe(bytes.length);
      const got: Buffer[] = [];
      for (let at = 0, tries = 0; at < bytes.length; tries += 1) {
        try {
          const { body, offset } = await registry.blob('a', descriptor, { offset: at });
          if (offset === 0) got.length = 0;
          at = offset;
          for await (const chunk of body as AsyncIterable<Buffer>) {
            got.push(chunk);
            at += chunk.length;
          }
        } catch (error) {
          if (!mayPass(error) || tries > 40) throw error;
          expect(error).toBeInstanceOf(FaultError);
        }
      }
      expect(Buffer.concat(got).equals(bytes)).toBe(true);
    }),
  );
  for (const { descriptor, bytes } of blobs)
    expect(server.content.blobs.get(`a ${descriptor.digest}`)?.equals(bytes)).toBe(true);
  await registry.close();
  await server.stop();
});
