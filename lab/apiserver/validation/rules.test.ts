import { expect, test } from 'vitest';
import { checkRules } from './rules.ts';

const kmm = { rule: '!(has(self.dra) && has(self.devicePlugin))', message: 'mutually exclusive' };

test('the rule of KMM refuses a spec with both parts, in the real words', () => {
  expect(checkRules({ dra: {} }, [kmm], 'spec')).toEqual([]);
  expect(checkRules({ dra: {}, devicePlugin: {} }, [kmm], 'spec')).toEqual([
    { field: 'spec', reason: 'FieldValueInvalid', message: 'Invalid value: "object": mutually exclusive' },
  ]);
});

test('comparisons, grouping and literals', () => {
  const rule = { rule: `self.type == 'a' || (self.size != 3 && !has(self.more.inside))` };
  const holds = (value: object) => checkRules(value, [rule], 'x').length === 0;
  expect([holds({ type: 'a' }), holds({ size: 3 }), holds({ size: 4 }), holds({ more: { inside: 1 } })]).toEqual([
    true,
    false,
    true,
    false,
  ]);
  expect(checkRules({ size: 3 }, [rule], 'x')[0]?.message).toBe(`Invalid value: "object": failed rule: ${rule.rule}`);
});

test('a rule beyond this part of CEL is taken as fulfilled', () => {
  expect(checkRules({ a: [] }, [{ rule: 'self.a.all(x, x > 1)' }, { rule: 'size(self.a) == 2' }], 'x')).toEqual([]);
});
