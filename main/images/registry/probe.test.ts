import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { Ability as AbilitySchema } from '../../../shared/contract/mirror.ts';
import { registryAbsent, startDockerRegistry } from '../testing/docker-registry.ts';
import { type FaultyOptions, startFaultyRegistry } from '../testing/faulty-registry.ts';
import { type Ability, probeRegistry } from './probe.ts';
import { createRegistry } from './registry.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
const effects = { clock: systemClock(), random: Math.random };
const ableOf = (found: Ability[]) => Object.fromEntries(found.map(({ name, able }) => [name, able]));

async function faulty(options: FaultyOptions) {
  const server = await startFaultyRegistry(options);
  const registry = createRegistry({ host: server.host, plainHttp: true }, effects);
  stops.push(server.stop, registry.close);
  return { server, registry };
}

describe('what a registry can', () => {
  it.skipIf(registryAbsent)(
    `docker-registry 2.8: all but the API of referrers and sparse indexes${registryAbsent}`,
    async () => {
      const server = await startDockerRegistry();
      const registry = createRegistry({ host: server.host, plainHttp: true }, effects);
      stops.push(server.stop, registry.close);
      const found = await probeRegistry(registry, 'bastion/probe');
      expect(ableOf(found)).toEqual({
        push: 'yes',
        sparseIndex: 'no',
        referrers: 'no',
        nestedPaths: 'yes',
        manifest4MiB: 'yes',
        mount: 'yes',
        delete: 'yes',
      });
      for (const one of found) expect(AbilitySchema.parse(one).detail).not.toBe('');
      for (const tag of await registry.tags('bastion/probe').catch(() => []))
        expect(await registry.resolve('bastion/probe', tag)).toBeUndefined();
    },
  );

  it('a modern one: all, and nothing is left of it', async () => {
    const { server, registry } = await faulty({ sparse: true, referrersApi: true });
    expect(Object.values(ableOf(await probeRegistry(registry, 'p')))).toEqual(Array(7).fill('yes'));
    expect([...server.content.manifests.keys(), ...server.content.blobs.keys()]).toEqual([]);
  });

  it('one that only takes flat paths, small manifests and deletes nothing', async () => {
    const refuse = (code: string, status = 400) => ({ status, body: JSON.stringify({ errors: [{ code }] }) });
    const { registry } = await faulty({
      rules: [
        { method: 'POST', path: /one\/two/, answer: refuse('NAME_INVALID') },
        { method: 'POST', path: /mount=/, answer: { status: 202, headers: { location: '/x' } } },
        {
          method: 'PUT',
          path: /manifests/,
          times: 9,
          answer: ({ body }) => (body.length > 1_000_000 ? refuse('SIZE_INVALID', 413) : undefined),
        },
        { method: 'DELETE', times: 99, answer: refuse('UNSUPPORTED', 405) },
      ],
    });
    expect(ableOf(await probeRegistry(registry, 'p'))).toEqual({
      push: 'yes',
      sparseIndex: 'no',
      referrers: 'no',
      nestedPaths: 'no',
      manifest4MiB: 'no',
      mount: 'no',
      delete: 'no',
    });
  });

  it('one that lets nobody push: the rest is not known', async () => {
    const { server, registry } = await faulty({ rules: [{ method: 'POST', times: 9, answer: { status: 403 } }] });
    const found = await probeRegistry(registry, 'p');
    expect(found[0]).toMatchObject({ name: 'push', able: 'no', detail: expect.stringContaining(`push to p`) });
    expect(new Set(found.slice(1).map(({ able }) => able))).toEqual(new Set(['unknown']));
    expect(server.seen).toHaveLength(1);
  });

  it('none at all is a fault, not a no', async () => {
    const registry = createRegistry({ host: '127.0.0.1:1', plainHttp: true }, effects);
    stops.push(registry.close);
    await expect(probeRegistry(registry, 'p')).rejects.toMatchObject({ fault: { code: 'registry.unreachable' } });
  });
});
