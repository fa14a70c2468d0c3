import { gadget } from '../gadget.ts';
import type { Scenario } from '../stage.ts';

/** Server-side apply: who owns what, conflicts, what leaves, and how updates and applies meet. */
export const applyScenarios: Scenario[] = [
  {
    name: 'ownership',
    async run({ call, apply, gadgets }) {
      await apply(
        'ann',
        'a',
        gadget(
          'a',
          { size: 1, note: 'ann', parts: [{ name: 'x', mark: 'ann' }], tags: ['one'] },
          { metadata: { labels: { own: 'ann' } } },
        ),
      );
      await apply(
        'ann',
        'a',
        gadget(
          'a',
          { size: 1, note: 'ann', parts: [{ name: 'x', mark: 'ann' }], tags: ['one'] },
          { metadata: { labels: { own: 'ann' } } },
        ),
      );
      await apply(
        'bob',
        'a',
        gadget('a', { size: 2, note: 'bob', parts: [{ name: 'x', mark: 'bob' }, { name: 'y' }], tags: ['one', 'two'] }),
      );
      await apply('bob', 'a', gadget('a', { size: 1, parts: [{ name: 'y', count: 5 }], tags: ['one', 'two'] }));
      await apply('bob', 'a', gadget('a', { size: 7, note: 'bob' }), '&force=true');
      await apply('ann', 'a', gadget('a', { size: 1, parts: [{ name: 'x' }] }));
      await apply('ann', 'a', gadget('a', { parts: [{ name: 'x' }] }));
      await apply('ann', 'a', gadget('a', {}));
      await apply('bob', 'a', gadget('a', {}));
      await apply('bob', 'a', gadget('a', { size: 3, texts: { a: '1', b: '2' }, whole: { a: 1 }, atoms: [{ a: 1 }] }));
      await apply('ann', 'a', gadget('a', { size: 3, texts: { c: '3' } }));
      await apply('ann', 'a', gadget('a', { size: 3, whole: { b: 2 }, atoms: [{ a: 1 }] }));
      await call('PATCH', gadgets('a'), {
        type: 'application/merge-patch+json',
        body: { spec: { texts: { a: '9' } } },
      });
      await apply('bob', 'a', gadget('a', { size: 3, texts: { a: '1' } }));
      await call('GET', gadgets('a'));
    },
  },
  {
    name: 'applied-status',
    async run({ call, apply, gadgets }) {
      await apply('ann', 's', gadget('s', { size: 1 }, { status: { phase: 'ignored' } }));
      const status = (manager: string, body: object, query = '') =>
        call('PATCH', `${gadgets('s', 'status')}?fieldManager=${manager}${query}`, {
          type: 'application/apply-patch+yaml',
          body: { ...gadget('s', { size: 50 }), status: body },
        });
      await status('agent', { phase: 'Up', conditions: [{ type: 'Ready', status: 'True' }] });
      await status('other', { phase: 'Down', conditions: [{ type: 'Live', status: 'True' }] });
      await status('other', { conditions: [{ type: 'Live', status: 'True', reason: 'Alive' }] });
      await status('agent', { phase: 'Up' });
      await call('GET', gadgets('s'));
      await call('PATCH', gadgets('s', 'status'), {
        type: 'application/merge-patch+json',
        body: { status: { conditions: [{ type: 'New', status: 'False' }] }, metadata: { labels: { not: 'taken' } } },
      });
    },
  },
  {
    name: 'apply-refusals',
    async run({ call, apply, gadgets, core }) {
      const type = 'application/apply-patch+yaml';
      await call('PATCH', gadgets('a'), { type, body: gadget('a') });
      await apply('ann', 'a', gadget('b'));
      await apply('ann', 'a', { spec: { size: 1 } });
      await apply('ann', 'a', { ...gadget('a'), apiVersion: 'suite.kmm-bastion.io/v2' });
      await apply('ann', 'a', {
        ...gadget('a'),
        metadata: {
          name: 'a',
          managedFields: [
            {
              manager: 'x',
              operation: 'Apply',
              apiVersion: 'suite.kmm-bastion.io/v1',
              fieldsType: 'FieldsV1',
              fieldsV1: {},
            },
          ],
        },
      });
      await apply('ann', 'a', { ...gadget('a'), metadata: { name: 'a', uid: 'ffffffff-0000-0000-0000-000000000000' } });
      await apply('ann', 'a', { ...gadget('a'), metadata: { name: 'a', resourceVersion: '1' } });
      await apply('ann', 'a', gadget('a', { size: 1, odd: 1 }));
      await apply('ann', 'a', gadget('a', { size: 1, odd: 1 }), '&fieldValidation=Strict');
      await apply('ann', 'a', gadget('a', { size: 'x' }));
      await apply('ann', 'a', gadget('a', { size: 1, tags: ['a', 'a'] }));
      await apply('ann', 'a', gadget('a', { size: 1, parts: [{ name: 'x' }, { name: 'x' }] }));
      await apply('ann', 'a', gadget('a', { size: 1, parts: [{ mark: 'x' }] }));
      await apply('ann', 'b', gadget('b', {}));
      for (const spec of [
        { note: 5 },
        { on: 'x' },
        { nested: 'x' },
        { parts: {} },
        { texts: { a: 1 } },
        { parts: [{ name: 'x', count: 'x' }] },
      ])
        await apply('ann', 'b', gadget('b', spec));
      await apply('ann', 'a', gadget('a'));
      await apply('ann', 'a', { ...gadget('a'), metadata: { name: 'a', resourceVersion: '1' } });
      await apply('ann', 'a', gadget('a'), '&dryRun=All');
      await call('PATCH', `${gadgets('a')}?fieldManager=ann&force=true`, {
        type: 'application/merge-patch+json',
        body: {},
      });
      await call('PATCH', `${core('configmaps', 'm')}?fieldManager=ann`, {
        type,
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' }, data: { a: '1' } },
      });
      await call('PATCH', `${core('configmaps', 'm')}?fieldManager=bob`, {
        type,
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' }, data: { a: '2', b: '2' } },
      });
      await call('PATCH', `${core('configmaps', 'm')}?fieldManager=ann`, {
        type,
        body: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {c: "3"}\n',
      });
    },
  },
];
