import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ProofRow } from '../../shared/contract/modules.ts';
import type { KubeObject } from '../../shared/kube.ts';
import { createFleet } from '../fleet/fleet.ts';
import { cluster, clusterInfo, imagesConfig, mcm, moduleWork, proofEvidence } from './testing/objects.ts';
import { createRoom, type Room } from './testing/room.ts';

let room: Room;
beforeEach(() => {
  room = createRoom();
  room.see(cluster('a'));
  room.see(clusterInfo('a'));
  room.see(mcm());
  room.see(imagesConfig('a', 'Exists'));
});
afterEach(() => room.close());

async function row(): Promise<ProofRow> {
  await room.settle();
  const filter = { state: [], search: 'a', offset: 0, limit: 10 };
  const { rows } = await room.modules.handlers['modules.proof']({ hub: room.hub, name: 'kmm-kmod', ...filter });
  return rows[0]!;
}
async function worksOfA() {
  const fleet = createFleet({ store: room.store, sessions: room.sessions, clock: undefined as never });
  const { works } = await fleet.handlers['fleet.spoke']({ hub: room.hub, name: 'a' });
  return works;
}
type Status = { resourceStatus: { manifests: { conditions: { type: string }[] }[] } };
/** The work with these conditions on each of its manifests, in the place of those of the same type. */
function saying(work: KubeObject, ...said: { type: string }[]): KubeObject {
  const copy = structuredClone(work);
  const types = said.map(({ type }) => type);
  for (const manifest of (copy.status as Status).resourceStatus.manifests) {
    manifest.conditions = [...manifest.conditions.filter(({ type }) => !types.includes(type)), ...said];
  }
  return copy;
}
const condition = (type: string, status: string, lastTransitionTime: string, message = '') => ({
  type,
  status,
  reason: type,
  message,
  lastTransitionTime,
});

test('delivered is Applied True at the present generation: Available that runs ahead is not enough', async () => {
  const work = moduleWork('a', { generation: 2, observed: 1 });
  const ahead = { ...condition('Available', 'True', '2026-03-01T09:59:00Z'), observedGeneration: 2 };
  (work.status as { conditions: object[] }).conditions.push(ahead);
  room.see(work);
  expect(await row()).toMatchObject({ state: 'waiting', cause: 'notDelivered', age: { state: 'awaited' } });
  expect((await worksOfA())[0]).toMatchObject({ delivered: false, state: 'not up to date' });
  room.see(moduleWork('a', { generation: 2 }));
  expect((await worksOfA())[0]).toMatchObject({ delivered: true });
});

test('numbers of before a change are stale until the next poll, which has its time', async () => {
  room.see(saying(moduleWork('a', { numbers: [1, 1, 1] }), condition('Applied', 'True', '2026-03-01T09:59:30Z')));
  const age = { state: 'before', nextBy: '2026-03-01T10:01:24Z' };
  expect(await row()).toMatchObject({ state: 'claimed', evidence: 'numbers', age });
  expect((await worksOfA())[0]).toMatchObject({ age });
  room.pass(90_000);
  expect((await row()).age).toMatchObject({ state: 'fresh' });
  room.setLive(false);
  expect((await row()).age).toMatchObject({ state: 'unwatched' });
});

test('evidence that cannot be read anew proves nothing, and is no unload', async () => {
  room.see(moduleWork('a'));
  room.see(proofEvidence('a', { a: { loaded: {} } }));
  expect(await row()).toMatchObject({ state: 'proven' });
  const words = 'Failed to fetch resource: dial tcp: connection refused';
  room.see(
    saying(proofEvidence('a', { a: { loaded: {} } }), condition('Available', 'Unknown', '2026-03-01T10:00:00Z', words)),
  );
  const lost = await row();
  expect(lost).toMatchObject({ state: 'unknown', cause: 'dataOld', age: { state: 'unread' } });
  expect(lost.reason).toContain('connection refused');
  expect(room.store.db.prepare(`select count(*) from timeline where event = 'unloaded'`).pluck().get()).toBe(0);
});

test('values of an object that is gone are no evidence any more', async () => {
  room.see(moduleWork('a'));
  room.see(proofEvidence('a', { a: { loaded: {} } }));
  expect(await row()).toMatchObject({ state: 'proven' });
  const gone = structuredClone(proofEvidence('a', { a: { loaded: {} } }));
  const [config] = (gone.status as Status).resourceStatus.manifests;
  config!.conditions.push(condition('Available', 'False', '2026-03-01T10:00:00Z', 'Resource is not available'));
  room.see(gone);
  expect(await row()).toMatchObject({ state: 'loading', loadedBoot: '' });
  expect((await worksOfA()).find(({ purpose }) => purpose === 'proof')).toMatchObject({ age: { state: 'gone' } });
});

test('a refused work says when the agent tries again', async () => {
  room.see(
    saying(
      moduleWork('a', { refused: 'namespaces "x" not found' }),
      condition('Applied', 'False', '2026-03-01T09:59:50Z', 'namespaces "x" not found'),
    ),
  );
  expect(await row()).toMatchObject({ cause: 'workRejected', work: 'kmm-kmod', nextTryAt: '2026-03-01T10:00:05Z' });
  expect((await worksOfA())[0]).toMatchObject({ state: 'rejected', nextTryAt: '2026-03-01T10:00:05Z' });
});
