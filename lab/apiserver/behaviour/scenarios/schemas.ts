import { gadget } from '../gadget.ts';
import type { Scenario } from '../stage.ts';

/** What a structural schema does with an object: pruning, defaults, nulls, and the words of every refusal. */
export const schemaScenarios: Scenario[] = [
  {
    name: 'pruning',
    async run({ call, gadgets }) {
      const post = (name: string, spec: unknown, query = '') =>
        call('POST', gadgets() + query, { body: gadget(name, spec) });
      await post('unknown', {
        size: 1,
        strange: 1,
        nested: { odd: true },
        free: { any: { thing: [1] } },
        parts: [{ name: 'a', odd: 1 }],
      });
      await post('strict', { size: 1, strange: 1, nested: { odd: true } }, '?fieldValidation=Strict');
      await post('warn', { size: 1, strange: 1, parts: [{ name: 'a', odd: 1 }] }, '?fieldValidation=Warn');
      await post('ignore', { size: 1, strange: 1 }, '?fieldValidation=Ignore');
      await post('never', { size: 1 }, '?fieldValidation=Sometimes');
      await call('POST', `${gadgets()}?fieldValidation=Strict`, {
        body: { ...gadget('root'), other: 1, metadata: { name: 'root', odd: 1 } },
      });
      await call('POST', `${gadgets()}?fieldValidation=Strict`, {
        body: '{"apiVersion":"suite.kmm-bastion.io/v1","kind":"Gadget","metadata":{"name":"twice"},"spec":{"size":1,"size":2}}',
      });
      await post('defaults', { size: 1 });
      await post('nulls', {
        size: 1,
        mode: null,
        note: null,
        maybe: null,
        nested: null,
        parts: null,
        texts: { a: null },
        free: { a: null },
      });
      await post('numbers', { size: 1, ratio: 0.5, port: 80 });
      await post('texts', { size: 1, port: 'http', texts: { a: 'b' }, when: '2001-02-03T04:05:06Z', on: false });
    },
  },
  {
    name: 'refusals',
    async run({ call, gadgets, ground, note }) {
      const specs: unknown[] = [
        {},
        { size: -1 },
        { size: 101 },
        { size: '1' },
        { size: 1.5 },
        { size: null },
        { size: 1, mode: 'Medium' },
        { size: 1, note: 'a' },
        { size: 1, note: 'abcdefghijkl' },
        { size: 1, note: 'ABC' },
        { size: 1, note: 'A' },
        { size: 1, note: 5 },
        { size: 1, ratio: 0 },
        { size: 1, ratio: 'x' },
        { size: 1, nested: 'x' },
        { size: 1, nested: { level: 'x' } },
        { size: 1, parts: [] },
        { size: 1, parts: [{}] },
        { size: 1, parts: [{ name: 'a' }, { name: 'a' }] },
        { size: 1, parts: [{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'd' }] },
        { size: 1, parts: {} },
        { size: 1, parts: [5] },
        { size: 1, parts: [{ name: 'a', count: 'x' }] },
        { size: 1, tags: ['a', 'a'] },
        { size: 1, tags: [1] },
        { size: 1, texts: { a: 1 } },
        { size: 1, port: true },
        { size: 1, when: 'yesterday' },
        { size: 1, on: 'yes' },
        'text',
        [],
        null,
      ];
      for (const spec of specs) await call('POST', gadgets(), { body: gadget('bad', spec) });
      await call('POST', gadgets(), {
        body: gadget('bad', { size: 1 }, { status: { conditions: [{ type: 'Ready' }] } }),
      });
      // The order in which fields are checked is Go's order of a map: none.
      const { json: many } = await ground.caller.call('POST', gadgets(), {
        body: gadget('bad', { size: -1, mode: 'No', note: '1' }),
      });
      note(
        'three faults at once',
        (many as { details: { causes: { field: string }[] } }).details.causes.map(({ field }) => field).sort(),
      );
      await call('POST', gadgets(), { body: gadget('good') });
      const status = (body: unknown) =>
        call('PATCH', gadgets('good', 'status'), { type: 'application/merge-patch+json', body: { status: body } });
      await status({ conditions: [{ type: 'Ready', status: 'Maybe' }] });
      await status({ conditions: [{ type: 'Ready' }] });
      await status({ phase: 4 });
      await status({ phase: 'Up', odd: 1 });
    },
  },
];
