import type { ServerResponse } from 'node:http';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import type { WatchEvent } from '../../shared/kube.ts';
import { createKubeClient } from './kube.ts';
import { resources } from './resources.ts';
import { type Authority, createAuthority } from './testing/authority.ts';
import { createHubServer, type HubServer, refusal, sendJson } from './testing/hub-server.ts';
import { base64, kubeconfigText } from './testing/kubeconfig-text.ts';
import type { KubeClient, ListPage, WatchOptions } from './types.ts';
import { lines } from './watch.ts';

let authority: Authority;
let hub: HubServer;
let client: KubeClient;
beforeAll(async () => {
  authority = await createAuthority('hub CA');
});
beforeEach(async () => {
  hub = await createHubServer(await authority.issue({ cn: 'hub', ips: ['127.0.0.1'] }));
  const text = kubeconfigText({ server: hub.url, 'certificate-authority-data': base64(authority.pem) }, { token: 't' });
  client = await createKubeClient({ source: { text }, allow: () => 'yes', clock: systemClock(), random: () => 0 });
});
afterEach(async () => {
  client.close();
  await hub.close();
});

/** Serves pods; `use` answers the list and watch requests. */
const serve = (use: (url: string, response: ServerResponse) => void) =>
  hub.answer(({ url }, response) => {
    if (url === '/api/v1') sendJson(response, { resources: [{ name: 'pods', kind: 'Pod', namespaced: true }] });
    else use(url, response);
  });
const pod = (name: string, resourceVersion = '1') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, resourceVersion },
});
const event = (type: string, object: object) => `${JSON.stringify({ type, object })}\n`;
async function collect(options: WatchOptions): Promise<WatchEvent[]> {
  const events: WatchEvent[] = [];
  for await (const one of client.watch(resources.Pod, options)) events.push(one);
  return events;
}

describe('lines', () => {
  it('come whole however the bytes are cut, with letters of many bytes', async () => {
    const text = '{"a":"é"}\n\n{"b":"日本"}\nrest without end';
    const bytes = Buffer.from(text);
    for (const size of [1, 2, 3, 7, 100]) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      const found: string[] = [];
      for await (const line of lines(
        (async function* () {
          yield* chunks;
        })(),
      ))
        found.push(line);
      expect(found).toEqual(['{"a":"é"}', '{"b":"日本"}']);
    }
  });
});

