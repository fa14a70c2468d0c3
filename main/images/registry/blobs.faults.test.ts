import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { digestOf } from '../digest.ts';
import { type FaultyRegistry, startFaultyRegistry } from '../testing/faulty-registry.ts';
import { pushImage, sampleImage } from '../testing/sample-image.ts';
import type { Registry } from '../types.ts';
import { createRegistry } from './registry.ts';

let server: FaultyRegistry;
let registry: Registry;
beforeEach(async () => {
  server = await startFaultyRegistry();
  registry = createRegistry({ host: server.host, plainHttp: true }, { clock: systemClock(), random: () => 0 });
});
afterEach(async () => {
  await registry.close();
  await server.stop();
});
const image = sampleImage({ sizes: [200_000] });
const layer = image.blobs[1]!;

describe('looks at blobs', () => {
  const { digest, size } = layer.descriptor;
  const head = (length: string) => ({ method: 'HEAD', answer: { status: 200, headers: { 'content-length': length } } });
  it('takes an empty file under the digest of something for none, as a registry has after a loss of power', async () => {
    server.add(head('0'));
    server.add({ method: 'GET', answer: { status: 200, body: '' } });
    expect(await registry.hasBlob('a', digest)).toBeUndefined();
    server.add(head('0'));
    expect(await registry.hasBlob('a', digestOf(''))).toBe(0);
  });
  it('asks by GET where a proxy took the length of HEAD away', async () => {
    await pushImage(registry, 'a', 'v1', image);
    server.add(head('0'));
    expect(await registry.hasBlob('a', digest)).toBe(size);
  });
});

describe('mounts', () => {
  it.each([401, 403])('is not done when the registry denies reading the other repository (%i)', async (status) => {
    server.add({ method: 'POST', path: /mount=/, times: 9, answer: { status } });
    expect(await registry.mount('a', layer.descriptor.digest, 'other')).toBe(false);
  });
});
