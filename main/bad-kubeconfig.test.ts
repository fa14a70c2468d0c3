import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthority, type Wanted } from './kube/testing/authority.ts';
import { createHubServer, type HubServer } from './kube/testing/hub-server.ts';
import { refusal, type TestEngine, testEngine } from './testing/test-engine.ts';

const home = mkdtempSync(join(tmpdir(), 'bad-kubeconfig-'));
let engine: TestEngine;
const servers: HubServer[] = [];
beforeAll(() => {
  engine = testEngine(home);
});
afterAll(async () => {
  await engine.close();
  for (const server of servers) await server.close();
  rmSync(home, { recursive: true, force: true });
});

const kubeconfig = (server = 'https://127.0.0.1:1', ca = '') => `apiVersion: v1
kind: Config
contexts: [{ name: site, context: { cluster: c, user: u } }]
clusters: [{ name: c, cluster: { server: '${server}'${ca && `, certificate-authority-data: ${Buffer.from(ca).toString('base64')}`} } }]
users: [{ name: u, user: { token: secret } }]
current-context: site
`;
const hubs = async () => (await engine.typed('hubs.list', {})).hubs;
const add = (text: string, context?: string) =>
  engine.typed('hubs.add', { source: { text }, ...(context && { context }) });

describe('what is no usable kubeconfig adds no hub', () => {
  test.each([
    ['plain text', 'hello, this is a note', 'kubeconfig.notYaml', undefined],
    ['broken YAML', 'contexts: [}', 'kubeconfig.notYaml', undefined],
    ['binary', '\u0000\u0001\u0002', 'kubeconfig.notYaml', undefined],
    ['no contexts', 'apiVersion: v1\nkind: Config\n', 'kubeconfig.noContexts', 'contexts'],
    ['empty contexts', 'apiVersion: v1\nkind: Config\ncontexts: []\n', 'kubeconfig.noContexts', 'contexts'],
  ])('%s', async (_what, text, code, field) => {
    for (const call of [() => add(text), () => engine.typed('hubs.inspect', { text })]) {
      const why = await refusal(call);
      expect(why.code).toBe(code);
      if (field) expect(why.field).toBe(field);
    }
    expect(await hubs()).toEqual([]);
    expect(readdirSync(home).filter((name) => name.includes('kubeconfig'))).toEqual([]);
  });
  test('a file that is not there, and one that is a folder', async () => {
    for (const path of [join(home, 'none'), home]) {
      const why = await refusal(() => engine.typed('hubs.add', { source: { paths: [path] } }));
      expect(why.code).toMatch(/^kubeconfig\.(missingFile|unreadable)$/);
      expect(why.message).toContain(path);
    }
    expect(await hubs()).toEqual([]);
  });
  test('an unknown context: those that exist are named', async () => {
    const why = await refusal(() => add(kubeconfig(), 'nowhere'));
    expect(why).toMatchObject({ code: 'kubeconfig.unknownContext', field: 'context', about: ['site'] });
    expect(why.remedy).toContain('site');
    expect(await hubs()).toEqual([]);
  });
  test('the same context twice: the hub that is there is named and stays', async () => {
    const file = join(home, 'config');
    writeFileSync(file, kubeconfig());
    const first = await engine.typed('hubs.add', { source: { paths: [file] } });
    const why = await refusal(() => engine.typed('hubs.add', { source: { paths: [file] } }));
    expect(why).toMatchObject({ code: 'hub.exists', field: 'context', about: [first.id] });
    expect(await hubs()).toEqual([first]);
    await engine.typed('hubs.remove', { hub: first.id });
  });
});

describe('a hub that cannot be trusted is refused before it gets our token', () => {
  const day = 86_400_000;
  const serve = async (wanted: Partial<Wanted>) => {
    const authority = await createAuthority('site-ca');
    const server = await createHubServer(await authority.issue({ cn: 'hub', ips: ['127.0.0.1'], ...wanted }));
    servers.push(server);
    return { server, ca: authority.pem };
  };
  test.each([
    ['expired', { from: -9 * day, until: -day }, 'hub.certificateExpired', 'has expired'],
    ['for another host', { ips: [], dns: ['api.hub.example'] }, 'hub.certificateHost', 'api.hub.example'],
  ])('a certificate that is %s', async (_what, wanted, code, words) => {
    const { server, ca } = await serve(wanted);
    const { id } = await add(kubeconfig(server.url, ca));
    const why = await refusal(() => engine.typed('hubs.connect', { hub: id }));
    expect(why).toMatchObject({ code, field: 'server' });
    expect(why.message).toContain(words);
    expect(server.seen).toEqual([]);
    expect((await hubs())[0]).toMatchObject({ id, phase: 'refused', fault: { code } });
    await engine.typed('hubs.remove', { hub: id });
  });
  test('a certificate of an unknown authority', async () => {
    const { server } = await serve({});
    const { ca } = await serve({});
    const { id } = await add(kubeconfig(server.url, ca));
    const why = await refusal(() => engine.typed('hubs.connect', { hub: id }));
    expect(why).toMatchObject({ code: 'hub.certificateUnknown', field: 'server' });
    expect(server.seen).toEqual([]);
    await engine.typed('hubs.remove', { hub: id });
  });
  test('nobody there', async () => {
    const { id } = await add(kubeconfig());
    const why = await refusal(() => engine.typed('hubs.connect', { hub: id }));
    expect(why).toMatchObject({ code: 'hub.unreachable', field: 'server' });
    expect((await hubs())[0]).toMatchObject({ phase: 'disconnected', fault: { code: 'hub.unreachable' } });
    await engine.typed('hubs.remove', { hub: id });
  });
});
