import { gadget } from '../gadget.ts';
import type { Scenario } from '../stage.ts';

const merge = 'application/merge-patch+json';

/** Watches: order, selectors, bookmarks, initial events, expired versions. */
export const watchScenarios: Scenario[] = [
  {
    name: 'watches',
    async run({ gadgets, ground, note, call }) {
      const { caller } = ground;
      const { json: list } = (await caller.call('GET', gadgets())) as {
        json: { metadata: { resourceVersion: string } };
      };
      const from = `resourceVersion=${list.metadata.resourceVersion}`;
      await caller.call('POST', gadgets(), { body: gadget('w', { size: 1 }, { metadata: { labels: { on: 'yes' } } }) });
      await caller.call('PATCH', gadgets('w'), { type: merge, body: { spec: { size: 2 } } });
      await caller.call('PATCH', gadgets('w'), { type: merge, body: { metadata: { labels: { on: 'no' } } } });
      await caller.call('PATCH', gadgets('w'), { type: merge, body: { metadata: { labels: { on: 'yes' } } } });
      await caller.call('PATCH', gadgets('w', 'status'), { type: merge, body: { status: { phase: 'Up' } } });
      await caller.call('DELETE', gadgets('w'));
      await caller.call('POST', gadgets(), { body: gadget('x') });
      const lines = (query: string, count: number) => caller.lines(`${gadgets()}?watch=true&${query}`, count, 3000);
      note('all events since', await lines(from, 7));
      note('of a label', await lines(`${from}&labelSelector=on%3Dyes`, 5));
      note('of a name', await lines(`${from}&fieldSelector=metadata.name%3Dx`, 1));
      note('without a version: what is there', await lines('', 1));
      note('from 0', await lines('resourceVersion=0', 1));
      note(
        'initial events and their end',
        await lines('sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true', 2),
      );
      note(
        'initial events without bookmarks',
        await lines('sendInitialEvents=true&resourceVersionMatch=NotOlderThan', 1),
      );
      note('ends by itself', await lines('timeoutSeconds=1&resourceVersion=0', 2));
      await call('GET', `${gadgets()}?watch=true&sendInitialEvents=true`);
      await call('GET', `${gadgets()}?watch=true&resourceVersion=abc`);
      await call('GET', `${gadgets()}?watch=true&limit=x`);
      await call('GET', `${gadgets()}?watch=true&labelSelector=a+b`);
      note('long past', await lines('resourceVersion=1', 1));
      await call('GET', `${gadgets('x')}?watch=true&timeoutSeconds=1`);
    },
  },
];
