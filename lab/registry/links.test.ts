import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { digestOf } from './digest.ts';
import { openLinks } from './links.ts';

const folder = mkdtempSync(join(tmpdir(), 'links-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [one, two] = [digestOf('1'), digestOf('2')];

test('what was added is there after a restart, what was removed is not, and a torn line is dropped', async () => {
  const first = await openLinks(folder);
  await Promise.all([first.add('a', one), first.add('b', one), first.add('b', two)]);
  expect(await first.remove('b', one)).toBe(true);
  expect(await first.remove('b', one)).toBe(false);
  await first.close();
  appendFileSync(join(folder, 'links.log'), `+ c ${two.slice(0, 20)}`);
  const second = await openLinks(folder);
  expect([second.has('a', one), second.has('b', one), second.has('b', two)]).toEqual([true, false, true]);
  expect([second.anywhere(one), second.repositories().sort()]).toEqual([true, ['a', 'b']]);
  await second.remove('a', one);
  expect([second.anywhere(one), second.repositories()]).toEqual([false, ['b']]);
  await second.close();
});

test('a journal that is mostly history is written anew', async () => {
  const links = await openLinks(folder);
  for (let round = 0; round < 20; round += 1) {
    await links.add('r', one);
    await links.remove('r', one);
  }
  await links.close();
  await (await openLinks(folder)).close();
  expect(readFileSync(join(folder, 'links.log'), 'utf8')).toBe(`+ b ${two}\n`);
});
