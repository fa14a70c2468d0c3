import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultError } from '../../shared/fault.ts';
import { inspectKubeconfig } from './kube.ts';
import { type Authority, createAuthority } from './testing/authority.ts';
import { base64, kubeconfigText } from './testing/kubeconfig-text.ts';

let dir: string;
let authority: Authority;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
  authority = await createAuthority('test CA');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const server = 'https://api.hub.example:6443';
// The proxies of the machine that runs the test must not matter.
const env = { PATH: process.env.PATH ?? '' };
const inspect = (text: string) => inspectKubeconfig({ text }, undefined, { env });
const faultOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('it was accepted'),
    (error: FaultError) => error.fault,
  );
const one = async (cluster: object, user: object = {}) => {
  const { contexts } = await inspect(kubeconfigText(cluster, user));
  return contexts[0]!;
};

describe('what is no kubeconfig', () => {
  it('names line and column of a YAML mistake', async () => {
    const fault = await faultOf(inspect('clusters:\n  - name: "a\n'));
    expect(fault).toMatchObject({ code: 'kubeconfig.notYaml', field: 'the pasted kubeconfig' });
    expect(fault.message).toMatch(/line \d+, column \d+/);
  });
  it.each([
    ['', 'nothing'],
    ['hello', 'plain text'],
    ['- a\n- b', 'a list'],
  ])('says what %j holds instead', async (text, what) => {
    const fault = await faultOf(inspect(text));
    expect(fault.code).toBe('kubeconfig.notYaml');
    expect(fault.message).toContain(`it holds ${what}`);
  });
  it('refuses a bomb of aliases', async () => {
    const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`);
    const fault = await faultOf(inspect(`l0: &l0 [a]\n${levels.join('\n')}`));
    expect(fault.code).toBe('kubeconfig.notYaml');
  });
  it('names the field of a wrong type by the entry it is in', async () => {
    const text = 'users:\n- name: me\n  user:\n    token: 12345\ncontexts:\n- name: c\n  context: {}\n';
    expect(await faultOf(inspect(text))).toMatchObject({ code: 'kubeconfig.invalid', field: 'users[me].user.token' });
  });
  it('knows an empty one, as kubectl writes it', async () => {
    const text = 'apiVersion: v1\nkind: Config\nclusters: null\ncontexts: null\nusers: null\n';
    expect(await faultOf(inspect(text))).toMatchObject({ code: 'kubeconfig.noContexts', field: 'contexts' });
  });
  it('names a file that is not there', async () => {
    const path = join(dir, 'nowhere');
    const fault = await faultOf(inspectKubeconfig({ paths: [path] }));
    expect(fault).toMatchObject({ code: 'kubeconfig.unreadable', field: path });
    expect(fault.message).toContain('no such file');
    expect(await faultOf(inspectKubeconfig({ paths: [dir] }))).toMatchObject({ code: 'kubeconfig.unreadable' });
  });
});

describe('forms of sign-in and trust', () => {
  it.each([
    [{ token: 't' }, 'token'],
    [{ tokenFile: '/etc/token' }, 'token'],
    [{ username: 'u', password: 'p' }, 'basic'],
    [{ exec: { command: 'aws', apiVersion: 'client.authentication.k8s.io/v1' } }, 'exec'],
    [{ 'auth-provider': { name: 'oidc', config: { 'client-id': 'x' } } }, 'authProvider'],
    [{}, 'none'],
  ])('%j is %s', async (user, auth) => {
    expect((await one({ server }, user)).auth).toBe(auth);
  });
  it('tells how the server is checked', async () => {
    expect((await one({ server })).tls).toBe('system-ca');
    expect((await one({ server, 'certificate-authority-data': base64(authority.pem) })).tls).toBe('custom-ca');
    expect((await one({ server, 'insecure-skip-tls-verify': true })).tls).toBe('insecure');
    expect((await one({ server: 'http://127.0.0.1:8001' })).tls).toBe('plain-http');
  });
  it('takes IPv6 servers, paths and a bare host', async () => {
    expect((await one({ server: 'https://[2001:db8::1]:6443/' })).server).toBe('https://[2001:db8::1]:6443');
    expect((await one({ server: 'https://rancher.example/k8s/clusters/c-1/' })).server).toBe(
      'https://rancher.example/k8s/clusters/c-1',
    );
    expect((await one({ server: 'hub.example:6443' })).server).toBe('https://hub.example:6443');
  });
  it.each([['ftp://x'], ['https://'], ['https://user:secret@hub.example'], ['https://hub.example?x=1']])(
    'refuses the server %s',
    async (bad) => {
      expect((await one({ server: bad })).fault).toMatchObject({
        code: 'kubeconfig.badServer',
        field: 'clusters[hub].cluster.server',
      });
    },
  );
  it('never shows a password that stands in an address', async () => {
    const info = await one({ server: 'https://user:secret@hub.example', 'proxy-url': 'http://u:secret@proxy' });
    expect(JSON.stringify(info)).not.toContain('secret');
  });
  it('misses a server', async () => {
    expect((await one({})).fault?.code).toBe('kubeconfig.noServer');
  });
});

describe('client certificates', () => {
  it('takes a valid pair without a word', async () => {
    const { cert, key } = await authority.issue({ cn: 'me' });
    const info = await one({ server }, { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) });
    expect(info).toMatchObject({ auth: 'certificate', questions: [] });
    expect(info.fault).toBeUndefined();
  });
  it('says since when one has expired', async () => {
    const { cert, key } = await authority.issue({ cn: 'me', from: -86_400_000 * 9, until: -86_400_000 * 2 });
    const info = await one({ server }, { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) });
    expect(info.fault).toMatchObject({
      code: 'kubeconfig.clientCertificateExpired',
      field: 'users[me].user.client-certificate-data',
    });
    expect(info.fault?.message).toContain(new Date(Date.now() - 86_400_000 * 2).toISOString().slice(0, 10));
  });
  it('notices a key of another certificate, half a pair and rubbish', async () => {
    const { cert } = await authority.issue({ cn: 'me' });
    const { key } = await authority.issue({ cn: 'other' });
    const cases: [object, string][] = [
      [{ 'client-certificate-data': base64(cert), 'client-key-data': base64(key) }, 'kubeconfig.badKey'],
      [{ 'client-certificate-data': base64(cert) }, 'kubeconfig.halfPair'],
      [{ 'client-certificate-data': base64('x'), 'client-key-data': base64(key) }, 'kubeconfig.badCertificate'],
    ];
    for (const [user, code] of cases) expect((await one({ server }, user)).fault?.code).toBe(code);
    expect((await one({ server, 'certificate-authority-data': base64('no') })).fault).toMatchObject({
      code: 'kubeconfig.badCertificate',
      field: 'clusters[hub].cluster.certificate-authority-data',
    });
  });
});

describe('several files', () => {
  it('joins them: the first to name something wins, relative files start at their own folder', async () => {
    const sub = join(dir, 'two');
    await mkdir(sub);
    const { cert, key } = await authority.issue({ cn: 'me' });
    await writeFile(join(sub, 'me.crt'), cert);
    await writeFile(join(sub, 'me.key'), key);
    const first = join(dir, 'first');
    const second = join(sub, 'second');
    await writeFile(
      first,
      'clusters: [{name: hub, cluster: {server: "https://first.example"}}]\ncontexts: [{name: a, context: {cluster: hub, user: me}}]',
    );
    await writeFile(
      second,
      'current-context: a\nclusters: [{name: hub, cluster: {server: "https://second.example"}}]\n' +
        'users: [{name: me, user: {client-certificate: me.crt, client-key: me.key}}]\n' +
        'contexts: [{name: a, context: {cluster: hub, user: nobody}}, {name: b, context: {cluster: hub, user: me, namespace: n}}]',
    );
    const { contexts, warnings } = await inspectKubeconfig(
      { paths: [first, join(dir, 'missing'), second] },
      undefined,
      { env },
    );
    expect(contexts).toMatchObject([
      { context: 'a', server: 'https://first.example', user: 'me', auth: 'certificate', current: true, questions: [] },
      { context: 'b', namespace: 'n', current: false },
    ]);
    expect(contexts.map(({ fault }) => fault)).toEqual([undefined, undefined]);
    expect(warnings).toEqual([expect.stringContaining('missing')]);
  });
  it('follows KUBECONFIG when no source is given', async () => {
    const path = join(dir, 'from-env');
    await writeFile(path, kubeconfigText({ server }));
    const { contexts } = await inspectKubeconfig({}, undefined, { env: { KUBECONFIG: path } });
    expect(contexts).toHaveLength(1);
  });
  it('tells of a proxy in the environment', async () => {
    const around = { HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: 'other.example' };
    const source = { text: kubeconfigText({ server }) };
    expect((await inspectKubeconfig(source, undefined, { env: around })).warnings).toEqual([
      expect.stringContaining(server),
    ]);
    const exempt = { ...around, NO_PROXY: 'hub.example' };
    expect((await inspectKubeconfig(source, undefined, { env: exempt })).warnings).toEqual([]);
  });
  it('warns of a name that is there twice, and of a current-context that is not', async () => {
    const text = `current-context: gone\nclusters: [{name: h, cluster: {server: "${server}"}}, {name: h, cluster: {server: x}}]\ncontexts: [{name: c, context: {cluster: h}}]`;
    const { contexts, warnings } = await inspect(text);
    expect(contexts[0]).toMatchObject({ server, auth: 'none' });
    expect(warnings).toEqual([expect.stringContaining('cluster "h" twice'), expect.stringContaining('"gone"')]);
  });
});

describe('contexts that lead nowhere', () => {
  it('name the cluster or user that is missing, and leave the others alone', async () => {
    const text = `clusters: [{name: h, cluster: {server: "${server}"}}]\ncontexts:\n- {name: no-cluster, context: {cluster: x}}\n- {name: no-user, context: {cluster: h, user: y}}\n- {name: fine, context: {cluster: h}}`;
    const { contexts } = await inspect(text);
    expect(contexts.map(({ fault }) => [fault?.code, fault?.field])).toEqual([
      ['kubeconfig.danglingCluster', 'contexts[no-cluster].context.cluster'],
      ['kubeconfig.danglingUser', 'contexts[no-user].context.user'],
      [undefined, undefined],
    ]);
  });
  it('name a file that is missing beside the kubeconfig', async () => {
    const path = join(dir, 'dangling-file');
    await writeFile(path, kubeconfigText({ server, 'certificate-authority': 'ca.crt' }));
    const { contexts } = await inspectKubeconfig({ paths: [path] });
    expect(contexts[0]?.fault).toMatchObject({
      code: 'kubeconfig.missingFile',
      field: 'clusters[hub].cluster.certificate-authority',
    });
  });
  it('cannot start a relative path at pasted text', async () => {
    expect((await one({ server, 'certificate-authority': 'ca.crt' })).fault?.code).toBe('kubeconfig.relativeFile');
  });
});

describe('links', () => {
  it('a link inside the folder that leads outside is outside', async () => {
    const sub = await mkdtemp(join(dir, 'links-'));
    await writeFile(join(dir, 'secret-token'), 'abc');
    await symlink(join(dir, 'secret-token'), join(sub, 'token'));
    await writeFile(join(sub, 'config'), kubeconfigText({ server }, { tokenFile: 'token' }));
    const { contexts } = await inspectKubeconfig({ paths: [join(sub, 'config')] });
    expect(contexts[0]?.questions).toMatchObject([{ kind: 'outsideFile' }]);
  });
});
