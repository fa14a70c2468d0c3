import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Transport } from '../../shared/contract.ts';
import { parseCommand, toInput } from './cli-args.ts';
import { practiceElsewhere } from './cli-practice.ts';

test('what is said to do in another home can be typed as it is', async () => {
  const sites = [
    { id: 'practice-connected-side', name: 'Practice: connected side', role: 'source', address: '127.0.0.1:5000' },
    { id: 'practice-site-registry', name: 'Practice: site registry', role: 'site', address: '127.0.0.1:5001' },
    { id: 'north', name: 'north', role: 'site', address: 'north.example:5000' },
  ];
  const transport = { call: async () => ({ sites }), listen: () => () => {} } as unknown as Transport;
  const lines = await practiceElsewhere(transport, '/home/p');
  const typed = lines.filter((line) => line.includes('cli ')).map((line) => line.trim().split(' ').slice(1));
  const inputs = typed.map((words) => {
    const { name, flags } = parseCommand(words);
    // The file is that of the practice; here only its name counts.
    return [name, name === 'mirror.save' ? flags : toInput(name as 'mirror.addSite', flags)];
  });
  expect(inputs).toEqual([
    ['mirror.addSite', { name: 'practice-connected-side', role: 'source', address: '127.0.0.1:5000', plainHttp: true }],
    ['mirror.addSite', { name: 'practice-site-registry', role: 'site', address: '127.0.0.1:5001', plainHttp: true }],
    ['mirror.save', [['yaml', `@${join('/home/p', 'lab', 'connected', 'image-set.yaml')}`]]],
    ['mirror.plan', { set: 'practice' }],
  ]);
});
