import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { type Authority, createAuthority } from '../../kube/testing/authority.ts';
import { type DockerRegistry, secureRegistryAbsent, startDockerRegistry } from '../testing/docker-registry.ts';
import { startFaultyRegistry } from '../testing/faulty-registry.ts';
import { allBytes, pushImage, sampleImage } from '../testing/sample-image.ts';
import type { RegistrySettings } from '../types.ts';
import { readCertificates } from './certs-dir.ts';
import { registryHealth } from './health.ts';
import { createRegistry } from './registry.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
const effects = { clock: systemClock(), random: Math.random };
const open = (settings: RegistrySettings, env?: Record<string, string>) => {
  const registry = createRegistry(settings, { ...effects, ...(env && { env }) });
  stops.push(registry.close);
  return registry;
};
const fault = (code: string, words: string) => ({ fault: { code, message: expect.stringContaining(words) } });

describe.skipIf(secureRegistryAbsent)(`a docker-registry with TLS and a password${secureRegistryAbsent}`, () => {
  let server: DockerRegistry;
  let good: RegistrySettings;
  beforeAll(async () => {
    server = await startDockerRegistry({ secure: true });
    good = { host: server.host, ca: server.ca, credential: { user: server.user, password: server.password } };
  });
  afterAll(() => server?.stop());

  it('takes an image and gives it back', async () => {
    const registry = open(good);
    const image = sampleImage({ sizes: [3_000_000] });
    await pushImage(registry, 'a/b', 'v1', image);
    expect(await registry.manifest('a/b', 'v1')).toEqual(image.manifest);
    const { descriptor, bytes } = image.blobs[1]!;
    expect((await allBytes((await registry.blob('a/b', descriptor, { offset: 0 })).body)).equals(bytes)).toBe(true);
    expect(await registryHealth(registry, good, effects)).toMatchObject({
      health: 'ok',
      certificateUntil: expect.stringMatching(/^\d{4}-/),
    });
  });

  it('says what is wrong, each in its own words', async () => {
    const { ca: _ca, ...noCa } = good;
    await expect(open(noCa).ping()).rejects.toMatchObject(fault('registry.tls', 'authority that is not known here'));
    const other = (await createAuthority('other')).pem;
    await expect(open({ ...good, ca: other }).ping()).rejects.toMatchObject(
      fault('registry.tls', 'authority that is not known here'),
    );
    await expect(open({ ...good, plainHttp: true }).ping()).rejects.toMatchObject(
      fault('registry.tls', 'speaks TLS, not plain HTTP'),
    );
    await expect(open({ host: good.host, ca: server.ca }).ping()).rejects.toMatchObject(
      fault('registry.unauthorized', 'none is known'),
    );
    const wrong = { ...good, credential: { user: server.user, password: 'x' } };
    await expect(open(wrong).tags('a')).rejects.toMatchObject(
      fault('registry.unauthorized', `does not accept ${server.user}`),
    );
    expect(await registryHealth(open(wrong), wrong, effects)).toMatchObject({
      health: 'failed',
      certificateUntil: expect.any(String),
      fault: { code: 'registry.unauthorized' },
    });
  });

  it('skips the check only where that was chosen, and says so', async () => {
    const { ca: _ca, ...noCa } = good;
    const insecure = { ...noCa, insecureTls: true };
    expect(await registryHealth(open(insecure), insecure, effects)).toMatchObject({
      health: 'warning',
      sentence: expect.stringContaining('not checked'),
    });
  });
});

