import { afterEach, describe, expect, test } from 'vitest';
import { kinds } from '../../lab/kinds.ts';
import type { LoadState } from '../../shared/contract/fleet.ts';
import type { ProofRow } from '../../shared/contract/modules.ts';
import { names } from '../../shared/kube.ts';
import { installKmm, type LabEngine, type LabEngineOptions, soon, startLabEngine } from '../testing/lab-engine.ts';
import { moduleYaml } from '../testing/module-yaml.ts';

let lab: LabEngine;
afterEach(() => lab.close());

const oldKernel = '4.18.0-372.43.1.el8_6.x86_64';
const newKernel = '4.18.0-372.46.1.el8_6.x86_64';
const yaml = moduleYaml('kmm-kmod', { common: 'true' }, oldKernel);

async function proofs(): Promise<ProofRow[]> {
  const { rows } = await lab.call('modules.proof', { hub: lab.hub, name: 'kmm-kmod', offset: 0, limit: 100 });
  return rows;
}
const proof = async (spoke: string) => (await proofs()).find((row) => row.spoke === spoke)!;
const turns = (spoke: string, state: LoadState, cause = '') =>
  soon(
    async () => {
      const row = await proof(spoke);
      return row.state === state && row.cause === cause && row;
    },
    20_000,
    () => proof(spoke),
  );

async function deliver(options: Partial<LabEngineOptions> = {}): Promise<void> {
  lab = await startLabEngine('site-3', { speed: 120, ...options });
  await installKmm(lab, 3);
  const { id } = await lab.call('modules.apply', { hub: lab.hub, yaml, way: 'staged' });
  const get = () => lab.call('deliveries.get', { id });
  const end = await soon(async () => (await get()).phase === 'done' && get(), 40_000, get);

  // What set something off is never later than it, and an end never earlier than what it ends.
  const { builds } = await lab.call('modules.get', { hub: lab.hub, name: 'kmm-kmod' });
  expect(end.startedAt <= builds[0]!.startedAt!).toBe(true);
  const proven = (await proofs()).map(({ provenAt }) => provenAt!).sort();
  expect(proven[0]! >= builds[0]!.endedAt!).toBe(true);
  expect(end.endedAt! >= proven.at(-1)!).toBe(true);
}
const numbers = async (spoke: string) => {
  const { works } = await lab.call('fleet.spoke', { hub: lab.hub, name: spoke });
  return works
    .find(({ purpose }) => purpose === 'module')
    ?.feedback.find(({ name }) => name.endsWith('availableNumber'))?.value;
};
const nudged = async (spoke: string) =>
  (await lab.spokes.get(spoke)!.core.get(kinds.Node, spoke))?.metadata.labels?.[names.nudgeLabel];

describe('a reboot that KMM does not see', { timeout: 60_000 }, () => {
  test.each([
    ['a ManagedClusterAction', []],
    ['a ManifestWork where no actions are served', ['action.open-cluster-management.io']],
  ])('is a stale boot until a nudge by %s', async (_, without) => {
    await deliver({ without });
    const spoke = lab.spokes.get('sno00002')!;

    // The same kernel: KMM loads again by itself, and the proof is of the new boot.
    const before = await proof(spoke.name);
    await spoke.reboot({ seen: false });
    const again = await soon(
      async () => {
        const row = await proof(spoke.name);
        return row.state === 'proven' && row.nodeBoot === spoke.machine.bootId && row;
      },
      20_000,
      () => proof(spoke.name),
    );
    expect(again.loadedBoot).toBe(again.nodeBoot);
    expect(again.nodeBoot).not.toBe(before.nodeBoot);

    // A kernel without a mapping: nothing is in the kernel, and KMM's numbers stay.
    await spoke.reboot({ kernel: newKernel, seen: false });
    const stale = await turns(spoke.name, 'staleBoot', 'staleBoot');
    expect(await numbers(spoke.name)).toBe('1');
    expect(lab.kmm().inKernel(spoke.name)?.size).toBe(0);
    expect(stale.reason).toContain(newKernel);
    expect(stale.remedy).toContain('mapping');
    const { modules } = await lab.call('modules.list', { hub: lab.hub });
    expect(modules[0]).toMatchObject({ state: 'attention' });

    const nudge = () => lab.call('modules.nudge', { hub: lab.hub, name: 'kmm-kmod', spokes: [spoke.name] });
    expect(await nudge()).toEqual({ nudged: 1, refused: [] });
    const lost = await turns(spoke.name, 'failed', 'noMapping');
    expect(lost.reason).toContain(newKernel);
    expect(lost.since >= stale.since).toBe(true);
    const first = await nudged(spoke.name);
    expect(first).toBeTruthy();

    // Back to the kernel it had: KMM does not see that either, only a nudge makes it look.
    await spoke.reboot({ kernel: oldKernel, seen: false });
    const waits = await turns(spoke.name, 'loading', 'loading');
    expect(waits.remedy).toContain('nudge');
    await nudge();
    const end = await turns(spoke.name, 'proven');
    expect(end.nodeBoot).toBe(spoke.machine.bootId);
    expect(end.loadedBoot).toBe(spoke.machine.bootId);
    expect(await nudged(spoke.name)).not.toBe(first);
    if (without.length === 0) {
      const { items } = await lab.core.list(kinds.ManagedClusterAction, { namespace: spoke.name });
      expect(items.map(({ metadata }) => metadata.name)).toEqual([`kmm-bastion-nudge-${spoke.name}`]);
    }
    expect((await proofs()).map(({ state }) => state)).toEqual(['proven', 'proven', 'proven']);
  });
});