describe('watch', () => {
  it('asks for bookmarks from the version on and gives events in order until the server ends it', async () => {
    serve((_, response) => {
      response.write(event('ADDED', pod('a')) + event('MODIFIED', pod('a', '2')).slice(0, 20));
      setTimeout(() => {
        response.write(event('MODIFIED', pod('a', '2')).slice(20));
        response.end(event('BOOKMARK', { kind: 'Pod', apiVersion: 'v1', metadata: { resourceVersion: '9' } }));
      }, 10);
    });
    const events = await collect({ resourceVersion: '7', namespace: 'n', labelSelector: 'a=b' });
    expect(
      events.map(({ type, object }) => [
        type,
        (object as { metadata: { resourceVersion: string } }).metadata.resourceVersion,
      ]),
    ).toEqual([
      ['ADDED', '1'],
      ['MODIFIED', '2'],
      ['BOOKMARK', '9'],
    ]);
    expect(hub.seen.at(-1)?.url).toBe(
      '/api/v1/namespaces/n/pods?watch=true&allowWatchBookmarks=true&resourceVersion=7&labelSelector=a%3Db',
    );
  });
  it('says kube.gone for a version that is too old, both ways a server says it', async () => {
    const status = refusal(410, 'Expired', 'too old resource version: 1 (5)');
    const gone = { fault: { code: 'kube.gone', message: 'too old resource version: 1 (5)' } };
    serve((_, response) => response.end(event('ERROR', status)));
    await expect(collect({ resourceVersion: '1' })).rejects.toMatchObject(gone);
    serve((_, response) => sendJson(response, status, 410));
    await expect(collect({ resourceVersion: '1' })).rejects.toMatchObject(gone);
  });
  it('ends quietly after silence, and lasts as long as bookmarks come', async () => {
    serve((_, response) => {
      response.write(event('ADDED', pod('a')));
      let left = 4;
      const timer = setInterval(() => {
        if (left-- > 0) response.write(event('BOOKMARK', pod('', String(10 + left))));
        else clearInterval(timer);
      }, 500);
    });
    const started = performance.now();
    const events = await collect({ resourceVersion: '1', idleTimeoutMs: 1000 });
    expect(events).toHaveLength(5);
    expect(performance.now() - started).toBeGreaterThan(2500);
  });
  it('a cut line is a fault, not an end', async () => {
    serve((_, response) => {
      response.write(event('ADDED', pod('a')));
      setTimeout(() => response.destroy(), 20);
    });
    await expect(collect({ resourceVersion: '1' })).rejects.toMatchObject({ fault: { code: 'kube.unreachable' } });
  });
  it('ends quietly when aborted, and lets go of the connection when left', async () => {
    let closed = 0;
    serve((_, response) => {
      response.on('close', () => {
        closed += 1;
      });
      response.write(event('ADDED', pod('a')));
    });
    const stop = new AbortController();
    const seen: WatchEvent[] = [];
    for await (const one of client.watch(resources.Pod, { resourceVersion: '1', signal: stop.signal })) {
      seen.push(one);
      stop.abort();
    }
    expect(seen).toHaveLength(1);
    for await (const _ of client.watch(resources.Pod, { resourceVersion: '1' })) break;
    await expect.poll(() => closed).toBe(2);
  });
  it('ends quietly when aborted before the server answered', async () => {
    const stop = new AbortController();
    serve(() => stop.abort());
    expect(await collect({ resourceVersion: '1', signal: stop.signal })).toEqual([]);
  });
  it('says what is not served', async () => {
    hub.answer((_, response) => sendJson(response, refusal(404, 'NotFound', 'no'), 404));
    await expect(client.watch(resources.Policy, { resourceVersion: '1' }).next()).rejects.toMatchObject({
      fault: { code: 'kube.notServed', message: expect.stringContaining('policies.policy.open-cluster-management.io') },
    });
  });
});

describe('list', () => {
  it('goes page by page with the token, and fills in what lists leave out', async () => {
    serve((url, response) => {
      const token = new URL(url, hub.url).searchParams.get('continue');
      const metadata = token
        ? { resourceVersion: '5' }
        : { resourceVersion: '5', continue: 'next', remainingItemCount: 1 };
      sendJson(response, { kind: 'PodList', metadata, items: [{ metadata: { name: token ? 'b' : 'a' } }] });
    });
    const pages: ListPage[] = [];
    for await (const page of client.list(resources.Pod, { limit: 1, fieldSelector: 'x=y' })) pages.push(page);
    expect(pages).toEqual([
      { items: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }], resourceVersion: '5', remaining: 1 },
      { items: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b' } }], resourceVersion: '5' },
    ]);
    expect(hub.seen.map(({ url }) => url).slice(1)).toEqual([
      '/api/v1/pods?limit=1&fieldSelector=x%3Dy',
      '/api/v1/pods?limit=1&continue=next&fieldSelector=x%3Dy',
    ]);
  });
  it('says kube.gone when the token runs out half way', async () => {
    serve((url, response) => {
      if (url.includes('continue'))
        sendJson(response, refusal(410, 'Expired', 'The provided continue parameter is too old'), 410);
      else sendJson(response, { metadata: { resourceVersion: '5', continue: 'next' }, items: [] });
    });
    const pages = client.list(resources.Pod);
    await pages.next();
    await expect(pages.next()).rejects.toMatchObject({ fault: { code: 'kube.gone' } });
  });
});
