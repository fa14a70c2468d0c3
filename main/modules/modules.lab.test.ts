import { afterEach, describe, expect, test } from 'vitest';
import type { Delivery } from '../../shared/contract/modules.ts';
import { type LabDay, startLabDay, until } from './testing/lab-day.ts';

let day: LabDay;
afterEach(() => day.close());

const yaml = (name: string, selector: string) => `apiVersion: hub.kmm.sigs.x-k8s.io/v1beta1
kind: ManagedClusterModule
metadata:
  name: ${name}
spec:
  spokeNamespace: openshift-kmm
  selector:
    ${selector}
  moduleSpec:
    selector: {}
    moduleLoader:
      container:
        modprobe:
          moduleName: kmm_ci_a
        kernelMappings:
          - regexp: '^.+\\.x86_64$'
            containerImage: registry.bastion.example:5000/kmm/${name}:$KERNEL_FULL_VERSION
            build:
              dockerfileConfigMap:
                name: kmm-kmod-dockerfile
`;
const one = <T>(sql: string): T => day.store.db.prepare(sql).pluck().get() as T;

async function installed(spokes: number): Promise<void> {
  const params = {
    channel: 'stable',
    source: 'redhat-operators',
    sourceNamespace: 'openshift-marketplace',
    startingCsv: '',
    hubNamespace: 'openshift-kmm-hub',
    spokeNamespace: 'openshift-kmm',
    policyNamespace: 'kmm-bastion',
    spokeSelector: {},
  };
  await until(
    () => one<number>('select count(*) from spoke where operative = 1') === spokes,
    30_000,
    () => 'operative',
  );
  const { 'install.apply': apply } = day.rooms.install.handlers;
  await apply({ hub: 'h', where: 'hub', params });
  await apply({ hub: 'h', where: 'spokes', params });
  await until(
    () => one<number>(`select count(*) from spoke where kernels <> ''`) === spokes,
    60_000,
    () => 'kernel claims',
  );
}
async function over(id: string, limit: number): Promise<Delivery> {
  const get = () => day.rooms.handlers['deliveries.get']({ id }) as Delivery;
  await until(
    () => ['done', 'failed', 'stopped'].includes(get().phase),
    limit,
    () => JSON.stringify(get()),
  );
  return get();
}

describe('on the practice hub', { timeout: 240_000 }, () => {
  test('staged: one build, proven on all three spokes, across a restart of the engine', async () => {
    day = await startLabDay('site-3', { speed: 60 });
    await installed(3);
    const text = yaml('kmm-kmod', 'common: "true"');
    const { handlers } = day.rooms;
    const { findings, preview } = await handlers['modules.check']({ hub: 'h', yaml: text });
    expect(findings).toEqual([]);
    expect(preview).toMatchObject({ matches: 3, buildsPlain: 3, buildsStaged: 1, recommended: 'staged' });
    const { diffs } = await handlers['modules.diff']({ hub: 'h', yaml: text, way: 'staged' });
    expect(diffs[0]).toMatchObject({ change: 'create' });
    const started = await handlers['modules.apply']({ hub: 'h', yaml: text, way: 'staged', anyway: [] });
    await until(
      () => one<number>(`select count(*) from build where state = 'running'`),
      30_000,
      () => 'a build',
    );
    day.restart();
    const end = await over(started.id, 90_000);
    expect(end).toMatchObject({ phase: 'done', targets: 3, selected: 3, states: { proven: 3 } });
    expect(end.canaries).toHaveLength(1);
    const { builds } = await day.rooms.handlers['modules.get']({ hub: 'h', name: 'kmm-kmod' });
    expect(builds.map(({ action, state }) => [action, state])).toEqual([['BuildImage', 'succeeded']]);
    expect(builds[0]!.seconds).toBeGreaterThan(0);
    const events = day.store.db
      .prepare(`select event, count(*) n from timeline where module = 'kmm-kmod' group by event`)
      .all() as { event: string; n: number }[];
    expect(Object.fromEntries(events.map(({ event, n }) => [event, n]))).toMatchObject({
      selected: 3,
      loaded: 3,
      buildStarted: 1,
      buildEnded: 1,
    });

    const gone = await day.rooms.handlers['modules.deletion']({ hub: 'h', name: 'kmm-kmod' });
    expect(gone.unloads).toBe(3);
    await day.rooms.handlers['modules.delete']({ hub: 'h', name: 'kmm-kmod', confirm: 'kmm-kmod' });
    const left = () =>
      one<number>(`select count(*) from work where module = 'kmm-kmod'`) +
      one<number>('select count(*) from proof') +
      one<number>(`select count(*) from spoke_label where key like 'deliver.%'`);
    await until(
      () => left() === 0,
      30_000,
      () => `${left()} rows left`,
    );
  });

  test('plain over two kernels and an arm64 spoke: the loss is reported spoke by spoke', async () => {
    day = await startLabDay('mixed-kernels', { speed: 60 });
    await installed(8);
    const text = yaml('kmm-kmod', 'common: "true"');
    const { findings } = await day.rooms.handlers['modules.check']({ hub: 'h', yaml: text });
    // The hub's nodes run the first kernel only, and the lab's Dockerfile uses DTK_AUTO.
    expect(findings.map(({ rule }) => rule)).toEqual([
      'selection.twoKernels',
      'selection.unmatched',
      'selection.dtkAuto',
    ]);
    expect(findings[2]!.spokes).toEqual(['sno00002', 'sno00004', 'sno00006']);
    await expect(
      day.rooms.handlers['modules.apply']({ hub: 'h', yaml: text, way: 'plain', anyway: [] }),
    ).rejects.toMatchObject({ fault: { code: 'module.lint' } });
    const anyway = findings.map(({ rule }) => rule);
    await day.rooms.handlers['modules.apply']({ hub: 'h', yaml: text, way: 'plain', anyway });
    const rows = async () =>
      (
        await day.rooms.handlers['modules.proof']({
          hub: 'h',
          name: 'kmm-kmod',
          state: ['failed'],
          search: '',
          offset: 0,
          limit: 100,
        })
      ).rows;
    const lost = await until(
      async () => {
        const failed = await rows();
        return failed.filter(({ cause }) => cause === 'workRejected').length > 0 && failed.length > 1 && failed;
      },
      90_000,
      () => JSON.stringify(day.store.db.prepare('select spoke, state, cause, reason from proof').all()),
    );
    expect(lost.find(({ cause }) => cause === 'noMapping')?.reason).toContain('aarch64');
    expect(lost.find(({ cause }) => cause === 'workRejected')?.remedy).toContain('KMM-Hub lost the mappings');
  });
});
