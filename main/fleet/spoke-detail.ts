import type { z } from 'zod';
import type { SpokeDetail, WorkView } from '../../shared/contract/fleet.ts';
import { fault } from '../../shared/fault.ts';
import { nextTry } from '../../shared/rules/feedback-age.ts';
import type { Sessions } from '../hubs/sessions.ts';
import { createAddons } from '../store/addons.ts';
import { createObjects } from '../store/objects.ts';
import type { Store } from '../store/open.ts';
import { createSpokes } from '../store/spokes.ts';
import { type WorkRow, workAge } from '../store/works.ts';
import { clusterFacts } from './cluster-facts.ts';
import { conditionView } from './condition-words.ts';
import { createRowReader } from './rows.ts';

type View = z.infer<typeof WorkView>;
type Policy = z.infer<typeof SpokeDetail>['policies'][number];

/** Everything the drawer of one spoke shows, from the store. Fault: spoke.unknown. */
export function createSpokeDetail(
  store: Store,
  sessions: Pick<Sessions, 'hubNow' | 'isLive'>,
): (hub: string, name: string) => z.infer<typeof SpokeDetail> {
  const { db } = store;
  const spokes = createSpokes(store);
  const objects = createObjects(store);
  const addons = createAddons(store);
  const rows = createRowReader(db);
  const works = db.prepare<[string, string], WorkRow>(
    'select * from work where hub = ? and spoke = ? order by purpose, name',
  );
  const policies = db.prepare<[string, string], Policy>(
    'select name, compliant, message from policy where hub = ? and spoke = ? order by name',
  );
  return (hub, name) => {
    const spoke = spokes.get(hub, name);
    const [row] = spoke ? rows([spoke.id]) : [];
    if (!spoke || !row) {
      throw fault('spoke.unknown', `The hub has no spoke ${name}.`, 'Choose one from the list of the fleet.', {
        field: 'name',
      });
    }
    const cluster = objects.get({ hub, kind: 'ManagedCluster', namespace: '', name })?.object;
    const facts = cluster && clusterFacts(cluster);
    const now = Date.parse(sessions.hubNow(hub));
    const seen = { reachable: row.availability === 'available', watched: sessions.isLive(hub, 'ManifestWork'), now };
    return {
      row,
      labels: JSON.parse(spoke.labels_json) as Record<string, string>,
      conditions: (facts?.conditions ?? []).map(conditionView),
      claims: facts?.claims ?? [],
      nodeNames: JSON.parse(spoke.node_names_json) as string[],
      addons: addons.ofSpoke(hub, name).map((addon) => ({
        name: addon.name,
        state: addon.available === 'True' ? 'available' : addon.available === 'False' ? 'unavailable' : 'unknown',
        message: addon.message,
      })),
      works: works.all(hub, name).map((work) => workView(work, seen)),
      policies: policies.all(hub, name),
    };
  };
}

function workView(work: WorkRow, seen: { reachable: boolean; watched: boolean; now: number }): View {
  const failed = work.applied === 'False' || (work.delivered === 0 && work.applied_message !== '');
  const state = work.deleting
    ? 'deleting'
    : work.applied === ''
      ? 'waiting for the agent'
      : work.applied === 'False'
        ? 'rejected'
        : work.delivered === 0
          ? 'not up to date'
          : work.available === 'True'
            ? 'applied'
            : 'applied, not available';
  const nextTryAt =
    state === 'rejected' && seen.reachable && seen.watched
      ? nextTry(work.taken_at ?? work.changed_at ?? undefined, work.applied_message, seen.now)
      : undefined;
  return {
    ...{ name: work.name, module: work.module, purpose: work.purpose, delivered: work.delivered === 1, state },
    reason: failed ? work.applied_reason : '',
    message: failed ? work.applied_message : work.available === 'True' ? '' : work.available_message,
    feedback: JSON.parse(work.feedback_json) as View['feedback'],
    age: workAge(work, seen),
    ...(nextTryAt !== undefined && { nextTryAt }),
    ...(work.feedback_at !== null && { feedbackAt: work.feedback_at }),
  };
}
