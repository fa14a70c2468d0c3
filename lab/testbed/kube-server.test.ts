import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCore } from '../apiserver/core.ts';
import { serveApi } from '../apiserver/http/serve.ts';
import { createLabClock } from '../clock.ts';
import { type Caller, createCaller } from './caller.ts';
import { haveUpstreamCrds, loadCrds, upstreamCrds } from './crds.ts';
import { type KubeServer, startKubeServer } from './kube-server.ts';
import { findServers, serverProgram } from './servers.ts';

const servers = findServers();
const noServer = servers.why ? ` (skipped: ${servers.why})` : '';
const kubectl = serverProgram(servers, 'kubectl');
const noKubectl = kubectl ? '' : ' (skipped: no kubectl beside the servers)';
const noCrds = haveUpstreamCrds ? '' : ' (skipped: no upstream CRDs on this machine)';

const mcm = (container: object) => ({
  apiVersion: 'hub.kmm.sigs.x-k8s.io/v1beta1',
  kind: 'ManagedClusterModule',
  metadata: { name: 'm' },
  spec: { selector: { a: 'b' }, spokeNamespace: 'kmm', moduleSpec: { selector: {}, moduleLoader: { container } } },
});

/** What the upstream schemas make of a module, wherever they are loaded. */
async function checkSchemas(caller: Caller): Promise<void> {
  const path = '/apis/hub.kmm.sigs.x-k8s.io/v1beta1/managedclustermodules';
  const modprobe = { moduleName: 'm' };
  const empty = await caller.call('POST', path, { body: mcm({ modprobe, kernelMappings: [] }) });
  expect(empty.status).toBe(422);
  expect((empty.json as { message: string }).message).toContain(
    'spec.moduleSpec.moduleLoader.container.kernelMappings in body should have at least 1 items',
  );
  const mapping = { literal: '5.14', containerImage: 'registry.example/kmod:1', build: null };
  const made = await caller.call('POST', path, { body: mcm({ modprobe, kernelMappings: [mapping] }) });
  expect(made.status, made.body).toBe(201);
  const { build: _, ...kept } = mapping;
  expect(made.json).toMatchObject({
    spec: { moduleSpec: { moduleLoader: { container: { kernelMappings: [kept] } } } },
  });
  expect(made.body).not.toContain('"build":null');
}

describe.skipIf(servers.why)(`a real API server on loopback${noServer}`, () => {
  let server: KubeServer;
  beforeAll(async () => {
    server = await startKubeServer(servers);
  }, 90_000);
  afterAll(() => server?.stop(), 30_000);

  test.skipIf(!haveUpstreamCrds)(`all upstream CRDs are established, and check a module${noCrds}`, async () => {
    await loadCrds(server.caller, upstreamCrds());
    await checkSchemas(server.caller);
  });

  test('a reader may read and not write, a restart keeps the data', async () => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kept' } };
    const path = '/api/v1/namespaces/default/configmaps';
    expect((await server.caller.call('POST', path, { body, token: 'reader-token' })).status).toBe(403);
    expect((await server.caller.call('POST', path, { body })).status).toBe(201);
    await server.restart();
    expect((await server.caller.call('GET', `${path}/kept`, { token: 'reader-token' })).status).toBe(200);
  }, 90_000);

  test.skipIf(!kubectl)(
    `kubeconfigs: a certificate, a token, a reader, and one who may nothing${noKubectl}`,
    () => {
      const run = (who: keyof KubeServer['logins'], ...args: string[]) => {
        const file = join(server.folder, `test-${who}`);
        writeFileSync(file, server.kubeconfig(who));
        const { status, stdout, stderr } = spawnSync(kubectl!, ['--kubeconfig', file, ...args], { encoding: 'utf8' });
        return { ok: status === 0, said: stdout + stderr };
      };
      for (const who of ['certificate', 'admin'] as const)
        expect(run(who, 'create', 'configmap', `by-${who}`)).toMatchObject({ ok: true });
      expect(run('reader', 'get', 'configmaps', '-o', 'name').said).toContain('configmap/by-certificate');
      expect(run('reader', 'create', 'configmap', 'no').said).toContain('is forbidden');
      expect(run('powerless', 'get', 'configmaps').said).toContain('is forbidden');
      expect(server.kubeconfig('certificate')).toContain('client-certificate-data');
      expect(server.kubeconfig('admin')).not.toContain('client-certificate-data');
    },
    60_000,
  );

  test('a server that does not start says so with its own words, and leaves nothing behind', async () => {
    const starting = startKubeServer(servers, { apiFlags: { 'no-such-flag': 'x' } });
    await expect(starting).rejects.toThrow(/kube-apiserver ended\. Its log ends:\n.*unknown flag: --no-such-flag/s);
  }, 90_000);

  test('stop removes all', async () => {
    const other = await startKubeServer(servers);
    await other.stop();
    expect(existsSync(other.folder)).toBe(false);
    await expect(createCaller({ ...other, token: '' }).call('GET', '/readyz')).rejects.toThrow('ECONNREFUSED');
  }, 90_000);
});

test.skipIf(!haveUpstreamCrds)(`the lab with the upstream CRDs checks a module alike${noCrds}`, async () => {
  const clock = createLabClock(1);
  const front = await serveApi(createCore({ clock }));
  front.tokens.add('t', { name: 'admin', groups: ['system:masters'] });
  const caller = createCaller({ ...front, token: 't' });
  await loadCrds(caller, upstreamCrds('kmm-hub'));
  await checkSchemas(caller);
  caller.close();
  await front.close();
  clock.stop();
});
