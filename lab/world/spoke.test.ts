import { expect, test } from 'vitest';
import type { KubeObject } from '../../shared/kube.ts';
import { kinds } from '../kinds.ts';
import { createTestClock } from '../test-clock.ts';
import { createRandom } from './random.ts';
import { furnishNode, type SpokeEvent } from './spoke.ts';
import { createWorld } from './world.ts';

async function begin(seed = 1) {
  const clock = createTestClock();
  const world = createWorld({ clock, seed });
  const spoke = world.addSpoke({ name: 'sno00001', kernel: 'k1', arch: 'amd64', openshift: '4.12.3', rhcos: 'r1' });
  await furnishNode(spoke);
  const events: string[] = [];
  spoke.listen((event: SpokeEvent) => events.push('agent' in event ? `${event.type} ${event.agent}` : event.type));
  const node = async () => (await spoke.core.get(kinds.Node, 'sno00001'))!;
  return { clock, world, spoke, events, node };
}
const info = (node: KubeObject) => (node.status as { nodeInfo: { bootID: string; kernelVersion: string } }).nodeInfo;

test('an unseen reboot: new boot id and kernel, never a taint; agents come back some time later', async () => {
  const { clock, spoke, events, node } = await begin();
  const before = info(await node());
  const taints: unknown[] = [];
  spoke.core.watch(kinds.Node, ({ object }) =>
    taints.push((object as KubeObject & { spec: { taints?: unknown } }).spec.taints),
  );
  const done = spoke.reboot({ kernel: 'k2', seen: false });
  while (!events.includes('up')) await clock.advance(1_000);
  await done;
  expect(info(await node())).toMatchObject({ kernelVersion: 'k2' });
  expect(info(await node()).bootID).not.toBe(before.bootID);
  expect(taints.every((one) => one === undefined)).toBe(true);
  expect(spoke.running('work')).toBe(false);
  await clock.advance(31_000);
  expect(spoke.running('work')).toBe(true);
  expect(events.filter((event) => event === 'down' || event === 'up')).toEqual(['down', 'up']);
});

test('a seen reboot: the not-ready taints come and go', async () => {
  const { clock, spoke } = await begin();
  const counts: number[] = [];
  spoke.core.watch(kinds.Node, ({ object }) => {
    counts.push(((object as KubeObject & { spec: { taints?: unknown[] } }).spec.taints ?? []).length);
  });
  void spoke.reboot({ seen: true });
  await clock.advance(200_000);
  expect(counts).toContain(2);
  expect(counts.at(-1)).toBe(0);
});

test('while the API is down requests wait and watches are silent; then both go on', async () => {
  const { clock, spoke } = await begin();
  const seen: string[] = [];
  spoke.api.watch(kinds.Namespace, ({ object }) => seen.push((object as KubeObject).metadata.name!));
  await clock.settle();
  spoke.apiDown();
  let made = false;
  const creating = spoke.api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'later' } }).then(() => {
    made = true;
  });
  await clock.advance(60_000);
  expect(made).toBe(false);
  expect(await spoke.core.get(kinds.Namespace, 'later')).toBeUndefined();
  spoke.apiUp();
  await creating;
  await clock.settle();
  expect(seen).toContain('later');
});

test('an agent that was stopped stays dead over a reboot', async () => {
  const { clock, spoke } = await begin();
  spoke.stop('work-manager');
  void spoke.reboot({ seen: false });
  await clock.advance(200_000);
  expect(spoke.running('registration')).toBe(true);
  expect(spoke.running('work-manager')).toBe(false);
});

test('the same seed makes the same machines, another seed others; forks do not disturb each other', async () => {
  const boot = async (seed: number) => (await begin(seed)).spoke.machine.bootId;
  expect(await boot(1)).toBe(await boot(1));
  expect(await boot(1)).not.toBe(await boot(2));
  const one = createRandom(1);
  const two = createRandom(1);
  two.next();
  expect(one.fork('a').next()).toBe(two.fork('a').next());
  expect(one.fork('a').next()).not.toBe(one.fork('b').next());
  const numbers = Array.from({ length: 1_000 }, () => one.whole(3, 5));
  expect(new Set(numbers)).toEqual(new Set([3, 4, 5]));
  expect(createRandom('x').uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
