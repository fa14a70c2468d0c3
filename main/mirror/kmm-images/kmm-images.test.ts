import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { createRegistry } from '../../images/registry/registry.ts';
import { type DockerRegistry, registryAbsent, startDockerRegistry } from '../../images/testing/docker-registry.ts';
import { pushImage, sampleImage } from '../../images/testing/sample-image.ts';
import { createBasket } from '../image-set/basket.ts';
import { plainWorld, type World } from '../image-set/testing/world.ts';
import { readModule } from './module-manifest.ts';
import { resolveModules } from './resolve-modules.ts';
import { resolveUpstream } from './upstream.ts';

const k1 = '4.18.0-372.43.1.el8_6.x86_64';
const k2 = '4.18.0-372.46.1.el8_6.x86_64';
const dir = mkdtempSync(join(tmpdir(), 'kmm-images-'));
afterAll(() => rmSync(dir, { recursive: true }));

describe.skipIf(registryAbsent)(`with a registry${registryAbsent}`, () => {
  let server: DockerRegistry;
  let world: World;
  beforeAll(async () => {
    server = await startDockerRegistry();
    world = plainWorld({ 'gcr.io': server.host });
    const registry = createRegistry(
      { host: server.host, plainHttp: true },
      { clock: systemClock(), random: Math.random },
    );
    const push = (repository: string, ...tags: string[]) =>
      Promise.all(tags.map((tag) => pushImage(registry, repository, tag, sampleImage({ sizes: [100] }))));
    await push('kmm/kmod', k1, 'unsigned');
    await push('kmm/plugin', '1', 'init');
    const parts = ['operator', 'operator-hub', 'worker', 'signimage', 'webhook-server'];
    const tags = ['v20260101-v2.4.1', 'v20260301-v2.4.1', 'v20260401-v2.5.0', 'latest'];
    await Promise.all(parts.map((part) => push(`k8s-staging-kmm/kernel-module-management-${part}`, ...tags)));
    await push('kaniko-project/executor', 'latest');
    await registry.close();
  });
  afterAll(async () => {
    await world.close();
    await server.stop();
  });

  const module = (loader: string, rest = '') => `apiVersion: kmm.sigs.x-k8s.io/v1beta1
kind: Module
metadata: {name: m, namespace: ns}
spec:
  moduleLoader:
    container:
      modprobe: {moduleName: m}
      kernelMappings:
        - {regexp: '^4\\.18', containerImage: "${server.host}/kmm/kmod:\${KERNEL_FULL_VERSION}"${loader}}
${rest}`;
  const resolve = async (manifest: string, kernels: string[]) => {
    const basket = createBasket();
    await resolveModules([{ manifest, kernels }], world.effects, basket);
    return basket.contents();
  };

  test('an image per kernel and the plugins; a kernel without image or mapping is a gap that names it', async () => {
    const file = join(dir, 'module.yaml');
    const plugin = `  devicePlugin:\n    container: {image: "${server.host}/kmm/plugin:1"}\n    initContainer: {image: "${server.host}/kmm/plugin:init"}\n`;
    writeFileSync(file, `kind: ConfigMap\napiVersion: v1\n---\n${module('', plugin)}`);
    const { images, gaps } = await resolve(file, [k1, k2, '5.14.0-1.x86_64']);
    expect(
      images
        .map(
          ({ target, by, facts }) => `${target.repository}:${target.tag} ${by} ${facts?.['role']} ${facts?.['kernel']}`,
        )
        .sort(),
    ).toEqual([
      `kmm/kmod:${k1} tag kmod ${k1}`,
      'kmm/plugin:1 tag plugin undefined',
      'kmm/plugin:init tag plugin undefined',
    ]);
    expect(gaps.map(({ name, fault }) => `${name}: ${fault.code} ${fault.message}`)).toEqual([
      `m for ${k2}: registry.notFound ${server.host}/kmm/kmod:${k2}, which m needs for ${k2}, is not there.`,
      'm for 5.14.0-1.x86_64: modules.noMapping No kernel mapping of m matches 5.14.0-1.x86_64.',
    ]);
  });
  test('not built yet: the remedy says so; to be signed at the site: the unsigned image comes', async () => {
    const built = await resolve(module(', build: {dockerfileConfigMap: {name: d}}'), [k2]);
    expect(built.gaps[0]?.fault.remedy).toContain('build it');
    const unsigned = `, sign: {unsignedImage: "${server.host}/kmm/kmod:unsigned", keySecret: {name: k}, certSecret: {name: c}}`;
    const { images, gaps, warnings } = await resolve(module(unsigned), [k2]);
    expect(gaps).toEqual([]);
    expect(images.map(({ target, facts }) => `${target.tag} ${facts?.['role']}`)).toEqual(['unsigned unsigned']);
    expect(warnings[0]).toContain('to be signed at the site');
  });
  test('a file that is not there is one gap', async () => {
    const { gaps } = await resolve(join(dir, 'none.yaml'), [k1]);
    expect(gaps).toMatchObject([{ name: join(dir, 'none.yaml'), fault: { code: 'fetch.notFound' } }]);
  });

  const upstream = async (version: string) => {
    const basket = createBasket();
    await resolveUpstream(version, world.effects, basket);
    return basket.contents();
  };
  test('upstream KMM: the newest build of a version, and the builder', async () => {
    const { images, gaps } = await upstream('v2.4.1');
    expect(gaps).toEqual([]);
    expect(images.map(({ target }) => `${target.repository}:${target.tag}`)).toEqual([
      'k8s-staging-kmm/kernel-module-management-operator-hub:v20260301-v2.4.1',
      'k8s-staging-kmm/kernel-module-management-operator:v20260301-v2.4.1',
      'k8s-staging-kmm/kernel-module-management-signimage:v20260301-v2.4.1',
      'k8s-staging-kmm/kernel-module-management-webhook-server:v20260301-v2.4.1',
      'k8s-staging-kmm/kernel-module-management-worker:v20260301-v2.4.1',
      'kaniko-project/executor:latest',
    ]);
    expect(images.every(({ category }) => category === 'kmm')).toBe(true);
  });
  test('a version that was never published', async () => {
    const { gaps, images } = await upstream('2.4.2');
    expect(images).toHaveLength(1);
    expect(gaps).toHaveLength(5);
    expect(gaps[0]?.fault).toMatchObject({ code: 'kmm.version', remedy: 'Did you mean v2.4.1?' });
  });
});

