import { expect, it } from 'vitest';
import { inWindow, inWindowText } from './in-window.ts';

it('says the place in the window where the engine names a command', () => {
  expect(inWindow('See the list: `cli mirror images`.')).toEqual([
    'See the list: ',
    { act: '', place: 'Mirror, Store', href: '#/mirror/store' },
    '.',
  ]);
  expect(inWindow('Go on with it: `cli mirror resume --id r/1`.')).toContainEqual({
    act: 'Resume',
    place: 'the page of the run',
    href: '#/mirror/runs/r%2F1',
  });
  expect(inWindowText('If it is the same: `cli mirror trust --name NAME --publicKey bastion-sth2`')).toBe(
    'If it is the same: Trust it in Mirror, Bundles, Keys that sign bundles.',
  );
});

it('leaves flags of the command line away, with what leads to them', () => {
  expect(inWindowText('Choose plain HTTP (`--plainHttp`).')).toBe('Choose plain HTTP.');
  expect(inWindowText('Name the file that came back: `--inventory FILE`.')).toBe('Name the file that came back.');
  expect(inWindowText('Free space, or `df -h` first.')).toBe('Free space, or `df -h` first.');
});
