import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import type { Answers } from './consent.ts';
import { createKubeClient } from './kube.ts';
import { type Authority, createAuthority } from './testing/authority.ts';
import { createHubServer, type HubServer, refusal, sendJson } from './testing/hub-server.ts';
import { base64, kubeconfigText } from './testing/kubeconfig-text.ts';
import type { KubeClient } from './types.ts';

let authority: Authority;
let dir: string;
let hub: HubServer;
let clients: KubeClient[] = [];
beforeAll(async () => {
  authority = await createAuthority('hub CA');
});
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'credentials-'));
  const pair = await authority.issue({ cn: 'hub', ips: ['127.0.0.1'] });
  hub = await createHubServer(pair, { clientCa: authority.pem });
});
afterEach(async () => {
  for (const client of clients) client.close();
  clients = [];
  await hub.close();
  await rm(dir, { recursive: true, force: true });
});

async function connectAs(user: object, allow: Answers = () => 'yes', more: { fileAgeMs?: number } = {}) {
  const text = kubeconfigText({ server: hub.url, 'certificate-authority-data': base64(authority.pem) }, user);
  const path = join(dir, 'config');
  await writeFile(path, text);
  const env = { PATH: process.env.PATH ?? '', HOME: dir, SECRET_OF_ANOTHER: 'x' };
  const client = await createKubeClient({
    source: { paths: [path] },
    allow,
    clock: systemClock(),
    random: () => 0,
    env,
    ...more,
  });
  clients.push(client);
  return client;
}

/** An exec plugin that counts its runs in `runs` and prints what `body` (sh) says. */
async function plugin(body: string, apiVersion = 'client.authentication.k8s.io/v1', more: object = {}) {
  const path = join(dir, 'plugin.sh');
  await writeFile(path, `#!/bin/sh\necho run >> ${join(dir, 'runs')}\n${body}\n`);
  await chmod(path, 0o755);
  return { exec: { apiVersion, command: './plugin.sh', interactiveMode: 'Never', ...more } };
}
const runs = async () => (await readFile(join(dir, 'runs'), 'utf8').catch(() => '')).split('\n').length - 1;
const credential = (status: object, apiVersion = 'client.authentication.k8s.io/v1') =>
  `cat <<'END'\n${JSON.stringify({ apiVersion, kind: 'ExecCredential', status })}\nEND`;
const sent = () => hub.seen.map(({ headers }) => headers.authorization);

describe('exec plugins', () => {
  it.each(['v1', 'v1beta1'])('run once for many calls, when allowed (%s)', async (version) => {
    const apiVersion = `client.authentication.k8s.io/${version}`;
    const client = await connectAs(await plugin(credential({ token: 'from-plugin' }, apiVersion), apiVersion));
    expect(await runs()).toBe(0);
    await Promise.all(Array.from({ length: 20 }, () => client.version()));
    expect(await runs()).toBe(1);
    expect(new Set(sent())).toEqual(new Set(['Bearer from-plugin']));
  });
  it('stop running the moment the yes is taken back', async () => {
    let answer: 'yes' | 'no' = 'yes';
    const client = await connectAs(await plugin(credential({ token: 't' })), () => answer);
    answer = 'no';
    await expect(client.version()).rejects.toMatchObject({ fault: { code: 'hub.consentNeeded' } });
    expect(await runs()).toBe(0);
    expect(hub.seen).toEqual([]);
  });
  it('run again when their token runs out', async () => {
    const until = new Date(Date.now() + 5000).toISOString();
    const client = await connectAs(await plugin(credential({ token: 't', expirationTimestamp: until })));
    await client.version();
    await client.version();
    expect(await runs()).toBe(2);
  });
  it('run again once after a 401, and then it is a refusal', async () => {
    hub.answer(({ headers }, response) =>
      headers.authorization === 'Bearer 2'
        ? sendJson(response, { gitVersion: 'v1' })
        : sendJson(response, refusal(401, 'Unauthorized', 'Unauthorized'), 401),
    );
    const body = `n=$(wc -l < ${join(dir, 'runs')})\nprintf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' $n`;
    const client = await connectAs(await plugin(body));
    expect(await client.version()).toBe('v1');
    expect(await runs()).toBe(2);
    hub.answer((_, response) => sendJson(response, refusal(401, 'Unauthorized', 'Unauthorized'), 401));
    await expect(client.version()).rejects.toMatchObject({
      fault: { code: 'kube.unauthorized', message: 'Unauthorized' },
    });
    expect(await runs()).toBe(3);
  });
  it('may give a certificate; a new one opens new connections', async () => {
    const { cert, key } = await authority.issue({ cn: 'exec-user' });
    const client = await connectAs(await plugin(credential({ clientCertificateData: cert, clientKeyData: key })));
    await client.version();
    expect(hub.seen[0]?.client).toBe('exec-user');
  });
  it('get the cluster when they ask, what the kubeconfig adds, and nothing of our own secrets', async () => {
    const out = join(dir, 'env');
    const more = { provideClusterInfo: true, env: [{ name: 'PROFILE', value: 'prod' }] };
    const client = await connectAs(await plugin(`env > ${out}\n${credential({ token: 't' })}`, undefined, more));
    await client.version();
    const env = await readFile(out, 'utf8');
    expect(env).toContain('PROFILE=prod');
    expect(env).toContain(`"server":"${hub.url}"`);
    expect(env).toContain(`"certificate-authority-data":"${base64(authority.pem)}"`);
    expect(env).not.toContain('SECRET_OF_ANOTHER');
  });
  it.each([
    ['exit 3', 'failed (3)'],
    ['echo not signed in >&2; exit 1', 'not signed in'],
    ['echo hello', 'printed no ExecCredential'],
    [credential({}), 'neither a token nor a certificate'],
    [credential({ clientCertificateData: 'x' }), 'half of certificate and key'],
    [credential({ token: 't' }, 'client.authentication.k8s.io/v1beta1'), 'answered in'],
  ])('%j is said in words', async (body, words) => {
    const client = await connectAs(await plugin(body));
    await expect(client.version()).rejects.toMatchObject({
      fault: { code: 'kube.signInFailed', message: expect.stringContaining(words) },
    });
  });
});

