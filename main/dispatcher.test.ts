import { expect, test } from 'vitest';
import { createDispatcher } from './dispatcher.ts';

const hub = {
  id: 'a',
  name: 'A',
  context: 'a',
  server: 'https://[fd00::1]:6443',
  practice: false,
  phase: 'live' as const,
  since: '2026-01-01T00:00:00Z',
  tls: 'custom-ca' as const,
  spokes: 3,
};

test('defaults are filled, answers are checked', async () => {
  const dispatcher = createDispatcher();
  let got: unknown;
  dispatcher.answer({
    'fleet.labelValues': (input) => {
      got = input;
      return { values: [] };
    },
  });
  expect(await dispatcher.call('fleet.labelValues', { hub: 'a', key: 'site' })).toEqual({ values: [] });
  expect(got).toEqual({ hub: 'a', key: 'site', search: '' });
});

test('an unknown call, an inherited name and a wrong input are refused', async () => {
  const dispatcher = createDispatcher();
  dispatcher.answer({ 'hubs.get': () => hub });
  await expect(dispatcher.call('no.such', {})).rejects.toMatchObject({ fault: { code: 'call.unknown' } });
  await expect(dispatcher.call('__proto__', {})).rejects.toMatchObject({ fault: { code: 'call.unknown' } });
  await expect(dispatcher.call('hubs.get', { hub: 5 })).rejects.toThrow(/hub/);
  await expect(dispatcher.call('hubs.get', { hub: 'a', more: 1 })).rejects.toThrow(/more/);
});

test('an answer of the wrong shape is our own defect, not the caller’s', async () => {
  const dispatcher = createDispatcher();
  dispatcher.answer({ 'hubs.get': () => ({ ...hub, spokes: 'many' }) as never });
  await expect(dispatcher.call('hubs.get', { hub: 'a' })).rejects.toMatchObject({ fault: { code: 'internal' } });
});

test('a call has one answer', () => {
  const dispatcher = createDispatcher();
  dispatcher.answer({ 'hubs.get': () => hub });
  expect(() => dispatcher.answer({ 'hubs.get': () => hub })).toThrow('answered twice');
  expect(dispatcher.unanswered()).not.toContain('hubs.get');
});

test('events are checked before anyone hears them', () => {
  const dispatcher = createDispatcher();
  const heard: unknown[] = [];
  dispatcher.listen((name, data) => heard.push([name, data]));
  dispatcher.emit('hub.changed', { hub: 'a' });
  expect(() => dispatcher.emit('hub.changed', {} as never)).toThrow();
  expect(heard).toEqual([['hub.changed', { hub: 'a' }]]);
});
