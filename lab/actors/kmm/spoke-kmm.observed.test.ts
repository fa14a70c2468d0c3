import { afterEach, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import type { Module, Nmc } from './objects.ts';
import { comparable, observed, place, recording } from './observed.fixture.ts';
import { createSpokeFixture, repository, type SpokeFixture, spokeNode } from './spoke.fixture.ts';

const k46 = '4.18.0-372.46.1.el8_6.x86_64';
const k51 = '4.18.0-372.51.1.el8_6.x86_64';
const map = (kernel: string, tag = kernel) => ({ containerImage: `${repository}:${tag}`, literal: kernel });
const both = [map(k46), map(k51)];
let spoke: SpokeFixture;
afterEach(() => spoke.stop());

async function start(): Promise<void> {
  spoke = await createSpokeFixture(k46);
  for (const kernel of [k46, k51]) spoke.images.push(`${repository}:${kernel}`, { kernel, signed: false, at: 0 });
  spoke.images.push(`${repository}:v2`, { kernel: k51, signed: false, at: 0 });
  await spoke.module(both);
}

/** Of a Node and a Pod, what KMM and the kubelet's part decide; the recorded test process wrote "x" for images in a status. */
function part(object: KubeObject): unknown {
  if (object.kind === 'Node') {
    const { nodeInfo } = object.status as { nodeInfo: { kernelVersion: string; bootID: string } };
    return { labels: object.metadata.labels, spec: object.spec, kernel: nodeInfo.kernelVersion, boot: nodeInfo.bootID };
  }
  if (object.kind !== 'Pod') return comparable(object);
  const { containerStatuses, phase } = object.status as { containerStatuses: { image: string }[]; phase: string };
  return comparable({
    ...object,
    status: { phase, containerStatuses: containerStatuses.map((one) => ({ ...one, image: '' })) },
  });
}

async function expectAs(file: string): Promise<void> {
  for (const wanted of recording(`kmm-spoke/${file}.yaml`)) {
    const kind = Object.values(kinds).find((one) => one.kind === wanted.kind)!;
    const found = await spoke.core.get(kind, wanted.metadata.name!, wanted.metadata.namespace);
    expect(found && part(found), `${file}: ${place(wanted)}`).toEqual(part(wanted));
  }
}

describe.skipIf(!observed.there)(`what KMM on a spoke was seen to write${observed.why}`, () => {
  test('loading, loaded, cordoned and back', async () => {
    await start();
    await expectAs('loading');
    await expectAs('loaded');
    expect((await spoke.get('Node'))?.metadata.labels).toHaveProperty([
      'kmm.node.kubernetes.io/openshift-kmm.kmm-kmod.ready',
    ]);
    await spoke.taint('unschedulable');
    await expectAs('cordoned');
    expect(spoke.kmm.inKernel(spokeNode).size).toBe(0);
    await spoke.taint();
    await expectAs('loaded');
    expect([...spoke.kmm.inKernel(spokeNode).values()]).toEqual([`${repository}:${k46}`]);
  });

  test('a reboot that taints announce; a mapping that goes', async () => {
    await start();
    await spoke.reboot(k51, 'd2', true);
    await expectAs('reboot-with-taints-new-kernel');
    expect((await spoke.get('ClusterClaim', 'kernel-versions.kmm.node.kubernetes.io'))?.spec).toEqual({ value: k51 });
    await spoke.module([map(k46)]);
    await expectAs('mapping-removed');
  });

  test('unseen reboots lie', async () => {
    await start();
    await spoke.reboot(k51, 'd2', true);
    await spoke.reboot(k51, 'b3', false);
    expect(((await spoke.get('NodeModulesConfig')) as Nmc).status?.modules?.[0]?.bootId).toBe('b3');
    spoke.workerFails = () => true;
    await spoke.module([map(k51, 'v2')]);
    await spoke.clock.advance(31_000);
    await expectAs('worker-crash-on-new-image');
    spoke.workerFails = () => false;
    await spoke.clock.advance(60_000);
    expect([...spoke.kmm.inKernel(spokeNode).values()]).toEqual([`${repository}:v2`]);

    await spoke.module(both);
    await spoke.reboot(k46, 'c1', true);
    await spoke.reboot(k51, 'c2', false);
    await spoke.clock.advance(31_000);
    await expectAs('reboot-new-kernel-stuck');
    expect(spoke.kmm.inKernel(spokeNode).size).toBe(0);

    // The nudge: any label of the node makes KMM look again.
    await spoke.core.patch(kinds.Node, spokeNode, '', { metadata: { labels: { nudge: '1' } } }, { type: 'merge' });
    await spoke.clock.advance(5_000);
    expect([...spoke.kmm.inKernel(spokeNode).values()]).toEqual([`${repository}:${k51}`]);
    expect(((await spoke.get('NodeModulesConfig')) as Nmc).status?.modules?.[0]).toMatchObject({
      bootId: 'c2',
      config: { kernelVersion: k51 },
    });

    await spoke.module([map(k51)]);
    await spoke.reboot('4.18.0-372.99.9.el8_6.x86_64', 'c3', false);
    await spoke.clock.advance(31_000);
    await expectAs('reboot-unmapped-kernel-stuck');
    const { status } = (await spoke.get('Module')) as Module;
    expect(status?.moduleLoader).toEqual({ availableNumber: 1, desiredNumber: 1, nodesMatchingSelectorNumber: 1 });
  });
});