describe('files that change', () => {
  it('a token file is read again', async () => {
    const path = join(dir, 'token');
    await writeFile(path, 'one\n');
    const client = await connectAs({ tokenFile: 'token' }, undefined, { fileAgeMs: 0 });
    await client.version();
    await writeFile(path, 'two\n');
    await client.version();
    expect(sent()).toEqual(['Bearer one', 'Bearer two']);
  });
  it('a token file is read at once after a 401', async () => {
    const path = join(dir, 'token');
    await writeFile(path, 'one');
    hub.answer(({ headers }, response) =>
      headers.authorization === 'Bearer one'
        ? sendJson(response, refusal(401, 'Unauthorized', 'token expired'), 401)
        : sendJson(response, { gitVersion: 'v1' }),
    );
    const client = await connectAs({ tokenFile: path });
    await expect(client.version()).rejects.toMatchObject({ fault: { message: 'token expired' } });
    expect(hub.seen).toHaveLength(1);
    await writeFile(path, 'two');
    expect(await client.version()).toBe('v1');
    expect(sent()).toEqual(['Bearer one', 'Bearer one', 'Bearer two']);
  });
  it('a client certificate that is renewed on disk is used on new connections', async () => {
    const write = async (cn: string) => {
      const { cert, key } = await authority.issue({ cn });
      await writeFile(join(dir, 'me.crt'), cert);
      await writeFile(join(dir, 'me.key'), key);
    };
    await write('first');
    const client = await connectAs({ 'client-certificate': 'me.crt', 'client-key': 'me.key' }, undefined, {
      fileAgeMs: 0,
    });
    await client.version();
    await client.version();
    const before = hub.connections();
    await write('second');
    await client.version();
    expect(hub.seen.map(({ client: cn }) => cn)).toEqual(['first', 'first', 'second']);
    expect(hub.connections()).toBeGreaterThan(before);
  });
});

describe('old providers', () => {
  it('gcp runs its command and takes the token from its JSON', async () => {
    await plugin(`echo '{"credential":{"access_token":"g","token_expiry":"2999-01-01T00:00:00Z"}}'`);
    const config = {
      'cmd-path': './plugin.sh',
      'cmd-args': 'config helper',
      'token-key': '{.credential.access_token}',
      'expiry-key': '{.credential.token_expiry}',
    };
    const client = await connectAs({ 'auth-provider': { name: 'gcp', config } });
    await client.version();
    await client.version();
    expect(await runs()).toBe(1);
    expect(sent()).toEqual(['Bearer g', 'Bearer g']);
  });
  it('oidc renews its token at the issuer', async () => {
    const jwt = (exp: number) => `x.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.y`;
    const fresh = jwt(Date.now() / 1000 + 3600);
    hub.answer(({ url }, response) => {
      if (url.endsWith('openid-configuration')) return sendJson(response, { token_endpoint: `${hub.url}/token` });
      return sendJson(response, url === '/token' ? { id_token: fresh } : { gitVersion: 'v1' });
    });
    const config = {
      'idp-issuer-url': hub.url,
      'idp-certificate-authority-data': base64(authority.pem),
      'client-id': 'c',
      'refresh-token': 'r',
      'id-token': jwt(1),
    };
    const client = await connectAs({ 'auth-provider': { name: 'oidc', config } });
    await client.version();
    expect(hub.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /.well-known/openid-configuration',
      'POST /token',
      'GET /version',
    ]);
    expect(hub.seen[1]?.body).toBe('grant_type=refresh_token&refresh_token=r&client_id=c');
    expect(sent()[2]).toBe(`Bearer ${fresh}`);
  });
  it('oidc sends its secret, and next time the refresh token it was given last', async () => {
    const jwt = (exp: number) => `x.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.y`;
    hub.answer(({ url }, response) => {
      if (url.endsWith('openid-configuration')) return sendJson(response, { token_endpoint: `${hub.url}/token` });
      if (url === '/version') return sendJson(response, { gitVersion: 'v1' });
      sendJson(response, { id_token: jwt(Date.now() / 1000 + 5), refresh_token: 'second' });
    });
    const config = {
      'idp-issuer-url': hub.url,
      'idp-certificate-authority-data': base64(authority.pem),
      'client-id': 'c',
      'client-secret': 's',
      'refresh-token': 'first',
    };
    const client = await connectAs({ 'auth-provider': { name: 'oidc', config } });
    await client.version();
    await client.version();
    const forms = hub.seen.filter(({ url }) => url === '/token').map(({ body }) => new URLSearchParams(body));
    expect(forms.map((form) => [form.get('refresh_token'), form.get('client_secret')])).toEqual([
      ['first', 's'],
      ['second', 's'],
    ]);
  });
  it('azure without a valid token says what to use instead', async () => {
    const config = { 'access-token': 'old', 'expires-on': '1' };
    const client = await connectAs({ 'auth-provider': { name: 'azure', config } });
    await expect(client.version()).rejects.toMatchObject({
      fault: { code: 'kube.signInFailed', remedy: expect.stringContaining('kubelogin') },
    });
  });
});
