import { gzipSync } from 'node:zlib';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../shared/clock.ts';
import { createHubClock } from './hub-clock.ts';
import { createLogin, type Login } from './login.ts';
import { type Authority, createAuthority } from './testing/authority.ts';
import { createHubServer, type HubServer, refusal, sendJson } from './testing/hub-server.ts';
import { base64 } from './testing/kubeconfig-text.ts';
import { createTransport, type Transport, type TransportOptions } from './transport.ts';

let authority: Authority;
let hub: HubServer;
let login: Login;
let transport: Transport;
let slept: number[];
/** Time passes at once, and what was waited for is written down. */
const clock: Clock = {
  now: () => Date.now(),
  sleep: async (ms) => {
    slept.push(ms);
  },
};

function make(more: Partial<TransportOptions> = {}) {
  return createTransport({
    server: hub.url,
    login,
    hubClock: createHubClock(clock),
    clock,
    random: () => 0.5,
    userAgent: 'test',
    headers: {},
    compress: false,
    ...more,
  });
}
beforeAll(async () => {
  authority = await createAuthority('hub CA');
});
beforeEach(async () => {
  slept = [];
  hub = await createHubServer(await authority.issue({ cn: 'hub', ips: ['127.0.0.1'] }));
  const cluster = { name: 'hub', server: hub.url, skipTLSVerify: false, caData: base64(authority.pem) };
  login = await createLogin(cluster, { name: 'me', token: 't' }, { current: async () => ({}), forget: () => false });
  transport = make();
});
afterEach(async () => {
  transport.close();
  await hub.close();
});

const get = { method: 'GET', path: '/x', reads: true } as const;
const post = { method: 'POST', path: '/x', body: {} } as const;
/** Answers the first `count` requests so, the others well. */
const first = (count: number, answer: Parameters<HubServer['answer']>[0]) =>
  hub.answer((seen, response) =>
    hub.seen.length <= count ? answer(seen, response) : sendJson(response, { fine: true }),
  );

describe('a busy hub', () => {
  it('is left alone for as long as it says, for writes too', async () => {
    first(2, (_, response) => sendJson(response, refusal(429, 'TooManyRequests', 'busy'), 429, { 'retry-after': '3' }));
    expect(await transport.json(post)).toEqual({ fine: true });
    expect(slept).toHaveLength(2);
    expect(Math.min(...slept)).toBeGreaterThanOrEqual(3000);
  });
  it('is not asked for ever, nor waited for longer than 30 s at a time', async () => {
    first(99, (_, response) =>
      sendJson(response, refusal(429, 'TooManyRequests', 'busy'), 429, { 'retry-after': '9999' }),
    );
    await expect(transport.json(get)).rejects.toMatchObject({
      fault: { code: 'kube.tooManyRequests', message: 'busy' },
    });
    expect(hub.seen).toHaveLength(6);
    expect(Math.max(...slept)).toBeLessThanOrEqual(35_000);
  });
});

describe('errors that pass', () => {
  it('500 is asked again, with growing pauses', async () => {
    first(3, (_, response) => sendJson(response, refusal(500, 'InternalError', 'etcd'), 500));
    expect(await transport.json(get)).toEqual({ fine: true });
    expect(slept).toEqual([200, 400, 800]);
  });
  it('503 of a proxy is told in its words', async () => {
    first(99, (_, response) => response.writeHead(503).end('<html><style>p{}</style><h1>No backend</h1></html>'));
    await expect(transport.json(get)).rejects.toMatchObject({
      fault: { code: 'kube.serverError', message: 'HTTP 503: No backend' },
    });
  });
  it('a reset before or within the answer is read again', async () => {
    first(2, (_, response) => {
      if (hub.seen.length === 2) response.writeHead(200, { 'content-length': '100' }).write('{"half');
      setTimeout(() => response.destroy(), 5);
    });
    expect(await transport.json(get)).toEqual({ fine: true });
    expect(hub.seen).toHaveLength(3);
  });
  it('a write is never sent twice when nobody knows what became of it', async () => {
    first(1, (_, response) => response.destroy());
    await expect(transport.json(post)).rejects.toMatchObject({ fault: { code: 'kube.unreachable' } });
    expect(hub.seen).toHaveLength(1);
    first(3, (_, response) => sendJson(response, refusal(500, 'InternalError', 'etcd'), 500));
    await expect(transport.json(post)).rejects.toMatchObject({ fault: { code: 'kube.serverError' } });
    expect(hub.seen).toHaveLength(2);
  });
});

describe('answers', () => {
  it('gzip is asked for over a network and read', async () => {
    transport.close();
    transport = make({ compress: true });
    hub.answer(({ headers }, response) => {
      expect(headers['accept-encoding']).toBe('gzip');
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a":1}'));
    });
    expect(await transport.json(get)).toEqual({ a: 1 });
  });
  it('a page or a redirect is no API server', async () => {
    hub.answer((_, response) => response.writeHead(200).end('<html>Welcome</html>'));
    await expect(transport.json(get)).rejects.toMatchObject({ fault: { code: 'kube.notKubernetes' } });
    hub.answer((_, response) => response.writeHead(302, { location: 'https://login' }).end());
    await expect(transport.json(get)).rejects.toMatchObject({ fault: { code: 'kube.notKubernetes' } });
  });
  it('no more than the limit are in flight', async () => {
    transport.close();
    transport = make({ concurrency: 4 });
    let open = 0;
    let most = 0;
    hub.answer((_, response) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        sendJson(response, {});
      }, 10);
    });
    await Promise.all(Array.from({ length: 30 }, () => transport.json(get)));
    expect(most).toBe(4);
    expect(hub.seen).toHaveLength(30);
  });
});

describe('an end', () => {
  it('an aborted request ends with the reason of its signal', async () => {
    hub.answer(() => {});
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('enough')), 20);
    await expect(transport.json({ ...get, signal: stop.signal })).rejects.toThrow('enough');
  });
  it('closing ends what waits', async () => {
    hub.answer(() => {});
    const waiting = transport.json(get);
    setTimeout(() => transport.close(), 20);
    await expect(waiting).rejects.toMatchObject({ fault: { code: 'kube.closed' } });
  });
});
