import { expect, it } from 'vitest';
import { fault } from '../shared/fault.ts';
import { createClient } from './client.ts';
import { type Bridge, bridgeLink } from './link/bridge.ts';

const bridge = (answer: unknown): Bridge & { emit(name: string, data: unknown): void } => {
  const listeners: ((name: string, data: unknown) => void)[] = [];
  return {
    call: async () => answer,
    listen: (listener) => {
      listeners.push(listener);
      return () => {};
    },
    emit: (name, data) => {
      for (const listener of listeners) listener(name, data);
    },
  };
};

it('gives the answer, and throws the fault that the bridge carries as a value', async () => {
  const good = createClient(bridgeLink(bridge({ ok: { jobs: [] } }), Date.now));
  expect(await good.call('jobs.list', {})).toEqual({ jobs: [] });
  const { fault: refusal } = fault('hub.offline', 'Offline.', 'Wait.');
  const bad = createClient(bridgeLink(bridge({ fault: refusal }), Date.now));
  await expect(bad.call('jobs.list', {})).rejects.toMatchObject({ fault: refusal });
});

it('refuses an answer of another version, naming the field', async () => {
  const client = createClient(bridgeLink(bridge({ ok: { jobs: [{ id: 1 }] } }), Date.now));
  await expect(client.call('jobs.list', {})).rejects.toMatchObject({
    fault: { code: 'contract.mismatch', message: expect.stringContaining('jobs.0.id') },
  });
});

it('drops events that are not what the contract says and follows the engine', () => {
  const made = bridge({});
  const client = createClient(bridgeLink(made, () => 7));
  const got: unknown[] = [];
  client.on('rows.changed', (data) => got.push(data));
  made.emit('rows.changed', { hub: 'h', tables: ['spoke'] });
  made.emit('rows.changed', { hub: 3 });
  expect(got).toEqual([{ hub: 'h', tables: ['spoke'] }]);
  made.emit('engine.state', { running: false, sentence: 'It ended.' });
  expect(client.link.state()).toEqual({ up: false, since: 7, sentence: 'It ended.' });
});
