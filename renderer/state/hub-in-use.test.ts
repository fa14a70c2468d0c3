import { expect, it } from 'vitest';
import type { Output } from '../../shared/contract.ts';
import { chooseHub } from './hub-in-use.ts';

type Hub = Output<'hubs.get'>;
const hub = (id: string, phase: Hub['phase'] = 'disconnected') => ({ id, phase }) as Hub;

it('takes the hub of the link, never another one in its place', () => {
  expect(chooseHub([hub('a'), hub('b')], 'b', 'a')?.id).toBe('b');
  expect(chooseHub([hub('a')], 'gone', 'a')).toBeUndefined();
});

it('without a link takes the last, else a connected one, else the first', () => {
  expect(chooseHub([hub('a'), hub('b', 'live')], '', 'a')?.id).toBe('a');
  expect(chooseHub([hub('a'), hub('b', 'live')], '', 'gone')?.id).toBe('b');
  expect(chooseHub([hub('a'), hub('b')], '', '')?.id).toBe('a');
  expect(chooseHub([], '', 'x')).toBeUndefined();
});
