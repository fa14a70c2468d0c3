import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { serveWeb, type WebHost } from './web.ts';

let root: string;
let host: WebHost;
const listeners = new Set<(name: string, data: unknown) => void>();
const transport = {
  call: async (name: string, input: unknown) => ({ name, input }),
  listen: (listener: (name: string, data: unknown) => void) => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  },
};

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'bastion-web-'));
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>window</title>');
});
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(async () => {
  host = await serveWeb(transport, root);
});
afterEach(() => host.close());

/** One raw request: fetch would normalise the target and set the Host itself. */
function raw(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; headers: IncomingHttpHeaders }>((resolve, reject) => {
    httpRequest({ hostname: '127.0.0.1', port: host.port, path, method, headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    })
      .on('error', reject)
      .end();
  });
}

async function login(): Promise<string> {
  const { pathname, search } = new URL(host.invite());
  const { status, headers } = await raw(pathname + search);
  expect(status).toBe(302);
  return String(headers['set-cookie']?.[0]).split(';')[0] ?? '';
}

test('the address works once, and the cookie carries on', async () => {
  const { pathname, search } = new URL(host.url);
  const first = await raw(pathname + search);
  expect(first.headers['set-cookie']?.[0]).toMatch(new RegExp(`^bastion-${host.port}=.+; HttpOnly; SameSite=Strict`));
  expect((await raw(pathname + search)).status).toBe(403);
  const page = await raw('/', { cookie: String(first.headers['set-cookie']?.[0]) });
  expect(page.status).toBe(200);
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
});

test('nothing is served without the cookie, to another Host, by another method or outside the folder', async () => {
  const cookie = await login();
  expect((await raw('/index.html')).status).toBe(403);
  expect((await raw('/?token=wrong')).status).toBe(403);
  expect((await raw(`/?token=${'%C3%A9'.repeat(43)}`)).status).toBe(403);
  expect((await raw('//', { cookie })).status).toBe(400);
  expect((await raw('/', { cookie, host: 'rebound.example' })).status).toBe(403);
  expect((await raw('/', { cookie }, 'POST')).status).toBe(405);
  expect((await raw('/..%2f..%2fpackage.json', { cookie })).status).toBe(403);
  expect((await raw('/no-such.js', { cookie })).status).toBe(404);
  host.endSessions();
  expect((await raw('/', { cookie })).status).toBe(403);
});

function socket(headers: Record<string, string>): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${host.port}/rpc`, { headers });
}
const opened = (ws: WebSocket) =>
  new Promise<boolean>((resolve) => {
    ws.once('open', () => resolve(true));
    ws.once('error', () => resolve(false));
  });

test('a socket needs the cookie and our own origin', async () => {
  const cookie = await login();
  const origin = `http://127.0.0.1:${host.port}`;
  expect(await opened(socket({ origin }))).toBe(false);
  expect(await opened(socket({ cookie, origin: 'http://evil.example' }))).toBe(false);
  const ws = socket({ cookie, origin });
  expect(await opened(ws)).toBe(true);
  ws.terminate();
});

test('broken frames are answered with faults, calls with results, and events come', async () => {
  const ws = socket({ cookie: await login(), origin: `http://127.0.0.1:${host.port}` });
  await opened(ws);
  const frames: unknown[] = [];
  ws.on('message', (data) => frames.push(JSON.parse(String(data))));
  ws.send('not json');
  ws.send(JSON.stringify({ id: 7, name: 'fleet.page', input: { limit: 1 } }));
  await expect.poll(() => frames.length).toBe(2);
  expect(frames[0]).toMatchObject({ fault: { code: 'input.invalid' } });
  expect(frames[1]).toEqual({ id: 7, ok: { name: 'fleet.page', input: { limit: 1 } } });
  for (const listener of listeners) listener('hub.changed', { hub: 'a' });
  await expect.poll(() => frames[2]).toEqual({ event: 'hub.changed', data: { hub: 'a' } });
  const closed = new Promise((resolve) => ws.once('close', resolve));
  ws.send('x'.repeat(9 << 20));
  await closed;
  expect((await raw('/')).status).toBe(403);
});

test('a taken port is named', async () => {
  await expect(serveWeb(transport, root, { port: host.port })).rejects.toMatchObject({
    fault: { code: 'web.portTaken', field: '--port' },
  });
});