describe('certificates', () => {
  let authority: Authority;
  beforeAll(async () => {
    authority = await createAuthority('site-ca');
  });
  const serve = async (wanted: { until?: number; from?: number; ips?: string[] }) => {
    const pair = await authority.issue({ cn: 'r', ips: ['127.0.0.1'], ...wanted });
    const server = await startFaultyRegistry({ tls: pair });
    stops.push(server.stop);
    return { host: server.host, ca: authority.pem };
  };

  it('an expired one, one of tomorrow, one for another address, and one that ends soon', async () => {
    await expect(open(await serve({ from: -1e9, until: -1e6 })).ping()).rejects.toMatchObject(
      fault('registry.tls', 'has expired'),
    );
    await expect(open(await serve({ from: 1e8 })).ping()).rejects.toMatchObject(fault('registry.tls', 'not valid yet'));
    await expect(open(await serve({ ips: ['192.0.2.7'] })).ping()).rejects.toMatchObject(
      fault('registry.tls', 'for 192.0.2.7'),
    );
    const soon = await serve({ until: 5.5 * 86_400_000 });
    expect(await registryHealth(open(soon), soon, effects)).toMatchObject({
      health: 'warning',
      sentence: expect.stringContaining('ends in 5 days'),
    });
  });

  it.skipIf(secureRegistryAbsent)(
    `shows ours where the registry asks for it, from certs.d as well${secureRegistryAbsent}`,
    async () => {
      const clients = await createAuthority('clients');
      const server = await startDockerRegistry({ secure: true, clientCa: clients.pem });
      stops.push(server.stop);
      const { host, ca, user, password } = server;
      const settings = { host, ca, credential: { user, password } };
      await expect(open(settings).ping()).rejects.toMatchObject(fault('registry.tls', 'refused our certificate'));
      const { cert, key } = await clients.issue({ cn: 'laptop' });
      await open({ ...settings, clientCertificate: cert, clientKey: key }).ping();
      const dir = mkdtempSync(join(tmpdir(), 'certs-'));
      const folder = join(dir, host);
      mkdirSync(folder);
      writeFileSync(join(folder, 'ca.crt'), ca);
      writeFileSync(join(folder, 'client.cert'), cert);
      expect(() => readCertificates(host, [dir])).toThrow('client.cert has no key beside it');
      writeFileSync(join(folder, 'client.key'), key);
      const { ca: _ca, ...bare } = settings;
      await open({ ...bare, ...readCertificates(host, [join(dir, 'none'), dir]) }).ping();
      expect(readCertificates('other.example', [dir])).toEqual({});
      rmSync(dir, { recursive: true });
    },
  );

  it('refuses texts that are none before anything is asked', () => {
    const make = (more: Partial<RegistrySettings>) => () => createRegistry({ host: 'r.example', ...more }, effects);
    expect(make({ ca: 'hello' })).toThrow('no BEGIN CERTIFICATE');
    expect(make({ clientCertificate: 'x', clientKey: 'y' })).toThrow("can't be used");
  });
});

describe('proxies', () => {
  /** A proxy that tunnels (CONNECT) and forwards plain requests, and remembers what for. */
  async function startProxy() {
    const seen: string[] = [];
    const proxy = createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    proxy.on('connect', (request, socket) => {
      seen.push(`CONNECT ${request.url}`);
      const [, port] = (request.url ?? '').split(':');
      const target = connect(Number(port), '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      target.on('error', () => socket.destroy());
      socket.on('error', () => target.destroy());
      target.pipe(socket).pipe(target);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', () => resolve()));
    stops.push(
      () =>
        new Promise((resolve) => {
          proxy.close(() => resolve());
          proxy.closeAllConnections();
        }),
    );
    return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, seen };
  }

  it('go by HTTPS_PROXY and HTTP_PROXY, around NO_PROXY', async () => {
    const { url, seen } = await startProxy();
    const authority = await createAuthority('site-ca');
    const pair = await authority.issue({ cn: 'r', dns: ['registry.test'] });
    const server = await startFaultyRegistry({ tls: pair });
    stops.push(server.stop);
    const host = server.host.replace('127.0.0.1', 'registry.test');
    await open({ host, ca: authority.pem }, { HTTPS_PROXY: url }).ping();
    await open({ host: 'plain.test', plainHttp: true }, { http_proxy: url }).ping();
    expect(seen).toEqual([`CONNECT ${host}`, 'GET http://plain.test/v2/']);
    await expect(
      open({ host, ca: authority.pem, stallMs: 1_000 }, { HTTPS_PROXY: url, NO_PROXY: '.test' }).ping(),
    ).rejects.toMatchObject(fault('registry.unreachable', 'DNS'));
    expect(seen).toHaveLength(2);
    await expect(open({ host }, { HTTPS_PROXY: 'ftp://x' }).ping()).rejects.toMatchObject(
      fault('registry.badProxy', 'HTTPS_PROXY'),
    );
  });
});
