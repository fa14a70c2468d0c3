import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubeconfigText } from '../lab/apiserver/http/kubeconfig.ts';
import { soon } from './testing/lab-engine.ts';
import { type LabHub, startLabHub } from './testing/lab-hub.ts';
import { moduleYaml } from './testing/module-yaml.ts';
import { type TestEngine, testEngine } from './testing/test-engine.ts';
import { type OtherVersion, startVersionProxy } from './testing/version-proxy.ts';

const home = mkdtempSync(join(tmpdir(), 'server-versions-'));
let lab: LabHub;
let engine: TestEngine;
beforeAll(async () => {
  lab = await startLabHub('site-3', { speed: 30 });
  engine = testEngine(home);
});
afterAll(async () => {
  await engine.close();
  await lab.close();
  rmSync(home, { recursive: true, force: true });
});

/** The hub as a server of another version shows it: connected, read, asked for rights and for a dry run. */
async function worked(other: OtherVersion) {
  const front = await startVersionProxy(lab.front(), other);
  const call = engine.typed;
  const text = kubeconfigText(front, lab.logins.engineer, other.version);
  const { id: hub } = await call('hubs.add', { source: { text }, name: other.version });
  await call('hubs.connect', { hub });
  await soon(
    async () => (await call('hubs.get', { hub })).phase === 'live',
    20_000,
    () => call('hubs.get', { hub }),
  );
  const seen = {
    hub: await call('hubs.get', { hub }),
    counts: await call('fleet.counts', { hub }),
    access: await call('hubs.access', { hub }),
    check: await call('modules.check', { hub, yaml: moduleYaml('kmm-kmod') }),
    // Server-side apply, dry: KMM's Subscription on the hub.
    plan: await call('install.plan', { hub, where: 'hub', params: {} }),
  };
  await call('hubs.remove', { hub });
  await front.close();
  return { ...seen, refused: front.refused };
}

const reviews = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
describe('a kubeconfig for a server of another version', () => {
  test.each<OtherVersion>([
    { version: 'v1.24.17', without: ['/openapi/v3', '/apis/authentication.k8s.io/'] },
    {
      version: 'v1.25.4+a34b9e9',
      without: [reviews, '/apis/authentication.k8s.io/v1alpha1', '/apis/authentication.k8s.io/v1beta1'],
    },
    { version: 'v1.30.0', without: [] },
    { version: 'v1.37.0', without: [] },
    { version: 'v1.41.0', without: ['/apis/policy.open-cluster-management.io/v1'] },
  ])('$version: what is not served is said, the rest works', async (other) => {
    const { hub, counts, access, check, plan, refused } = await worked(other);
    expect(hub).toMatchObject({ phase: 'live', kubernetesVersion: other.version });
    expect(counts.potential).toBe(3);
    expect(check.preview).toMatchObject({ fleet: 3, matches: 3 });
    expect(plan.diffs.map(({ change }) => change)).toContain('create');
    const allowed = Object.fromEntries(access.features.map(({ feature, allowed }) => [feature, allowed]));
    expect(allowed).toMatchObject({ seeFleet: 'yes', labelSpokes: 'yes' });
    const said = (hub.remarks ?? []).join(' ');
    const old = other.version.startsWith('v1.24');
    const known = !other.without.some((path) => path.includes('authentication'));
    expect(hub.identity === undefined).toBe(!known);
    expect(/SelfSubjectReview/.test(said)).toBe(!known);
    expect(/older than 1\.25/.test(said)).toBe(old);
    expect(/newer than any/.test(said)).toBe(other.version === 'v1.41.0');
    expect(allowed.installByPolicy === 'absent').toBe(other.version === 'v1.41.0');
    // What was made unavailable was really asked for.
    expect(refused.length > 0).toBe(other.without.length > 0);
  });
});
