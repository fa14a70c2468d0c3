import { gadget } from '../gadget.ts';
import type { Scenario } from '../stage.ts';

/** A life of one object: create, read, update, status, generation, finalizers, deletion, dry run, and their refusals. */
export const objectScenarios: Scenario[] = [
  {
    name: 'life',
    async run({ call, gadgets }) {
      const made = (
        await call('POST', gadgets(), { body: gadget('one', { size: 1 }, { status: { phase: 'ignored' } }) })
      ).json;
      await call('POST', gadgets(), { body: gadget('one') });
      await call('GET', gadgets('one'));
      await call('GET', gadgets('none'));
      await call('PUT', gadgets('one'), { body: gadget('one', { size: 2 }) });
      const { json: second } = await call('PUT', gadgets('one'), { body: { ...made, spec: { size: 2 } } });
      await call('PUT', gadgets('one'), { body: { ...made, spec: { size: 3 } } });
      await call('PUT', gadgets('one'), { body: { ...second, metadata: { ...second.metadata, labels: { a: 'b' } } } });
      await call('GET', gadgets('one', 'status'));
      const { json: third } = await call('GET', gadgets('one'));
      await call('PUT', gadgets('one', 'status'), { body: { ...third, spec: { size: 9 }, status: { phase: 'Up' } } });
      await call('PUT', gadgets('one'), { body: { ...third, spec: { size: 9 } } });
      const { json: fourth } = await call('GET', gadgets('one'));
      await call('PUT', gadgets('one'), { body: { ...fourth, status: { phase: 'Down' } } });
      await call('PUT', gadgets('one'), {
        body: { ...fourth, metadata: { ...fourth.metadata, uid: 'ffffffff-0000-0000-0000-000000000000' } },
      });
      await call('PUT', gadgets('one'), {
        body: gadget('other', { size: 1 }, { metadata: { resourceVersion: fourth.metadata.resourceVersion } }),
      });
      await call('PUT', gadgets('none'), { body: gadget('none') });
      await call('PUT', gadgets('none'), { body: gadget('none', { size: 1 }, { metadata: { resourceVersion: '1' } }) });
      await call('DELETE', gadgets('one'), {
        body: { preconditions: { uid: 'ffffffff-0000-0000-0000-000000000000' } },
      });
      await call('DELETE', gadgets('one'), { body: { preconditions: { resourceVersion: '1' } } });
      await call('DELETE', gadgets('one'));
      await call('DELETE', gadgets('one'));
    },
  },
  {
    name: 'finalizers',
    async run({ call, gadgets }) {
      await call('POST', gadgets(), {
        body: gadget('held', { size: 1 }, { metadata: { finalizers: ['suite.example/hold'] } }),
      });
      await call('DELETE', gadgets('held'));
      await call('DELETE', gadgets('held'));
      const merge = { type: 'application/merge-patch+json' };
      await call('PATCH', gadgets('held'), {
        ...merge,
        body: { metadata: { finalizers: ['suite.example/hold', 'suite.example/more'] } },
      });
      await call('PATCH', gadgets('held'), { ...merge, body: { spec: { size: 2 } } });
      await call('PATCH', gadgets('held'), { ...merge, body: { metadata: { finalizers: null } } });
      await call('GET', gadgets('held'));
      await call('POST', gadgets(), { body: gadget('bad', { size: 1 }, { metadata: { finalizers: ['nodomain'] } }) });
      await call('POST', gadgets(), {
        body: gadget('cold', { size: 1 }, { metadata: { deletionTimestamp: '2001-02-03T04:05:06Z' } }),
      });
    },
  },
  {
    name: 'dry-run',
    async run({ call, gadgets, core }) {
      await call('POST', `${gadgets()}?dryRun=All`, { body: gadget('dry') });
      await call('POST', `${gadgets()}?dryRun=Some`, { body: gadget('dry') });
      await call('GET', gadgets('dry'));
      await call('POST', gadgets(), { body: gadget('dry') });
      await call('DELETE', `${gadgets('dry')}?dryRun=All`);
      await call('PATCH', `${gadgets('dry')}?dryRun=All`, {
        type: 'application/merge-patch+json',
        body: { spec: { size: 5 } },
      });
      await call('GET', gadgets('dry'));
      await call('POST', `${core('configmaps')}?dryRun=All`, {
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' } },
      });
    },
  },
  {
    name: 'names',
    async run({ call, gadgets, core, namespace }) {
      await call('POST', gadgets(), { body: gadget('Upper_Case') });
      await call('POST', gadgets(), { body: gadget('') });
      await call('POST', gadgets(), { body: { ...gadget('x'), metadata: { generateName: 'gen-' } } });
      await call('POST', gadgets(), { body: gadget('x', { size: 1 }, { metadata: { namespace: 'elsewhere' } }) });
      await call('POST', gadgets().replace(namespace, 'nowhere'), { body: gadget('x') });
      await call('POST', gadgets(), { body: { ...gadget('x'), kind: 'Widget' } });
      await call('POST', gadgets(), { body: { ...gadget('x'), apiVersion: 'suite.kmm-bastion.io/v9' } });
      await call('POST', gadgets(), { body: gadget('x', { size: 1 }, { metadata: { labels: { 'a b': 'c' } } }) });
      await call('POST', gadgets(), { body: gadget('x', { size: 1 }, { metadata: { labels: { a: '-' } } }) });
      await call('POST', gadgets(), { body: gadget('x', { size: 1 }, { metadata: { annotations: { '/': 'x' } } }) });
      await call('POST', gadgets(), { body: gadget('x', { size: 1 }, { metadata: { labels: { a: 1 } } }) });
      await call('POST', gadgets(), { body: 'not json' });
      await call('POST', gadgets(), { body: gadget('x'), type: 'text/plain' });
      await call('POST', gadgets(), { body: gadget('rv', { size: 1 }, { metadata: { resourceVersion: '5' } }) });
      await call('POST', '/api/v1/namespaces', {
        body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a.b' } },
      });
      await call('POST', core('configmaps'), {
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'A' } },
      });
      await call('POST', core('configmaps'), {
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { 'a b': 'c', d: 1 } },
      });
      await call('POST', core('secrets'), {
        body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { k: 'v' } },
      });
      await call('GET', '/apis/suite.kmm-bastion.io/v1/namespaces/x/things');
      await call('GET', '/apis/nowhere.example/v1');
      await call('PUT', gadgets(), { body: gadget('x') });
      await call('POST', gadgets('x'), { body: gadget('x') });
      await call('GET', gadgets('x', 'scale'));
    },
  },
];
