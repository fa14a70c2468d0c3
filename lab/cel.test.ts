import { expect, test } from 'vitest';
import { compileCel } from './cel.ts';

const ask = (text: string, scope: Record<string, unknown>) => compileCel(text, Object.keys(scope))?.(scope);

test.each<[string, unknown, unknown]>([
  ['object.a == 1', { a: 1 }, true],
  ['object.a != 1 || object.b', { a: 1, b: true }, true],
  ['!has(object.a.b)', { a: {} }, true],
  ['!has(object.a) || object.a < 3', {}, true],
  ['object.a < 3 && object.a >= 2', { a: 2 }, true],
  // A field that is not there is in no order with anything.
  ['object.a < 3', {}, false],
  ["object.name == 'x'", { name: 'x' }, true],
  ["(object.a > 1 ? 'many' : 'one')", { a: 2 }, 'many'],
])('%s of %j is %j', (text, object, value) => {
  expect(ask(text, { object })).toBe(value);
});

test('what is not understood is not guessed', () => {
  for (const text of ['object.list.size() > 1', 'other.a', 'object.a ==', "object.a ? 'x'", '(object.a', '@']) {
    expect(compileCel(text, ['object'])).toBeUndefined();
  }
});
