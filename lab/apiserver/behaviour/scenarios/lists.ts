import { gadget } from '../gadget.ts';
import { sentTime } from '../normal.ts';
import type { Scenario } from '../stage.ts';

const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const partial = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';

/** Lists: pages, versions, selectors, tables and metadata alone. */
export const listScenarios: Scenario[] = [
  {
    name: 'pages',
    async run({ call, gadgets, ground, note }) {
      for (let i = 0; i < 5; i += 1) await ground.caller.call('POST', gadgets(), { body: gadget(`g${i}`) });
      const names = ({ json }: { json: unknown }) =>
        (json as { items?: { metadata: { name: string } }[] }).items?.map(({ metadata }) => metadata.name);
      const get = (query: string) => ground.caller.call('GET', `${gadgets()}?${query}`);
      const first = await call('GET', `${gadgets()}?limit=2`);
      const token = encodeURIComponent(first.json.metadata.continue ?? '');
      const version = first.json.metadata.resourceVersion;
      await ground.caller.call('POST', gadgets(), { body: gadget('g1b') });
      await ground.caller.call('DELETE', gadgets('g3'));
      const second = await call('GET', `${gadgets()}?limit=2&continue=${token}`);
      note('pages are of one version', second.json.metadata.resourceVersion === version);
      note('names at once', names(await get('')));
      note('limit 2, resourceVersion=0', names(await get('resourceVersion=0')));
      await call('GET', `${gadgets()}?limit=1&continue=nonsense`);
      await call('GET', `${gadgets()}?resourceVersion=${version}&resourceVersionMatch=Exact`);
      await call('GET', `${gadgets()}?resourceVersion=${version}&resourceVersionMatch=NotOlderThan`);
      await call('GET', `${gadgets()}?resourceVersionMatch=Exact`);
      await call('GET', `${gadgets()}?resourceVersion=0&resourceVersionMatch=Exact`);
      await call('GET', `${gadgets()}?resourceVersion=abc`);
      await call('GET', `${gadgets()}?resourceVersion=9999999`);
      await call('GET', `${gadgets()}?limit=1&resourceVersion=${version}&continue=${token}`);
      await ground.caller.call('PATCH', gadgets('g0'), {
        type: 'application/merge-patch+json',
        body: { spec: { size: 9 } },
      });
      await ground.compact();
      const { json: gone } = await call('GET', `${gadgets()}?limit=2&continue=${token}`);
      if (gone.metadata?.continue)
        await call('GET', `${gadgets()}?limit=9&continue=${encodeURIComponent(gone.metadata.continue)}`);
    },
  },
  {
    name: 'selectors',
    async run({ call, gadgets, ground, core, note }) {
      const labels = [{ app: 'a', tier: '1' }, { app: 'b', tier: '2' }, { app: 'b' }, {}];
      for (const [i, one] of labels.entries())
        await ground.caller.call('POST', gadgets(), {
          body: gadget(`s${i}`, { size: i }, { metadata: { labels: one } }),
        });
      const by = async (query: string) => {
        const { json } = await ground.caller.call(
          'GET',
          `${gadgets()}?${query.replace(/=.*/s, (text) => `=${encodeURIComponent(text.slice(1))}`)}`,
        );
        const { items, message } = json as { items?: { metadata: { name: string } }[]; message?: string };
        note(query, items?.map(({ metadata }) => metadata.name) ?? message);
      };
      for (const selector of [
        'app=b',
        'app==b',
        'app!=b',
        'app in (a, b)',
        'app notin (b)',
        'app',
        '!app',
        'app,!tier',
        'app=b,tier=2',
        'tier>1',
        'tier<2',
        'app=',
        ' app = b ',
        'app in ()',
        '=x',
        'a b',
        'app=b=c',
        'app in (a',
        'x/y/z=1',
        'tier>x',
        'app=b c',
      ])
        await by(`labelSelector=${selector}`);
      for (const selector of [
        'metadata.name=s1',
        'metadata.name!=s1',
        `metadata.namespace=x`,
        'spec.size=1',
        'metadata.name',
        'metadata.name=s1,metadata.name=s2',
      ])
        await by(`fieldSelector=${selector}`);
      await call('GET', `${gadgets()}?labelSelector=app+in+(a`);
      await call('GET', `${gadgets()}?fieldSelector=spec.size%3D1`);
      await call('GET', `${core('pods')}?fieldSelector=status.phase%3DRunning`);
      await call('GET', `${core('pods')}?fieldSelector=spec.odd%3DRunning`);
    },
  },
  {
    name: 'tables',
    async run({ call, gadgets, core, ground }) {
      await ground.caller.call('POST', gadgets(), { body: gadget('t1', { size: 5, when: sentTime, mode: 'Fast' }) });
      await ground.caller.call('POST', gadgets(), { body: gadget('t2', { size: 6 }) });
      await ground.caller.call('PATCH', gadgets('t2', 'status'), {
        type: 'application/merge-patch+json',
        body: { status: { conditions: [{ type: 'Ready', status: 'True' }] } },
      });
      await call('GET', gadgets(), { accept: table });
      await call('GET', gadgets('t1'), { accept: table });
      await call('GET', `${gadgets()}?includeObject=None`, { accept: table });
      await call('GET', `${gadgets()}?includeObject=Object&limit=1`, { accept: table });
      await call('GET', gadgets('none'), { accept: table });
      await call('GET', gadgets(), { accept: partial });
      await call('GET', gadgets('t1'), { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' });
      await call('GET', gadgets(), { accept: 'text/html' });
      await call('GET', core('configmaps'), { accept: table });
      await call('GET', core('pods'), { accept: table });
      await call('GET', core('secrets'), { accept: table });
    },
  },
];
