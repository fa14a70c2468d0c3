import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { TimelineEntry } from '../shared/contract/fleet.ts';
import type { Delivery } from '../shared/contract/modules.ts';
import { clusterSeen, conditionsSeen, moduleSeen, policySeen, selects, workSeen } from './testing/kubectl-views.ts';
import { soon } from './testing/lab-engine.ts';
import { moduleYaml } from './testing/module-yaml.ts';
import { noRealHub, type RealHub, startRealHub } from './testing/real-hub.ts';
import { refusal, type TestEngine, testEngine } from './testing/test-engine.ts';

const healthy = 200;
const broken = 6;
const all = healthy + broken;
const module = 'kmm-kmod';
const minute = 60_000;

describe.skipIf(noRealHub)(`the day on a real kube-apiserver${noRealHub ? ` (skipped: ${noRealHub})` : ''}`, () => {
  let real: RealHub;
  let engine: TestEngine;
  let hub: string;
  const home = mkdtempSync(join(tmpdir(), 'real-hub-'));
  beforeAll(async () => {
    real = await startRealHub({ healthy, broken, haste: 10 });
    engine = testEngine(home);
  }, 2 * minute);
  afterAll(async () => {
    await engine?.close();
    await real?.close();
    rmSync(home, { recursive: true, force: true });
  }, minute);

  const call: TestEngine['typed'] = (name, input) => engine.typed(name, input);
  const state = (id = hub) => call('hubs.get', { hub: id });
  const counts = () => call('fleet.counts', { hub });
  /** Adds a hub by what `kubeconfig` says and waits until all of it is read. */
  async function connect(text: string, name: string): Promise<string> {
    const { id } = await call('hubs.add', { source: { text }, name });
    await call('hubs.connect', { hub: id });
    await soon(
      async () => (await state(id)).phase === 'live',
      minute,
      () => state(id),
    );
    return id;
  }
  async function timeline(): Promise<TimelineEntry[]> {
    const found: TimelineEntry[] = [];
    for (let before: number | undefined; ; before = found.at(-1)!.id) {
      const page = await call('fleet.timeline', { hub, limit: 500, ...(before !== undefined && { before }) });
      found.push(...page.entries);
      if (page.entries.length < 500) return found;
    }
  }

  test('connects by kubeconfig and is in step with 206 spokes', { timeout: 2 * minute }, async () => {
    hub = await connect(real.server.kubeconfig('certificate'), 'real');
    expect(await state()).toMatchObject({
      phase: 'live',
      spokes: all,
      kubernetesVersion: expect.stringMatching(/^v1/),
    });
    await soon(async () => (await counts()).operative === healthy, minute, counts);
    expect(await counts()).toMatchObject({ potential: all, notWorking: broken, kmmInstalled: 0 });
  });

  test('installs KMM on the hub, then on the spokes by policy', { timeout: 2 * minute }, async () => {
    const status = () => call('install.status', { hub });
    await call('install.apply', { hub, where: 'hub', params: {} });
    await soon(async () => (await status()).hub.state === 'installed', minute, status);
    expect((await call('install.plan', { hub, where: 'spokes', params: {} })).way).toBe('policy');
    await call('install.apply', { hub, where: 'spokes', params: {} });
    await soon(async () => (await counts()).kmmInstalled === healthy, 1.5 * minute, status);
  });

  test('delivers a module staged; the API server leaves in the middle and comes back', {
    timeout: 4 * minute,
  }, async () => {
    const { id } = await call('modules.apply', { hub, yaml: moduleYaml(module), way: 'staged' });
    const delivery = () => call('deliveries.get', { id });
    const proven = ({ states }: Delivery) => states['proven'] ?? 0;
    await soon(async () => proven(await delivery()) >= healthy / 5, 2 * minute, delivery);
    await real.server.leave();
    const left = await soon(
      async () => {
        const now = await state();
        return now.phase === 'stale' && now;
      },
      minute,
      () => state(),
    );
    expect(left.fault).toMatchObject({ code: 'kube.unreachable', remedy: expect.stringMatching(/./) });
    const meanwhile = await delivery();
    expect(meanwhile.endedAt).toBeUndefined();
    expect(proven(meanwhile)).toBeLessThan(healthy);
    // What was read stays to be seen while the hub is away.
    expect((await call('fleet.page', { hub, limit: 500 })).total).toBe(all);
    await real.server.back();
    await soon(async () => (await state()).phase === 'live', minute, state);
    expect((await state()).fault).toBeUndefined();
    const over = await soon(
      async () => {
        const now = await delivery();
        return ['done', 'failed', 'stopped'].includes(now.phase) && now;
      },
      2 * minute,
      delivery,
    );
    expect(over).toMatchObject({ phase: 'done', states: { proven: healthy } });
  });

  test('nothing was lost or told twice', { timeout: minute }, async () => {
    const entries = await timeline();
    const once = ['kmmInstalled', 'selected', 'loaded', 'buildStarted', 'buildEnded', 'delivered', 'hubConnected'];
    const seen = new Map<string, number>();
    for (const { event, spoke, module: of } of entries) {
      const key = [event, spoke, of].join(' ');
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    const twice = [...seen].filter(([key, count]) => count > 1 && once.includes(key.split(' ')[0]!));
    expect(twice).toEqual([]);
    const told = (event: string) => entries.filter((one) => one.event === event && one.module === module).length;
    expect(told('loaded')).toBe(healthy);
    expect([told('buildStarted'), told('buildEnded')]).toEqual([1, 1]);
    // Every proof stands on what is really in the kernel of that spoke.
    for (const { name, broken: how } of real.plans) {
      if (!how) expect([...(real.kmm().inKernel(name)?.keys() ?? [])], name).toEqual([`openshift-kmm/${module}`]);
    }
    expect(real.faults).toEqual([]);
    expect(real.kmm().spokeLog()).toEqual([]);
  });

  test('the report has the day’s numbers', { timeout: minute }, async () => {
    const report = await call('reports.summary', { hub, module });
    expect(report.table).toEqual({
      ...{ potential: all, notWorking: broken, operative: healthy },
      ...{ kmmInstalled: healthy, kmodDeployed: healthy },
    });
    expect(report.builds).toBe(1);
    const times = report.milestones.map(({ at }) => Date.parse(at));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    // The hub's own times: none lies in the future, none before the application came.
    expect(Math.max(...times)).toBeLessThan(Date.now() + 2_000);
    const { text } = await call('reports.read', { hub, module, format: 'csv' });
    expect(text.match(/^sno\d{5},/gm)).toHaveLength(all);
  });

  // What agents still report moves on both sides, so both are asked again until they are at rest.
  const agree = (look: () => Promise<void>) => vi.waitFor(look, { timeout: minute, interval: 1_000 });

  test('kubectl and our pages agree on every cluster', { timeout: 2 * minute }, async () => {
    await agree(async () => {
      const clusters = await real.kubectl('managedclusters');
      expect(clusters).toHaveLength(all);
      const { rows } = await call('fleet.page', { hub, limit: 500 });
      const shown = rows.map(({ name, availability, openshift, kubernetes, kernels }) => ({
        ...{ name, availability, openshift, kubernetes, kernels },
      }));
      expect(shown).toEqual(clusters.map(clusterSeen));
      expect(new Set(rows.map(({ availability }) => availability)).size).toBeGreaterThan(2);
      const policies = await real.kubectl('policies');
      for (const cluster of clusters) {
        const {
          labels,
          conditions,
          policies: shownPolicies,
        } = await call('fleet.spoke', { hub, name: cluster.metadata.name! });
        expect(labels).toEqual(cluster.metadata.labels);
        const pick = conditions.map(({ sentence: _, tone: __, ...condition }) => condition);
        expect(pick, cluster.metadata.name).toEqual(conditionsSeen(cluster));
        const there = policies.filter(({ metadata }) => metadata.namespace === cluster.metadata.name).map(policySeen);
        expect(shownPolicies.map(({ name, compliant }) => ({ name, compliant }))).toEqual(there);
      }
    });
  });

  test('kubectl and our pages agree on every manifest work and proof', { timeout: 2 * minute }, async () => {
    await agree(async () => {
      const works = await real.kubectl('manifestworks');
      const seen = Map.groupBy(works, ({ metadata }) => metadata.namespace!);
      const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
      const { rows: proofs } = await call('modules.proof', { hub, name: module, state: ['proven'], limit: 500 });
      expect(proofs).toHaveLength(healthy);
      for (const { name } of real.plans) {
        const there = (seen.get(name) ?? []).map(workSeen).sort(byName);
        const shown = (await call('fleet.spoke', { hub, name })).works.map((work) => ({
          ...{ name: work.name, module: work.purpose === 'module' ? work.module : '' },
          ...{ delivered: work.delivered, feedback: work.feedback },
        }));
        expect(shown.sort(byName), name).toEqual(there);
        const proof = proofs.find(({ spoke }) => spoke === name);
        if (!proof) continue;
        // The proof stands on the boot id, kernel and image that kubectl shows.
        const value = new Map(there.flatMap(({ feedback }) => feedback.map((one) => [one.name, one.value])));
        const { loadedKernel, loadedBoot, nodeBoot, image } = proof;
        expect([loadedKernel, loadedBoot, nodeBoot, image], name).toEqual(
          ['node.kernel', 'node.boot', 'loaded.boot', 'loaded.image'].map((one) => value.get(one)),
        );
      }
    });
  });

  test('kubectl and our pages agree on the module and its numbers', { timeout: minute }, async () => {
    await agree(async () => {
      const mcms = await real.kubectl('managedclustermodules');
      const { modules } = await call('modules.list', { hub });
      expect(modules.map(({ name, spokeNamespace, reported }) => ({ name, spokeNamespace, reported }))).toEqual(
        mcms.map(moduleSeen),
      );
      const clusters = await real.kubectl('managedclusters');
      const chosen = clusters.filter(({ metadata }) => selects(mcms[0]!, metadata.labels ?? {}));
      expect((await call('modules.get', { hub, name: module })).deliveries[0]).toMatchObject({
        selected: chosen.length,
      });
    });
  });

  test('a token runs out: it is said while the rows go on; a fresh kubeconfig mends it', {
    timeout: 3 * minute,
  }, async () => {
    const account = await real.account('field', true);
    const short = await connect(real.kubeconfigFor(account, 20_000, 'short'), 'short');
    const before = await call('fleet.timeline', { hub: short, limit: 500 });
    const { fault: why } = await soon(
      async () => {
        const now = await state(short);
        return now.fault && now;
      },
      1.5 * minute,
      () => state(short),
    );
    expect(why).toMatchObject({ code: 'kube.unauthorized', remedy: expect.stringContaining('fresh kubeconfig') });
    expect(why!.message).toMatch(/^The token of this kubeconfig ended at \d{4}-.*Z: the hub takes it no more\.$/);
    expect((await call('fleet.page', { hub: short })).total).toBe(all);
    const refused = await refusal(() => call('hubs.access', { hub: short }));
    expect(refused).toMatchObject({ code: 'kube.unauthorized', message: why!.message });

    await call('hubs.renew', { hub: short, source: { text: real.kubeconfigFor(account, 10 * minute, 'short') } });
    await call('hubs.connect', { hub: short });
    await soon(
      async () => (await state(short)).phase === 'live',
      minute,
      () => state(short),
    );
    expect((await state(short)).fault).toBeUndefined();
    expect((await call('hubs.access', { hub: short })).identity).toBe('system:serviceaccount:default:field');
    const after = (await call('fleet.timeline', { hub: short, limit: 500 })).entries.map(({ id }) => id);
    for (const { id } of before.entries) expect(after).toContain(id);
    await call('hubs.remove', { hub: short });
  });

  test('a user without rights on modules: it is said which are missing, the rest works', {
    timeout: 2 * minute,
  }, async () => {
    const account = await real.account('viewer', false);
    const view = await connect(real.kubeconfigFor(account, 10 * minute, 'viewer'), 'viewer');
    const { features } = await call('hubs.access', { hub: view });
    const may = Object.fromEntries(features.map(({ feature, allowed }) => [feature, allowed]));
    expect(may).toMatchObject({ seeFleet: 'yes', seeModules: 'no', applyModules: 'no', labelSpokes: 'no' });
    const missing = (feature: string) => features.find((one) => one.feature === feature)!.missing.join('\n');
    expect(missing('seeModules')).toContain('list managedclustermodules.hub.kmm.sigs.x-k8s.io');
    expect(missing('applyModules')).toContain('patch managedclustermodules.hub.kmm.sigs.x-k8s.io');
    const { feeds } = await call('hubs.feeds', { hub: view });
    const feed = (kind: string) => feeds.find((one) => one.kind === kind)!;
    expect(feed('ManagedCluster')).toMatchObject({ state: 'live', rows: all });
    expect(feed('ManagedClusterModule')).toMatchObject({
      state: 'forbidden',
      fault: {
        code: 'kube.forbidden',
        message: expect.stringContaining('cannot list resource "managedclustermodules"'),
      },
    });
    expect((await call('fleet.counts', { hub: view })).operative).toBe(healthy);
    const shown = (await call('fleet.page', { hub: view, limit: 500 })).rows.map(({ name, availability }) => [
      ...[name, availability],
    ]);
    const ours = (await call('fleet.page', { hub, limit: 500 })).rows.map(({ name, availability }) => [
      ...[name, availability],
    ]);
    expect(shown).toEqual(ours);
    expect(await call('modules.list', { hub: view })).toEqual({ modules: [] });
    const why = await refusal(() => call('modules.apply', { hub: view, yaml: moduleYaml('other'), way: 'staged' }));
    expect(why.code).toMatch(/forbidden$/);
    expect(why.message).toContain('managedclustermodules');
    const left = await real.kubectl('managedclustermodules');
    expect(left.map(({ metadata }) => metadata.name)).toEqual([module]);
    await call('hubs.remove', { hub: view });
  });
});