test('a ManagedClusterModule: its module, the spokes’ namespace, and what the hub fills in differently', async () => {
  const yaml = `apiVersion: hub.kmm.sigs.x-k8s.io/v1beta1
kind: ManagedClusterModule
metadata: {name: m}
spec:
  spokeNamespace: spoke-ns
  selector: {a: b}
  moduleSpec:
    moduleLoader: {container: {modprobe: {moduleName: m}, kernelMappings: [{literal: ${k1}, containerImage: "127.0.0.1:1/$MOD_NAMESPACE/$MOD_NAME:1"}]}}
`;
  expect(readModule(yaml)).toMatchObject({ kind: 'ManagedClusterModule', name: 'm', namespace: 'spoke-ns' });
  const basket = createBasket();
  const world = plainWorld();
  const open: World['effects']['open'] = (reference) => ({
    ...world.effects.open(reference),
    resolve: () => Promise.reject(new Error(`asked for ${reference.repository}`)),
  });
  await resolveModules([{ manifest: yaml, kernels: [k1] }], { ...world.effects, open }, basket);
  const { gaps, warnings } = basket.contents();
  expect(gaps[0]?.fault.message).toBe('asked for spoke-ns/m');
  expect(warnings[0]).toContain('MOD_NAMESPACE');
  await world.close();
});
