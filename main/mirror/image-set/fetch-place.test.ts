import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthority } from '../../kube/testing/authority.ts';
import { below, createFetchPlace } from './fetch-place.ts';
import { createWebFetch } from './web-fetch.ts';

let server: Server;
let at = '';
const folder = mkdtempSync(join(tmpdir(), 'fetch-'));
const fetch = createFetchPlace({ web: createWebFetch(), stallMs: 300 });
beforeAll(async () => {
  server = createServer((request, answer) => {
    if (request.url === '/plain') answer.end(`for ${request.headers.accept}`);
    else if (request.url === '/moved') answer.writeHead(302, { location: '/plain' }).end();
    else if (request.url === '/zipped') answer.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('unpacked'));
    else if (request.url === '/stalls') answer.write('a');
    else if (request.url === '/cut') answer.writeHead(200, { 'content-length': 99 }).write('a', () => answer.destroy());
    else answer.writeHead(request.url === '/500' ? 500 : 404).end('words');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

test('addresses and files', async () => {
  expect(String(await fetch(`${at}/moved`, { accept: 'application/json' }))).toBe('for application/json');
  expect(String(await fetch(below(`${at}/`, 'zipped')))).toBe('unpacked');
  writeFileSync(join(folder, 'a b'), 'here');
  expect(String(await fetch(below(folder, 'a b')))).toBe('here');
  expect(String(await fetch(below(pathToFileURL(folder).href, 'a b')))).toBe('here');
});

test.each([
  ['/none', 'fetch.notFound', 'There is nothing at'],
  ['/500', 'fetch.refused', 'answered 500'],
  ['/stalls', 'fetch.unreachable', 'no bytes for 0.3 s'],
  ['/cut', 'fetch.unreachable', "can't be reached"],
])('%s → %s', async (path, code, words) => {
  const failed = fetch(at + path);
  await expect(failed).rejects.toThrow(words);
  await expect(failed).rejects.toMatchObject({ fault: { code } });
});

test('no server, too much, no file, a folder, an abort', async () => {
  await expect(fetch('http://127.0.0.1:1/x')).rejects.toMatchObject({ fault: { code: 'fetch.unreachable' } });
  await expect(fetch(`${at}/plain`, { limit: 3 })).rejects.toMatchObject({ fault: { code: 'fetch.tooLarge' } });
  await expect(fetch(join(folder, 'none'))).rejects.toMatchObject({ fault: { code: 'fetch.notFound' } });
  await expect(fetch(folder)).rejects.toMatchObject({ fault: { code: 'fetch.refused' } });
  await expect(fetch(`${at}/plain`, { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop');
});

test('from TLS nobody leads us to plain HTTP', async () => {
  const authority = await createAuthority('tls');
  const { cert, key } = await authority.issue({ cn: 'web', ips: ['127.0.0.1'] });
  const secure = createTlsServer({ cert, key }, (request, answer) => {
    if (request.url === '/here') answer.end('over TLS');
    else answer.writeHead(302, { location: request.url === '/moved' ? '/here' : `${at}/plain` }).end();
  });
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
  const tls = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`;
  const over = createFetchPlace({ web: createWebFetch({ ca: [authority.pem] }) });
  try {
    expect(String(await over(`${tls}/moved`))).toBe('over TLS');
    await expect(over(`${tls}/down`)).rejects.toMatchObject({
      fault: { code: 'fetch.unreachable', message: expect.stringContaining('plain HTTP') },
    });
  } finally {
    secure.closeAllConnections();
    secure.close();
  }
});

test('redirects without end come to one', async () => {
  const round = createServer((_, answer) => answer.writeHead(302, { location: '/again' }).end());
  await new Promise<void>((resolve) => round.listen(0, '127.0.0.1', resolve));
  const failed = fetch(`http://127.0.0.1:${(round.address() as AddressInfo).port}/`);
  await expect(failed).rejects.toMatchObject({ fault: { code: 'fetch.unreachable' } });
  round.closeAllConnections();
  round.close();
});

test('a password in an address is told to nobody', async () => {
  const secret = at.replace('http://', 'http://me:hunter2@');
  for (const place of [`${secret}/none`, `${secret}/500`, 'http://me:hunter2@127.0.0.1:1/x', `${secret}/plain`])
    await fetch(place, { limit: 3 }).then(
      () => expect.unreachable(),
      (error: Error) => expect(JSON.stringify([error, error.message])).not.toContain('hunter2'),
    );
});
