import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { kubeconfigText } from '../../lab/apiserver/http/kubeconfig.ts';
import { kinds } from '../../lab/kinds.ts';
import { installKmm, soon } from '../testing/lab-engine.ts';
import { type LabHub, startLabHub } from '../testing/lab-hub.ts';
import { moduleYaml } from '../testing/module-yaml.ts';
import { type TestEngine, testEngine } from '../testing/test-engine.ts';

const homes: string[] = [];
let lab: LabHub;
const engines: TestEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
  await lab.close();
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});

/** Someone who may do all that a delivery needs but write manifest works; `views` says whether ManagedClusterViews. */
async function limited(views: boolean): Promise<string> {
  const rbac = 'rbac.authorization.k8s.io';
  const name = views ? 'viewer' : 'blind';
  const rule = (group: string, resources: string[], verbs: string[]) => ({ apiGroups: [group], resources, verbs });
  const admin = lab.core.as('admin');
  await admin.create({
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRole',
    metadata: { name },
    rules: [
      rule('*', ['*'], ['get', 'list', 'watch']),
      rule('cluster.open-cluster-management.io', ['managedclusters'], ['patch']),
      rule('hub.kmm.sigs.x-k8s.io', ['managedclustermodules'], ['create', 'patch', 'delete']),
      ...(views ? [rule('view.open-cluster-management.io', ['managedclusterviews'], ['create', 'delete'])] : []),
    ],
  });
  await admin.create({
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
    subjects: [{ apiGroup: rbac, kind: 'User', name }],
  });
  lab.front().tokens.add(name, { name, groups: [] });
  return kubeconfigText(lab.front(), { token: name }, name);
}

async function engineOf(text: string): Promise<{ engine: TestEngine; hub: string }> {
  const home = mkdtempSync(join(tmpdir(), 'views-'));
  homes.push(home);
  const engine = testEngine(home);
  engines.push(engine);
  const { id: hub } = await engine.typed('hubs.add', { source: { text }, name: 'lab' });
  await engine.typed('hubs.connect', { hub });
  return { engine, hub };
}

test('where works may not be written, views prove the load, see the stale boot, and leave nothing behind', async () => {
  lab = await startLabHub('site-3', { speed: 120 });
  const first = await engineOf(lab.kubeconfig('engineer'));
  await installKmm({ call: first.engine.typed, hub: first.hub }, 3);
  await first.engine.close();

  const { engine, hub } = await engineOf(await limited(true));
  const call = engine.typed;
  const live = async () => (await call('hubs.get', { hub })).phase === 'live';
  await soon(live, 20_000, () => call('hubs.get', { hub }));
  const rows = async () => (await call('modules.proof', { hub, name: 'kmm-kmod', offset: 0, limit: 10 })).rows;
  const { id } = await call('modules.apply', { hub, yaml: moduleYaml('kmm-kmod'), way: 'staged' });
  const get = () => call('deliveries.get', { id });
  await soon(
    async () => (await get()).phase === 'done',
    40_000,
    async () => [await get(), await rows()],
  );
  for (const row of await rows()) expect(row).toMatchObject({ state: 'proven', evidence: 'view' });
  expect((await rows())[0]!.nodeBoot).toBe(lab.spokes.get((await rows())[0]!.spoke)!.machine.bootId);
  const works = (await lab.core.list(kinds.ManifestWork)).items.map(({ metadata }) => metadata.name);
  expect(works.some((name) => name?.startsWith('kmm-bastion-proof'))).toBe(false);

  // A reboot that KMM does not see: its numbers stay, the views show another boot.
  const spoke = lab.spokes.get('sno00002')!;
  const before = spoke.machine.bootId;
  await spoke.reboot({ seen: false });
  const stale = async () => (await rows()).find((row) => row.spoke === spoke.name && row.nodeBoot !== before);
  await soon(stale, 20_000, rows);
  await soon(
    async () => (await lab.core.list(kinds.ManagedClusterView)).items.length === 0,
    20_000,
    'views read and gone',
  );
}, 90_000);

test('where neither works nor views may be made, a load stays claimed and the delivery ends with that', async () => {
  lab = await startLabHub('site-3', { speed: 120 });
  const first = await engineOf(lab.kubeconfig('engineer'));
  await installKmm({ call: first.engine.typed, hub: first.hub }, 3);
  await first.engine.close();
  const { engine, hub } = await engineOf(await limited(false));
  const call = engine.typed;
  const live = async () => (await call('hubs.get', { hub })).phase === 'live';
  await soon(live, 20_000, () => call('hubs.get', { hub }));
  const { id } = await call('modules.apply', { hub, yaml: moduleYaml('kmm-kmod'), way: 'staged' });
  const get = () => call('deliveries.get', { id });
  await soon(async () => (await get()).phase === 'done', 40_000, get);
  const { states } = await call('modules.proof', { hub, name: 'kmm-kmod', offset: 0, limit: 10 });
  expect(states).toEqual({ claimed: 3 });
}, 90_000);
