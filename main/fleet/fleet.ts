import { stringify } from 'yaml';
import type { Clock } from '../../shared/clock.ts';
import type { Handlers } from '../../shared/contract.ts';
import { fault } from '../../shared/fault.ts';
import type { Projector } from '../hubs/projector.ts';
import type { Sessions } from '../hubs/sessions.ts';
import { createObjects } from '../store/objects.ts';
import type { Store } from '../store/open.ts';
import { createTimeline } from '../store/timeline.ts';
import { createViews } from '../store/views.ts';
import { createCounts } from './counts.ts';
import { createCubeReader } from './cube.ts';
import { facets } from './facets.ts';
import { pageIds } from './page.ts';
import { createFleetProjector } from './projector.ts';
import { createRowReader } from './rows.ts';
import { createSpokeDetail } from './spoke-detail.ts';

type Answered = Extract<keyof Handlers, `fleet.${string}` | `views.${string}`>;

/** The fleet: its projector, and the questions asked of its rows. All answers come from the store, so they work offline too. */
export function createFleet({ store, sessions }: { store: Store; sessions: Sessions; clock: Clock }): {
  handlers: Pick<Handlers, Answered>;
  projector: Projector;
} {
  const { db } = store;
  const readCube = createCubeReader(db);
  const readRows = createRowReader(db);
  const counts = createCounts(db);
  const detail = createSpokeDetail(store, sessions);
  const timeline = createTimeline(store);
  const objects = createObjects(store);
  const views = createViews(store);
  const labelValues = db.prepare<[string, string, string, string], { value: string; count: number }>(
    `select value, count(*) count from spoke_label where hub = ? and key = ? and (? = '' or instr(lower(value), lower(?)) > 0)
     group by value order by count desc, value limit 200`,
  );
  return {
    projector: createFleetProjector(store),
    handlers: {
      'fleet.page': (query) => {
        const { total, ids } = pageIds(db, readCube(query.hub, query.filter), query);
        return { total, rows: readRows(ids) };
      },
      'fleet.facets': ({ hub, filter }) => facets(readCube(hub, filter), filter),
      'fleet.labelValues': ({ hub, key, search }) => ({ values: labelValues.all(hub, key, search, search) }),
      'fleet.counts': ({ hub }) => counts(hub),
      'fleet.spoke': ({ hub, name }) => detail(hub, name),
      'fleet.timeline': (query) => ({ entries: timeline.page(query) }),
      'fleet.object': ({ hub, kind, namespace, name }) => {
        const found = objects.get({ hub, kind, namespace, name });
        if (!found) {
          throw fault(
            'object.unknown',
            `The application has seen no ${kind} ${namespace ? `${namespace}/` : ''}${name} on this hub.`,
            'Check kind, namespace and name; kind is the name of a feed, such as ManagedCluster.',
            { field: 'name' },
          );
        }
        return { yaml: stringify(found.object, { lineWidth: 0 }), seenAt: found.seenAt };
      },
      'views.list': () => ({ views: views.all() }),
      'views.save': ({ name, filter, sort, descending }) => views.save(name, filter, sort, descending),
      'views.remove': ({ id }) => {
        if (!views.remove(id)) {
          throw fault('view.unknown', 'There is no such saved view.', 'Look at the list of views.', { field: 'id' });
        }
        return {};
      },
    },
  };
}
