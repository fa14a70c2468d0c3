import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import type { Credential } from './exec-credential.ts';
import { createKubeClient } from './kube.ts';
import { createLogin, type Login } from './login.ts';
import { type Authority, createAuthority } from './testing/authority.ts';
import { createHubServer, type HubServer } from './testing/hub-server.ts';
import { base64, kubeconfigText } from './testing/kubeconfig-text.ts';

let authority: Authority;
let hub: HubServer;
let dir: string;
let login: Login | undefined;
beforeAll(async () => {
  authority = await createAuthority('hub CA');
});
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'login-'));
  const pair = await authority.issue({ cn: 'hub', ips: ['127.0.0.1'] });
  hub = await createHubServer(pair, { clientCa: authority.pem });
});
afterEach(async () => {
  login?.close();
  await hub.close();
  await rm(dir, { recursive: true, force: true });
});

describe("client-node's own providers", () => {
  const trap = (marker: string) => ({
    apiVersion: 'client.authentication.k8s.io/v1',
    command: 'touch',
    args: [marker],
  });
  it.each([
    ['exec', (marker: string) => ({ exec: trap(marker) })],
    [
      'gcp',
      (marker: string) => ({ 'auth-provider': { name: 'gcp', config: { 'cmd-path': 'touch', 'cmd-args': marker } } }),
    ],
    [
      'azure',
      (marker: string) => ({ 'auth-provider': { name: 'azure', config: { 'cmd-path': 'touch', 'cmd-args': marker } } }),
    ],
  ])('run what a kubeconfig says without asking (%s), so they never get it', async (_, user) => {
    const cluster = { server: hub.url, 'certificate-authority-data': base64(authority.pem) };
    const [theirs, ours] = [join(dir, 'theirs'), join(dir, 'ours')];
    const config = new KubeConfig();
    config.loadFromString(kubeconfigText(cluster, user(theirs)));
    await config.applyToHTTPSOptions({}).catch(() => {});
    expect(existsSync(theirs)).toBe(true);
    const text = kubeconfigText(cluster, user(ours));
    let answer: 'yes' | 'no' = 'yes';
    const open = { clock: systemClock(), env: { PATH: process.env.PATH ?? '' }, allow: () => answer };
    const client = await createKubeClient({ source: { text }, ...open });
    answer = 'no';
    await expect(client.version()).rejects.toMatchObject({ fault: { code: 'hub.consentNeeded' } });
    expect(existsSync(ours)).toBe(false);
    expect(hub.seen).toEqual([]);
    client.close();
  });
});

describe('connections', () => {
  const start = async (current: () => Promise<Credential>, caData = base64(authority.pem)) => {
    const cluster = { name: 'hub', server: hub.url, skipTLSVerify: false, caData };
    login = await createLogin(cluster, { name: 'me' }, { current, forget: () => true });
    return login;
  };
  it('stay when a token changes, and are left when a certificate does', async () => {
    let now: Credential = { token: 'one' };
    const { sign } = await start(async () => now);
    const first = await sign();
    expect(first.headers).toEqual({ Authorization: 'Bearer one' });
    now = { token: 'two' };
    const second = await sign();
    expect(second.headers).toEqual({ Authorization: 'Bearer two' });
    expect(second.dispatcher).toBe(first.dispatcher);
    now = await authority.issue({ cn: 'someone' });
    const third = await sign();
    expect(third.headers).toEqual({});
    expect(third.dispatcher).not.toBe(first.dispatcher);
    expect((await sign()).dispatcher).toBe(third.dispatcher);
  });
  it('are left after a refusal, once for all who were refused', async () => {
    const tokens = ['one', 'one', 'two'];
    const { sign, renew } = await start(async () => ({ token: tokens.length > 1 ? tokens.shift()! : tokens[0]! }));
    const used = await sign();
    expect(await renew(used)).toBe(true);
    const next = await sign();
    expect(next.headers.Authorization).toBe('Bearer two');
    expect(next.dispatcher).not.toBe(used.dispatcher);
    expect(await renew(used)).toBe(true);
    expect((await sign()).dispatcher).toBe(next.dispatcher);
    expect(await renew(next)).toBe(false);
  });
  it('carry what was signed just before they were left', async () => {
    let now: Credential = {};
    const { sign } = await start(async () => now);
    const { dispatcher } = await sign();
    now = await authority.issue({ cn: 'someone' });
    await sign();
    const { statusCode, body } = await dispatcher.request({ origin: hub.url, path: '/version', method: 'POST' });
    await body.dump();
    expect(statusCode).toBe(200);
  });
  it('check the hub whatever the environment says', async () => {
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      const { sign } = await start(async () => ({}), base64((await createAuthority('another CA')).pem));
      const { dispatcher } = await sign();
      await expect(dispatcher.request({ origin: hub.url, path: '/version', method: 'GET' })).rejects.toThrow(
        /certificate/,
      );
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    }
  });
});

it('looking at a kubeconfig does not load client-node, connecting does', async () => {
  const script = join(dir, 'load.mjs');
  await writeFile(
    script,
    `import { registerHooks } from 'node:module';
    const { createKubeClient, inspectKubeconfig } = await import(${JSON.stringify(join(import.meta.dirname, 'kube.ts'))});
    let loaded = 0;
    registerHooks({ load: (url, context, next) => { loaded += url.includes('client-node') ? 1 : 0; return next(url, context); } });
    const text = process.argv[2];
    await inspectKubeconfig({ text });
    const before = loaded;
    (await createKubeClient({ source: { text }, allow: () => 'no', clock: { now: Date.now, sleep: async () => {} } })).close();
    console.log(before, loaded > 0);`,
  );
  const text = kubeconfigText({ server: hub.url }, { token: 't' });
  const { stdout } = await promisify(execFile)(process.execPath, [script, text]);
  expect(stdout).toBe('0 true\n');
}, 30_000);
