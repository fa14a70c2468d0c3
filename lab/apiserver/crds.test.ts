import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../shared/kube.ts';
import { createTestClock } from '../test-clock.ts';
import { createCore } from './core.ts';

const data = join(import.meta.dirname, '../../../shared/data');
const there = existsSync(data);
const why = there ? '' : ' (skipped: no upstream CRDs on this machine)';
const clock = createTestClock();
const folder = (name: string) =>
  readdirSync(join(data, 'crds', name))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => parse(readFileSync(join(data, 'crds', name, file), 'utf8')) as KubeObject);
const samples = (name: string) =>
  readdirSync(join(data, 'samples', name)).flatMap((file) =>
    parseAllDocuments(readFileSync(join(data, 'samples', name, file), 'utf8')).map((one) => ({
      file,
      object: one.toJS() as KubeObject,
    })),
  );

async function loaded(...folders: string[]) {
  const core = createCore({ clock, namespaces: ['default'] });
  for (const name of folders) for (const crd of folder(name)) await core.create(crd);
  return core;
}

describe.skipIf(!there)(`upstream CRDs${why}`, () => {
  test.each(['acm', 'kmm', 'kmm-hub', 'metal3', 'ocm', 'olm', 'openshift', 'talm', 'kmm/v2.6.0', 'openshift/4.12'])(
    'all of %s are established and served',
    async (name) => {
      const core = await loaded(name);
      const definitions = core.store.collection({ group: 'apiextensions.k8s.io', plural: 'customresourcedefinitions' });
      expect(definitions.size).toBe(folder(name).length);
      for (const { spec, status } of definitions.list()) {
        const { group, names, versions } = spec as {
          group: string;
          names: { plural: string };
          versions: { name: string }[];
        };
        for (const version of versions) expect(core.registry.served(group, version.name, names.plural)).toBeDefined();
        expect((status as { conditions: { type: string }[] }).conditions.map(({ type }) => type)).toContain(
          'Established',
        );
      }
    },
  );

  test('the samples for the hub and for spokes are accepted', async () => {
    const hub = await loaded('kmm-hub', 'acm', 'ocm', 'olm');
    const spoke = await loaded('kmm', 'olm');
    let count = 0;
    const put = async (core: typeof hub, { file, object }: { file: string; object: KubeObject }) => {
      if (!object?.kind || object.kind === 'PlacementRule' || object.kind.endsWith('List')) return;
      const { kind } = core.registry.of(object);
      const { namespace = 'default' } = object.metadata;
      if (kind.namespaced)
        await core.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }).catch(() => {});
      const name = object.metadata.name ?? 'x';
      const metadata = {
        ...object.metadata,
        name: `${name}-${count}`.toLowerCase(),
        ...(kind.namespaced && { namespace }),
      };
      await core.create({ ...object, metadata }).catch((error: Error) => {
        throw new Error(`${file}: ${error.message}`);
      });
      count += 1;
    };
    for (const one of samples('hub')) await put(hub, one);
    for (const one of [...samples('spoke'), ...samples('operator')]) await put(spoke, one);
    expect(count).toBeGreaterThan(20);
  });

  test('an MCM without kernel mappings is refused in the words of the real server', async () => {
    const core = await loaded('kmm');
    const container = { modprobe: { moduleName: 'kmm_ci_a' }, kernelMappings: [] };
    const module = {
      apiVersion: 'kmm.sigs.x-k8s.io/v1beta1',
      kind: 'Module',
      metadata: { name: 'kmm-ci-empty', namespace: 'default' },
      spec: { moduleLoader: { container }, selector: {} },
    };
    await expect(core.create(module)).rejects.toMatchObject({
      status: 422,
      message:
        'Module.kmm.sigs.x-k8s.io "kmm-ci-empty" is invalid: spec.moduleLoader.container.kernelMappings: Invalid value: 0: spec.moduleLoader.container.kernelMappings in body should have at least 1 items',
    });
    const mapping = { literal: 'k', containerImage: 'r/i:t', build: null };
    const good = {
      ...module,
      spec: { ...module.spec, moduleLoader: { container: { ...container, kernelMappings: [mapping] } } },
    };
    const stored = (await core.create({ ...good, unknown: 1 })) as KubeObject & { spec: typeof good.spec };
    expect(stored.spec.moduleLoader.container.kernelMappings).toEqual([{ literal: 'k', containerImage: 'r/i:t' }]);
    expect(stored).not.toHaveProperty('unknown');
    expect(stored.spec.moduleLoader.container.modprobe).toEqual({ moduleName: 'kmm_ci_a', dirName: '/opt' });
  });

  test('a spec without its required fields names each of them', async () => {
    const core = await loaded('kmm-hub');
    const mcm = {
      apiVersion: 'hub.kmm.sigs.x-k8s.io/v1beta1',
      kind: 'ManagedClusterModule',
      metadata: { name: 'm' },
      spec: {},
    };
    await expect(core.create(mcm)).rejects.toMatchObject({
      details: {
        causes: expect.arrayContaining([
          { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.selector' },
          { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.spokeNamespace' },
        ]),
      },
    });
  });

  test('deleting a CRD takes its objects and the kind away', async () => {
    const core = await loaded('ocm');
    const claims = {
      group: 'cluster.open-cluster-management.io',
      version: 'v1alpha1',
      plural: 'clusterclaims',
      kind: 'ClusterClaim',
      namespaced: false,
    };
    await core.create({
      apiVersion: `${claims.group}/v1alpha1`,
      kind: 'ClusterClaim',
      metadata: { name: 'c' },
      spec: { value: 'v' },
    });
    const definitions = {
      group: 'apiextensions.k8s.io',
      version: 'v1',
      plural: 'customresourcedefinitions',
      kind: 'CustomResourceDefinition',
      namespaced: false,
    };
    await core.remove(definitions, `clusterclaims.${claims.group}`);
    await clock.settle();
    await expect(core.list(claims)).rejects.toMatchObject({ status: 404 });
    expect(core.store.collection(claims).size).toBe(0);
  });
});
