import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { createKubeClient } from './kube.ts';
import { type Authority, createAuthority } from './testing/authority.ts';
import { createHubServer, type HubServer } from './testing/hub-server.ts';
import { base64, kubeconfigText } from './testing/kubeconfig-text.ts';

let authority: Authority;
let other: Authority;
const closing: { close(): unknown }[] = [];
beforeAll(async () => {
  authority = await createAuthority('hub CA');
  other = await createAuthority('other CA');
});
afterAll(async () => {
  for (const one of closing.reverse()) await one.close();
});

const keep = <T extends { close(): unknown }>(one: T): T => {
  closing.push(one);
  return one;
};
const day = 86_400_000;
const serve = async (wanted: object = {}, options: object = {}): Promise<HubServer> => {
  const pair = await authority.issue({ cn: 'hub', ips: ['127.0.0.1'], dns: ['localhost'], ...wanted });
  return keep(await createHubServer(pair, options));
};
const connectTo = async (cluster: object, user: object = { token: 't' }, env: NodeJS.ProcessEnv = {}) =>
  keep(
    await createKubeClient({
      source: { text: kubeconfigText({ 'certificate-authority-data': base64(authority.pem), ...cluster }, user) },
      allow: () => 'yes',
      clock: systemClock(),
      random: () => 0,
      env,
    }),
  );
const codeOf = async (cluster: object, user?: object) => {
  const client = await connectTo(cluster, user);
  return client.version().then(
    (version) => version,
    (error: { fault: { code: string } }) => error.fault.code,
  );
};

describe('whom we trust', () => {
  it('a server of the CA in the kubeconfig', async () => {
    const { url } = await serve();
    expect(await codeOf({ server: url })).toBe('v1.32.0');
  });
  it('an expired certificate is told apart', async () => {
    const { url } = await serve({ from: -9 * day, until: -day });
    expect(await codeOf({ server: url })).toBe('kube.certificateExpired');
  });
  it('one that is not valid yet too', async () => {
    const { url } = await serve({ from: day });
    expect(await codeOf({ server: url })).toBe('kube.certificateNotYetValid');
  });
  it('one for another host too, unless tls-server-name says so', async () => {
    const { url } = await serve({ ips: [], dns: ['api.hub.example'] });
    const client = await connectTo({ server: url });
    await expect(client.version()).rejects.toMatchObject({
      fault: { code: 'kube.certificateHost', message: expect.stringContaining('api.hub.example') },
    });
    expect(await codeOf({ server: url, 'tls-server-name': 'api.hub.example' })).toBe('v1.32.0');
  });
  it('one of an unknown authority too, unless checking is off', async () => {
    const { url } = await serve();
    expect(await codeOf({ server: url, 'certificate-authority-data': base64(other.pem) })).toBe(
      'kube.certificateUnknown',
    );
    expect(await codeOf({ server: url, 'certificate-authority-data': '' })).toBe('kube.certificateUnknown');
    expect(await codeOf({ server: url, 'insecure-skip-tls-verify': true })).toBe('v1.32.0');
  });
  it('says so when nothing listens, or when it is not TLS', async () => {
    const gone = await serve();
    await gone.close();
    expect(await codeOf({ server: gone.url })).toBe('kube.unreachable');
    const plain = createServer((_, response) => response.end('hello'));
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    keep({ close: () => plain.close() });
    const { port } = plain.address() as AddressInfo;
    expect(await codeOf({ server: `https://127.0.0.1:${port}` })).toBe('kube.notTls');
  });
});

