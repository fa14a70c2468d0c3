import { expect, it } from 'vitest';
import { stepsOf } from './delivery-steps.ts';

const canary = { kernel: 'k', spoke: 's', state: 'proven' as const, reason: '' };
const base = { way: 'staged' as const, selected: 1, canaries: [canary], states: {} };
const states = (...args: Parameters<typeof stepsOf>) => stepsOf(...args).map(({ state }) => state);

it('marks what is done, now and later', () => {
  expect(states({ ...base, phase: 'proving' })).toEqual(['done', 'done', 'now', 'later', 'later']);
  expect(states({ ...base, phase: 'done' })).toEqual(['done', 'done', 'done', 'done', 'done']);
  expect(states({ ...base, way: 'plain', phase: 'widening' })).toEqual(['done', 'now']);
});

it('a stopped or failed delivery stands where the first proof is missing', () => {
  expect(states({ ...base, phase: 'failed', canaries: [{ ...canary, state: 'failed' }] })).toEqual([
    'done',
    'failed',
    'later',
    'later',
    'later',
  ]);
  expect(states({ ...base, phase: 'failed', canaries: [] })[0]).toBe('failed');
  expect(states({ ...base, phase: 'stopped' })).toEqual(['done', 'done', 'done', 'stopped', 'later']);
  expect(states({ ...base, phase: 'stopped', selected: 40 })).toEqual(['done', 'done', 'done', 'done', 'stopped']);
});
