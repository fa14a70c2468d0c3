import { afterEach, beforeEach, expect, test } from 'vitest';
import { cluster, mcm, moduleWork, proofEvidence } from './testing/objects.ts';
import { createRoom, type Room } from './testing/room.ts';

let room: Room;
beforeEach(() => {
  room = createRoom();
});
afterEach(() => room.close());

/** Spokes a and b with the module in their kernels, c lost since before it came. */
async function threeSpokes(): Promise<void> {
  for (const name of ['a', 'b']) room.see(cluster(name));
  room.see(cluster('c', { available: 'Unknown' }));
  room.see(mcm());
  await new Promise((resolve) => setImmediate(resolve));
}
const load = (spoke: string) => {
  room.see(moduleWork(spoke, { numbers: [1, 1, 1] }));
  room.see(proofEvidence(spoke, { [spoke]: { loaded: {} } }));
};
const row = async () => (await room.modules.handlers['modules.list']({ hub: room.hub })).modules[0]!;
const finish = (phase: string) =>
  room.store.db
    .prepare(
      `insert or replace into delivery (id, hub, module, way, phase, yaml, canaries_json, started_at, ended_at, sentence, state_json)
       values ('d', 'h', 'kmm-kmod', 'staged', ?, '', '[]', '2026-03-01T09:00:00Z', null, 'Said by the delivery.', '{}')`,
    )
    .run(phase);

test('a module of other hands is being delivered as long as something moves', async () => {
  await threeSpokes();
  load('a');
  expect(await row()).toMatchObject({ state: 'delivering', states: { proven: 1, waiting: 1, unknown: 1 } });
  load('b');
  expect((await row()).state).toBe('complete');
});

test('complete names who is left out; attention is for operative targets', async () => {
  await threeSpokes();
  finish('finishing');
  expect(await row()).toMatchObject({ state: 'delivering', sentence: 'Said by the delivery.' });
  finish('done');
  load('a');
  expect(await row()).toMatchObject({
    state: 'attention',
    sentence: 'Proven on 1 of 2 operative targets; 1 waiting. Left out, because not operative: 1 (c).',
  });
  load('b');
  expect(await row()).toMatchObject({
    state: 'complete',
    sentence: 'Proven on 2 of 2 operative targets. Left out, because not operative: 1 (c).',
  });
  room.see(proofEvidence('b', { b: { loaded: {}, boot: 'b2' } }));
  expect(await row()).toMatchObject({
    state: 'attention',
    sentence: 'Proven on 1 of 2 operative targets; 1 with a stale boot. Left out, because not operative: 1 (c).',
  });
});
