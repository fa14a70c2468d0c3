import { gadget } from '../gadget.ts';
import type { Scenario } from '../stage.ts';

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'main', image: 'i:1' }], automountServiceAccountToken: false },
};

/** Merge, JSON and strategic merge patches. */
export const patchScenarios: Scenario[] = [
  {
    name: 'merge',
    async run({ call, gadgets, ground, note }) {
      const merge = (body: unknown, query = '') =>
        call('PATCH', gadgets('m') + query, { type: 'application/merge-patch+json', body });
      await merge({ spec: { size: 2 } });
      await call('POST', gadgets(), {
        body: gadget('m', { size: 1, texts: { a: '1', b: '2' }, tags: ['x'], mode: 'Fast' }),
      });
      await merge({ spec: { size: 2, texts: { a: null, c: '3' }, tags: ['y', 'z'] } });
      await merge({ spec: { size: 2 } });
      await merge({ spec: { mode: null } });
      await merge({ spec: { size: null } });
      await merge({ status: { phase: 'ignored' } });
      await merge({ metadata: { labels: { a: 'b' }, name: 'other' } });
      await merge({ metadata: { resourceVersion: '1' }, spec: { size: 3 } });
      await merge({ kind: 'Other' });
      await merge({ spec: { strange: 1 } });
      // The refusal quotes the whole object with its times: only its code can be compared.
      const strict = await ground.caller.call('PATCH', `${gadgets('m')}?fieldValidation=Strict`, {
        type: 'application/merge-patch+json',
        body: { spec: { strange: 1 } },
      });
      note('an unknown field, strictly', strict.status);
      await merge('[1]');
      await merge('nonsense');
      await call('PATCH', gadgets('m'), { type: 'application/strategic-merge-patch+json', body: {} });
      await call('PATCH', gadgets('m'), { body: {} });
    },
  },
  {
    name: 'json-patch',
    async run({ call, gadgets }) {
      const patch = (...body: object[]) => call('PATCH', gadgets('j'), { type: 'application/json-patch+json', body });
      await call('POST', gadgets(), { body: gadget('j', { size: 1, texts: { a: '1', 'x/y': '2' }, tags: ['x'] }) });
      await patch({ op: 'replace', path: '/spec/size', value: 2 }, { op: 'add', path: '/spec/tags/-', value: 'y' });
      await patch({ op: 'add', path: '/spec/tags/0', value: 'w' }, { op: 'remove', path: '/spec/texts/x~1y' });
      await patch({ op: 'test', path: '/spec/size', value: 5 });
      await patch(
        { op: 'test', path: '/spec/size', value: 2 },
        { op: 'copy', from: '/spec/texts/a', path: '/spec/texts/b' },
      );
      await patch({ op: 'move', from: '/spec/texts/a', path: '/spec/note' });
      await patch({ op: 'remove', path: '/spec/nothing' });
      await patch({ op: 'replace', path: '/spec/nothing', value: 1 });
      await patch({ op: 'add', path: '/spec/none/deep', value: 1 });
      await patch({ op: 'add', path: '/metadata/labels', value: { a: 'b' } });
      await patch({ op: 'replace', path: '/spec/size', value: -1 });
      await call('PATCH', gadgets('j'), { type: 'application/json-patch+json', body: { op: 'add' } });
      await patch({ op: 'wrong', path: '/spec/size' });
    },
  },
  {
    name: 'strategic',
    async run({ call, core }) {
      const type = 'application/strategic-merge-patch+json';
      await call('POST', core('configmaps'), {
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { a: '1', b: '2' } },
      });
      await call('PATCH', core('configmaps', 'c'), { type, body: { data: { a: null, c: '3' } } });
      await call('POST', core('pods'), { body: pod });
      await call('PATCH', core('pods', 'p/status'), {
        type,
        body: { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } },
      });
      await call('PATCH', core('pods', 'p/status'), {
        type,
        body: { status: { conditions: [{ type: 'Initialized', status: 'True' }] } },
      });
      await call('PATCH', core('pods', 'p'), {
        type,
        body: { spec: { containers: [{ name: 'main', image: 'i:2' }] } },
      });
    },
  },
];
