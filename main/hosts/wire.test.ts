import { expect, test } from 'vitest';
import { fault } from '../../shared/fault.ts';
import { createCaller, isRequest, type Request, reply } from './wire.ts';

const echo = {
  call: async (name: string, input: unknown) => {
    if (name === 'refuse') throw fault('hub.offline', 'Not connected.', 'Connect first.', { field: 'hub' });
    if (name === 'break') throw new Error('boom');
    return input;
  },
  listen: () => () => {},
};

function pair() {
  const caller = createCaller(
    (request: Request) => void reply(echo, request).then((frame) => caller.deliver(structuredClone(frame))),
  );
  return caller;
}

test('an answer comes back to its own call, whatever the order', async () => {
  const caller = pair();
  expect(await Promise.all([caller.call('a', 1), caller.call('b', { x: [2] })])).toEqual([1, { x: [2] }]);
});

test('a fault keeps its code, field and remedy across the wire', async () => {
  await expect(pair().call('refuse', {})).rejects.toMatchObject({
    fault: { code: 'hub.offline', field: 'hub', remedy: 'Connect first.' },
  });
});

test('an unforeseen error becomes a fault and not the end', async () => {
  await expect(pair().call('break', {})).rejects.toMatchObject({ fault: { code: 'internal', message: 'boom' } });
});

test('events reach every listener until it leaves', () => {
  const caller = pair();
  const got: unknown[] = [];
  const leave = caller.listen((name, data) => got.push([name, data]));
  caller.deliver({ event: 'hub.changed', data: { hub: 'a' } });
  leave();
  caller.deliver({ event: 'hub.changed', data: { hub: 'b' } });
  expect(got).toEqual([['hub.changed', { hub: 'a' }]]);
});

test('waiting calls are rejected when the other side ends', async () => {
  const caller = createCaller(() => {});
  const call = caller.call('never', {});
  caller.fail({ code: 'engine.ended', message: 'gone', remedy: 'wait' });
  await expect(call).rejects.toMatchObject({ fault: { code: 'engine.ended' } });
});

test.each([null, 5, 'x', {}, { id: 'a', name: 'b' }, { id: 1 }, { event: 'a' }])('%j is no request', (frame) => {
  expect(isRequest(frame)).toBe(false);
});
