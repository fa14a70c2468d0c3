import { gadget, group } from '../gadget.ts';
import type { Scenario, Stage } from '../stage.ts';

const v1 = `${group}/v1`;
type Made = { metadata: { uid: string; name: string } };
const owner = ({ metadata }: Made, more: object = {}) => ({
  apiVersion: v1,
  kind: 'Gadget',
  name: metadata.name,
  uid: metadata.uid,
  ...more,
});

async function gone({ ground, gadgets }: Stage, name: string): Promise<boolean> {
  for (let i = 0; i < 100; i += 1) {
    if ((await ground.caller.call('GET', gadgets(name))).status === 404) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

/** Owners and namespaces: what goes with them. */
export const garbageScenarios: Scenario[] = [
  {
    name: 'owners',
    controllers: true,
    async run(stage) {
      const { call, gadgets, ground, note } = stage;
      const make = async (name: string, ownerReferences: object[] = []) =>
        (
          await ground.caller.call('POST', gadgets(), {
            body: gadget(name, { size: 1 }, { metadata: { ownerReferences } }),
          })
        ).json as Made;
      const [one, two] = [await make('one'), await make('two')];
      await make('of-one', [owner(one)]);
      await make('of-both', [owner(one), owner(two)]);
      await make('of-nobody', [owner({ metadata: { name: 'ghost', uid: 'ffffffff-0000-0000-0000-000000000000' } })]);
      note('an owner that never was', await gone(stage, 'of-nobody'));
      await call('DELETE', gadgets('one'));
      note('the dependent goes', await gone(stage, 'of-one'));
      for (let i = 0; i < 50; i += 1) {
        const { json } = (await ground.caller.call('GET', gadgets('of-both'))) as {
          json: { metadata: { ownerReferences: object[] } };
        };
        if (json.metadata.ownerReferences.length === 1) break;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await call('GET', gadgets('of-both'));
      const keeper = await make('keeper');
      await make('kept', [owner(keeper)]);
      await call('DELETE', gadgets('keeper'), { body: { propagationPolicy: 'Orphan' } });
      note('the owner goes', await gone(stage, 'keeper'));
      await call('GET', gadgets('kept'));
      const front = await make('front');
      await make('behind', [owner(front, { blockOwnerDeletion: true, controller: true })]);
      await call('DELETE', gadgets('front'), { body: { propagationPolicy: 'Foreground' } });
      note('both go', [await gone(stage, 'behind'), await gone(stage, 'front')]);
      await call('DELETE', gadgets('kept'), { body: { propagationPolicy: 'Sideways' } });
      await call('POST', gadgets(), {
        body: gadget(
          'bad',
          { size: 1 },
          { metadata: { ownerReferences: [{ apiVersion: v1, kind: 'Gadget', name: 'x' }] } },
        ),
      });
      await call('POST', gadgets(), {
        body: gadget(
          'bad',
          { size: 1 },
          { metadata: { ownerReferences: [owner(front, { controller: true }), owner(two, { controller: true })] } },
        ),
      });
      await call('DELETE', `${gadgets()}?labelSelector=none`);
      await call('DELETE', gadgets());
    },
  },
  {
    name: 'namespaces',
    controllers: true,
    async run(stage) {
      const { call, ground, note } = stage;
      const path = '/api/v1/namespaces/suite-short';
      await call('POST', '/api/v1/namespaces', {
        body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'suite-short' } },
      });
      const held = gadget('held', { size: 1 }, { metadata: { finalizers: ['suite.example/hold'] } });
      const inside = `/apis/${v1}/namespaces/suite-short/gadgets`;
      await ground.caller.call('POST', inside, { body: held });
      await call('DELETE', path);
      for (let i = 0; i < 100; i += 1) {
        const { json } = (await ground.caller.call('GET', `${inside}/held`)) as {
          json: { metadata: { deletionTimestamp?: string } };
        };
        if (json.metadata.deletionTimestamp) break;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await call('POST', inside, { body: gadget('late') });
      await call('PATCH', `${inside}/held`, {
        type: 'application/merge-patch+json',
        body: { metadata: { finalizers: null } },
      });
      let status = 0;
      for (let i = 0; i < 150 && status !== 404; i += 1) {
        status = (await ground.caller.call('GET', path)).status;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      note('the namespace is gone', status);
      await call('DELETE', '/api/v1/namespaces/default');
    },
  },
];