describe('who we are', () => {
  it('shows a client certificate', async () => {
    const hub = await serve({}, { clientCa: authority.pem, requireCert: true });
    const { cert, key } = await authority.issue({ cn: 'field-team', organization: 'ops' });
    const pair = { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) };
    expect(await codeOf({ server: hub.url }, pair)).toBe('v1.32.0');
    expect(hub.seen[0]).toMatchObject({ client: 'field-team' });
  });
  it('says that the server refused our certificate', async () => {
    const hub = await serve({}, { clientCa: authority.pem, requireCert: true });
    const { cert, key } = await other.issue({ cn: 'stranger' });
    const pair = { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) };
    expect(await codeOf({ server: hub.url }, pair)).toMatch(/^kube\.(certificateRefused|unreachable)$/);
  });
  it('sends token, basic and impersonation headers', async () => {
    const hub = await serve();
    await codeOf(
      { server: hub.url },
      { token: 'abc', as: 'ann', 'as-groups': ['a', 'b'], 'as-user-extra': { 'Sc/p': ['x'] } },
    );
    await codeOf({ server: hub.url }, { username: 'u', password: 'p' });
    expect(hub.seen[0]?.headers).toMatchObject({
      authorization: 'Bearer abc',
      'impersonate-user': 'ann',
      'impersonate-group': 'a, b',
      'impersonate-extra-sc%2fp': 'x',
    });
    expect(hub.seen[1]?.headers.authorization).toBe(`Basic ${base64('u:p')}`);
  });
});

describe('ways', () => {
  it('keeps connections: a hundred calls in a row do not take a hundred', async () => {
    const hub = await serve();
    const client = await connectTo({ server: hub.url });
    for (let i = 0; i < 100; i += 1) await client.version();
    // The pool may open a second one while the first is still putting an answer away.
    expect(hub.connections()).toBeLessThanOrEqual(2);
    expect(hub.seen).toHaveLength(100);
  });
  it('keeps the path of the server address', async () => {
    const hub = await serve();
    await codeOf({ server: `${hub.url}/k8s/clusters/c-1/` });
    expect(hub.seen[0]?.url).toBe('/k8s/clusters/c-1/version');
  });
  const v6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));
  it.skipIf(!v6)(`IPv6 loopback${v6 ? '' : ' (skipped: this machine has none)'}`, async () => {
    const hub = await serve({ ips: ['::1'] }, { host: '::1' });
    expect(hub.url).toContain('[::1]');
    expect(await codeOf({ server: hub.url })).toBe('v1.32.0');
  });
  it('goes through the proxy of the kubeconfig, checking the hub itself', async () => {
    const hub = await serve();
    const tunnels: string[] = [];
    const proxy: Server = createServer();
    proxy.on('connect', (request, socket) => {
      tunnels.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`);
      const onward = connect(hub.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    keep({ close: () => proxy.close() });
    const address = `http://u:p@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const cluster = { server: `https://localhost:${hub.port}`, 'proxy-url': address };
    expect(await codeOf(cluster)).toBe('v1.32.0');
    expect(tunnels).toEqual([`localhost:${hub.port} Basic ${base64('u:p')}`]);
    expect(await codeOf({ ...cluster, 'certificate-authority-data': base64(other.pem) })).toBe(
      'kube.certificateUnknown',
    );
  });

  it('goes through a SOCKS5 proxy, and says so when the proxy is away', async () => {
    const hub = await serve();
    const asked: string[] = [];
    const proxy = createTcpServer((socket) => {
      socket.on('error', () => {});
      // RFC 1928: greeting, no authentication; then CONNECT to a name (3) or an IPv4 address (1).
      socket.once('data', () => {
        socket.write(Buffer.from([5, 0]));
        socket.once('data', (request) => {
          asked.push(request[3] === 3 ? request.subarray(5, 5 + request[4]!).toString() : 'address');
          const onward = connect(hub.port, '127.0.0.1', () => {
            socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
            onward.pipe(socket).pipe(onward);
          });
          onward.on('error', () => socket.destroy());
        });
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const cluster = { server: `https://localhost:${hub.port}`, 'proxy-url': `socks5://127.0.0.1:${port}` };
    expect(await codeOf(cluster)).toBe('v1.32.0');
    expect(asked).toEqual(['localhost']);
    await new Promise((resolve) => {
      for (const one of closing.splice(0).reverse()) void one.close();
      proxy.close(resolve);
    });
    expect(await codeOf(cluster)).toBe('kube.unreachable');
  });

  it('talks to kubectl proxy on loopback without TLS', async () => {
    const plain = createServer((request, response) =>
      response.end(JSON.stringify({ gitVersion: `plain ${request.url}` })),
    );
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    keep({ close: () => plain.close() });
    const { port } = plain.address() as AddressInfo;
    expect(await codeOf({ server: `http://127.0.0.1:${port}` }, {})).toBe('plain /version');
  });
});
