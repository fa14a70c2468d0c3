import { createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { createAuthority } from '../../kube/testing/authority.ts';
import { realRegistries } from '../testing/real-registries.ts';
import { pushImage, sampleImage } from '../testing/sample-image.ts';
import { startTokenServer } from '../testing/token-server.ts';
import type { RegistrySettings } from '../types.ts';
import { registryHealth } from './health.ts';
import { probeRegistry } from './probe.ts';
import { createRegistry } from './registry.ts';

const effects = { clock: systemClock(), random: Math.random, env: {} };
const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
function client(settings: RegistrySettings) {
  const registry = createRegistry(settings, effects);
  ends.push(registry.close);
  return registry;
}
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no fault',
    (error) => error.fault?.code ?? String(error),
  );

const onTls = realRegistries.filter(({ startSecure }) => startSecure);
describe.each(onTls)('$title', ({ startSecure, secureAbsent, habits }) => {
  it.skipIf(secureAbsent)(`on TLS with its own CA, and with a password where it has one${secureAbsent}`, async () => {
    const { host, ca, user, password, stop } = await startSecure!();
    ends.push(stop);
    const credential = user ? { credential: { user, password } } : {};
    expect(await codeOf(client({ host, ...credential }).ping())).toBe('registry.tls');
    const settings = { host, ca, ...credential };
    const registry = client(settings);
    expect(await registryHealth(registry, settings, effects)).toMatchObject({
      health: 'ok',
      sentence: `It answers, and ${user ? 'the sign-in is accepted' : 'asks for no sign-in so far'}.`,
    });
    const able = Object.fromEntries((await probeRegistry(registry, 'p')).map((one) => [one.name, one.able]));
    expect(able).toEqual(habits.able);
    const image = sampleImage({ sizes: [2_000_000] });
    const { descriptor, bytes } = image.blobs[1]!;
    const open = async (offset: number) => (await import('node:stream')).Readable.from([bytes.subarray(offset)]);
    await registry.upload('a/b', descriptor, open, { chunkBytes: 700_000 });
    await pushImage(registry, 'a/b', 'one', image);
    expect(await client(settings).manifest('a/b', 'one')).toEqual(image.manifest);
    if (!user) return;
    for (const wrong of [{}, { credential: { user, password: 'wrong' } }])
      expect(await codeOf(client({ host, ca, ...wrong }).resolve('a/b', 'one'))).toBe('registry.unauthorized');
  });
});

/** A signed token as registries of distribution read it (docs/content/spec/auth/jwt.md): the certificate travels in it. */
async function issuer(service: string) {
  const authority = await createAuthority('token-ca');
  const pair = await authority.issue({ cn: 'token server' });
  const chain = new X509Certificate(pair.cert).raw.toString('base64');
  const text = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = (scopes: readonly string[]) => {
    const access = scopes.map((scope) => {
      const [, type, name, actions = ''] = /^([^:]+):(.+):([^:]+)$/.exec(scope) ?? [];
      return { type, name, actions: actions.split(',') };
    });
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: 'test-issuer', sub: 'field', aud: service, iat: now, nbf: now - 10, exp: now + 60, access };
    const head = `${text({ alg: 'ES256', typ: 'JWT', x5c: [chain] })}.${text({ ...claims, jti: randomUUID() })}`;
    const key = createPrivateKey(pair.key);
    return `${head}.${sign('sha256', Buffer.from(head), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  };
  return { ca: authority.pem, token };
}

const withTokens = realRegistries.filter(({ title }) => /^(docker-registry|distribution [\d.]+$)/.test(title));
describe.each(withTokens)('$title', ({ absent, start, habits }) => {
  it.skipIf(absent)(`with tokens of a token server, each for what is asked only${absent}`, async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tokens-'));
    ends.push(() => rmSync(dir, { recursive: true, force: true }));
    const { ca, token } = await issuer('the registry');
    writeFileSync(join(dir, 'ca.pem'), ca);
    const server = await startTokenServer({ user: 'field', password: 'secret', expiresIn: 60, make: token });
    ends.push(server.stop);
    const options = `realm: "${server.realm}", service: the registry, issuer: test-issuer, rootcertbundle: ${dir}/ca.pem`;
    const { host, stop } = await start(`auth: {token: {${options}}}`);
    ends.push(stop);
    const credential = { user: 'field', password: 'secret' };
    const registry = client({ host, plainHttp: true, credential });
    await registry.ping();
    const able = Object.fromEntries((await probeRegistry(registry, 'p')).map((one) => [one.name, one.able]));
    expect(able).toEqual(habits.able);
    await pushImage(registry, 'a/b', 'one', sampleImage());
    expect(await registry.tags('a/b')).toEqual(['one']);
    expect(await registry.repositories()).toContain('a/b');
    const asked = new Set(server.asked.flatMap(({ scopes }) => scopes));
    for (const scope of ['repository:a/b:pull,push', 'registry:catalog:*']) expect(asked).toContain(scope);
    for (const wrong of [{}, { credential: { user: 'field', password: 'wrong' } }])
      expect(await codeOf(client({ host, plainHttp: true, ...wrong }).resolve('a/b', 'one'))).toBe(
        'registry.unauthorized',
      );
  });

  it.skipIf(absent)(`whose owner lets nobody ask for more than 3 repositories at once${absent}`, async () => {
    const { host, stop } = await start('catalog: {maxentries: 3}');
    ends.push(stop);
    const registry = client({ host, plainHttp: true });
    const names = Array.from({ length: 8 }, (_, at) => `some/repository-${at}`);
    for (const name of names) await pushImage(registry, name, 'one', sampleImage({ sizes: [10] }));
    expect((await registry.repositories())?.sort()).toEqual(names);
  });
});
