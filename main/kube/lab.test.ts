import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Core, createCore } from '../../lab/apiserver/core.ts';
import { kubeconfigText } from '../../lab/apiserver/http/kubeconfig.ts';
import { createLogins } from '../../lab/apiserver/http/logins.ts';
import { type ApiFront, type HttpFault, serveApi } from '../../lab/apiserver/http/serve.ts';
import { createLabClock, type LabClock } from '../../lab/clock.ts';
import { systemClock } from '../../shared/clock.ts';
import type { WatchEvent } from '../../shared/kube.ts';
import { createKubeClient } from './kube.ts';
import { resources } from './resources.ts';
import { clientSuite } from './testing/client-suite.ts';
import type { KubeClient, ListPage } from './types.ts';

const admins = { name: 'admin', groups: ['system:masters'] };

clientSuite("the client against the lab's API server", async () => {
  const clock = createLabClock(1);
  const core = createCore({ clock });
  const front = await serveApi(core);
  front.tokens.add('admin-token', admins);
  front.tokens.add('powerless-token', { name: 'powerless', groups: [] });
  const logins = await createLogins(core, front);
  const certificate = await front.authority.client('admin', ['system:masters']);
  return {
    admin: { text: kubeconfigText(front, { token: 'admin-token' }) },
    certificate: { text: kubeconfigText(front, certificate) },
    reader: { text: kubeconfigText(front, logins.reader) },
    powerless: { text: kubeconfigText(front, { token: 'powerless-token' }) },
    async stop() {
      await front.close();
      clock.stop();
    },
  };
});

describe('the client and what only the lab can do on demand', () => {
  let clock: LabClock;
  let core: Core;
  let front: ApiFront;
  let client: KubeClient;
  let faults: ((request: { method: string; url: string }) => HttpFault | undefined) | undefined;
  beforeAll(async () => {
    clock = createLabClock(60);
    core = createCore({ clock });
    front = await serveApi(core, { bookmarkMs: 100, history: 20, faults: (request) => faults?.(request) });
    front.tokens.add('t', admins);
    const text = kubeconfigText(front, { token: 't' });
    client = await createKubeClient({ source: { text }, allow: () => 'yes', clock: systemClock(), env: {} });
  });
  afterAll(async () => {
    client.close();
    await front.close();
    clock.stop();
  });
  const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const versionNow = async () => ((await client.list(resources.Namespace).next()).value as ListPage).resourceVersion;

  it('follows a clock that runs 60 times as fast', async () => {
    for (let i = 0; i < 12; i += 1) {
      await client.version();
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    // 3 s of ours are 180 s there; whole seconds and the pace measured leave a few.
    expect(Math.abs(client.hubNow() - clock.now())).toBeLessThan(15_000);
  });

  it('gets bookmarks that carry the version on', async () => {
    const resourceVersion = await versionNow();
    const events: WatchEvent[] = [];
    for await (const event of client.watch(resources.Namespace, { resourceVersion })) {
      events.push(event);
      if (events.length === 1) await core.create(namespace('for-the-bookmark'));
      if (event.type === 'BOOKMARK' && Number(event.object.metadata.resourceVersion) > Number(resourceVersion)) break;
    }
    expect(events.map(({ type }) => type)).toContain('ADDED');
    expect(events.at(-1)?.type).toBe('BOOKMARK');
  });

  it('is told that a version, or a continue token, is too old', async () => {
    const old = await versionNow();
    for (let i = 0; i < 40; i += 1) await core.create(namespace(`history-${i}`));
    const gone = { fault: { code: 'kube.gone' } };
    await expect(client.watch(resources.Namespace, { resourceVersion: old }).next()).rejects.toMatchObject(gone);
    const pages = client.list(resources.Namespace, { limit: 1 });
    front.expirePages();
    await pages.next();
    front.expirePages();
    await expect(
      (async () => {
        for await (const _ of pages) front.expirePages();
      })(),
    ).rejects.toMatchObject(gone);
  });

  it('lives through resets, a busy server and one that fails for a moment', async () => {
    const plan: HttpFault[] = [
      'reset',
      { status: 503 },
      { status: 429, reason: 'TooManyRequests', retryAfterSeconds: 1 },
    ];
    faults = () => plan.shift();
    expect(await client.get(resources.Namespace, 'default')).toMatchObject({ kind: 'Namespace' });
    expect(plan).toEqual([]);
    faults = undefined;
  });

  it('ends a watch when the server ends it', async () => {
    const resourceVersion = await versionNow();
    const watching = (async () => {
      for await (const _ of client.watch(resources.Namespace, { resourceVersion })) front.dropWatches();
      return 'ended';
    })();
    expect(await watching).toBe('ended');
  });

  it('says when a token has run out', async () => {
    front.tokens.add('short', admins, clock.now() + 60_000);
    const text = kubeconfigText(front, { token: 'short' });
    const short = await createKubeClient({ source: { text }, allow: () => 'yes', clock: systemClock(), env: {} });
    expect(await short.version()).toMatch(/^v1\./);
    await expect
      .poll(() => short.version().catch((error: { fault: { code: string } }) => error.fault.code), { timeout: 5000 })
      .toBe('kube.unauthorized');
    short.close();
  });
});
