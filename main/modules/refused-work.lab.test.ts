import { afterEach, describe, expect, test } from 'vitest';
import { toFault } from '../../shared/fault.ts';
import { installKmm, type LabEngine, soon, startLabEngine } from '../testing/lab-engine.ts';
import { moduleYaml } from '../testing/module-yaml.ts';

let lab: LabEngine;
afterEach(() => lab.close());

const elsewhere = moduleYaml('kmm-kmod', { common: 'true' }).replace('openshift-kmm', 'drivers');

async function rows() {
  const { rows } = await lab.call('modules.proof', { hub: lab.hub, name: 'kmm-kmod', offset: 0, limit: 100 });
  return rows;
}

describe('works and spokes that need a hand', { timeout: 60_000 }, () => {
  test('a refused work waits in backoff and is tried at once when nudged; a label taken away unloads, as said before', async () => {
    lab = await startLabEngine('site-3', { speed: 120 });
    const { hub } = lab;
    await installKmm(lab, 3);
    await lab.call('modules.apply', { hub, yaml: elsewhere, way: 'plain' });
    // Five seconds of life and more before the agents try by themselves: a busy machine must have nudged by then.
    const waiting = async () => {
      const now = lab.clock.now();
      const all = await rows();
      const long = ({ nextTryAt }: { nextTryAt?: string | undefined }) =>
        nextTryAt !== undefined && Date.parse(nextTryAt) - now > 600_000;
      return all.length === 3 && all.every(({ cause }) => cause === 'workRejected') && all.every(long) && all;
    };
    const refused = await soon(waiting, 40_000, rows);
    expect(refused[0]!.reason).toContain('namespaces "drivers" not found');

    // The cause is mended, and nobody tries: the agents wait.
    for (const spoke of lab.spokes.values()) {
      await spoke.core.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'drivers' } });
    }
    const spokes = refused.map(({ spoke }) => spoke);
    const [first, ...others] = spokes;
    const { nudged } = await lab.call('works.nudge', { hub, name: 'kmm-kmod', spokes: [first!] });
    expect(nudged).toBe(1);
    const proven = async () => (await rows()).find(({ spoke }) => spoke === first)?.state === 'proven';
    await soon(proven, 20_000, rows);
    expect(lab.clock.now()).toBeLessThan(Date.parse(refused.find(({ spoke }) => spoke === first)!.nextTryAt!));
    expect((await rows()).filter(({ cause }) => cause === 'workRejected')).toHaveLength(2);
    expect(await lab.call('works.nudge', { hub, name: 'kmm-kmod', spokes: [...others, 'nobody'] })).toMatchObject({
      nudged: 2,
      refused: [{ spoke: 'nobody', reason: 'It has no work named kmm-kmod.' }],
    });
    await soon(async () => (await rows()).every(({ state }) => state === 'proven'), 20_000, rows);

    const change = { hub, spokes: [first!], remove: ['common'] };
    expect(await lab.call('spokes.consequences', change)).toMatchObject({
      unloads: [{ module: 'kmm-kmod', spoke: first }],
      sentences: [`kmm-kmod is unloaded from 1 spoke, all at once: ${first}.`],
    });
    const why = await lab.call('spokes.change', change).then(() => undefined, toFault);
    expect(why).toMatchObject({ code: 'spoke.confirm' });
    await lab.call('spokes.change', { ...change, confirm: first! });
    const loaded = () => lab.spokes.get(first!)!.core;
    await soon(async () => (await rows()).length === 2, 20_000, rows);
    const kind = {
      group: 'kmm.sigs.x-k8s.io',
      version: 'v1beta1',
      plural: 'modules',
      kind: 'Module',
      namespaced: true,
    };
    await soon(
      async () => (await loaded().get(kind, 'kmm-kmod', 'drivers')) === undefined,
      20_000,
      'the Module is gone',
    );
  });
});
