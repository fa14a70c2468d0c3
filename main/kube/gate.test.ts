import { expect, it } from 'vitest';
import { createGate } from './gate.ts';

it('lets so many in, the rest in order, and one that gives up while waiting leaves no hole', async () => {
  const gate = createGate(1);
  const order: string[] = [];
  const work = (name: string, signal?: AbortSignal) =>
    gate.run(async () => {
      order.push(name);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }, signal);
  const stop = new AbortController();
  const all = [work('a'), work('b', stop.signal), work('c')];
  stop.abort(new Error('no more'));
  await expect(all[1]).rejects.toThrow('no more');
  await Promise.all([all[0], all[2]]);
  await expect(gate.run(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  await work('d');
  expect(order).toEqual(['a', 'c', 'd']);
});
