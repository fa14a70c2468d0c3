import type { Clock } from '../../shared/clock.ts';
import { isoSeconds } from '../../shared/clock.ts';
import type { Emit, Handlers, Output } from '../../shared/contract.ts';
import { fault } from '../../shared/fault.ts';
import type { Projector } from '../hubs/projector.ts';
import type { Sessions } from '../hubs/sessions.ts';
import { createHubRecords } from '../store/hubs.ts';
import { createInstalls, type InstallRecord } from '../store/installs.ts';
import { createIntents } from '../store/intents.ts';
import type { Store } from '../store/open.ts';
import { createOperators } from '../store/operators.ts';
import { createPolicies } from '../store/policies.ts';
import { createServed } from '../store/served.ts';
import { createTimeline } from '../store/timeline.ts';
import { commandTime } from './applied-time.ts';
import { applyPlan } from './apply.ts';
import { workName } from './names.ts';
import { dryRunPlan, makePlan, planYaml } from './plan.ts';
import { createInstallProjector } from './projector.ts';
import { createRemarks } from './remarks.ts';
import { askServed, hubInstall, type ServedKmm } from './status.ts';
import { chooseWay, type Way } from './way.ts';

type InstallCall = 'install.status' | 'install.spokes' | 'install.plan' | 'install.apply';

/** KMM on the hub and on spokes: what is installed where, what an install would write, doing it, following it. */
export function createInstall(deps: { store: Store; sessions: Sessions; clock: Clock; emit: Emit }): {
  handlers: Pick<Handlers, InstallCall>;
  projector: Projector;
} {
  const { store, sessions, clock, emit } = deps;
  const installs = createInstalls(store, workName);
  const operators = createOperators(store);
  const intents = createIntents(store);
  const timeline = createTimeline(store);
  const hubs = createHubRecords(store);
  const remarks = createRemarks({ installs, policies: createPolicies(store) });
  const served = createServed<{ served: ServedKmm; way: Way }>(store);

  const record = (hub: string) => {
    const row = hubs.get(hub);
    if (!row) throw fault('hub.unknown', `There is no hub ${hub}.`, 'List the hubs and choose one.', { field: 'hub' });
    return row;
  };

  async function status(hub: string): Promise<Output<'install.status'>> {
    const { operator_namespace } = record(hub);
    const client = sessions.peek(hub);
    // What it served when it was last asked is shown while it is away, also after a restart.
    if (client) served.put(hub, { served: await askServed(client), way: await chooseWay(client) });
    const last = served.get(hub);
    const rows = operators.all(hub);
    return {
      hub: hubInstall(rows, last?.served, operator_namespace),
      spokes: installs.counts(hub),
      way: last?.way.way ?? 'none',
      wayWhy: last?.way.why ?? 'Not connected: what the hub serves is not known.',
      remarks: remarks(hub, sessions.hubNow(hub)),
    };
  }

  return {
    projector: createInstallProjector(store, (hub) => {
      // The kinds that KMM-Hub brings are served from now on; told after the transaction that saw it.
      setImmediate(() => sessions.rediscover(hub));
    }),
    handlers: {
      'install.status': ({ hub }) => status(hub),
      'install.spokes'({ hub, state, search, offset, limit }) {
        record(hub);
        const { total, rows } = installs.page(hub, state, search, offset, limit);
        return { total, rows: rows.map(spokeRow) };
      },
      async 'install.plan'({ hub, where, params }) {
        record(hub);
        const client = sessions.client(hub);
        const plan = await makePlan({ client, installs, operators }, hub, where, params);
        const dried = await dryRunPlan(client, plan);
        return {
          diffs: dried.map(({ diff }) => diff),
          total: plan.objects.length,
          way: plan.way,
          warnings: plan.warnings,
          yaml: planYaml(plan),
        };
      },
      async 'install.apply'({ hub, where, params }) {
        record(hub);
        const client = sessions.client(hub);
        const plan = await makePlan({ client, installs, operators }, hub, where, params);
        const now = () => isoSeconds(clock.now());
        const asked = sessions.hubNow(hub);
        const { first, ...result } = await applyPlan({ client, intents, at: asked }, hub, where, params, plan);
        const at = commandTime(asked, first);
        const who = where === 'hub' ? 'the hub' : 'the spokes';
        timeline.add({
          hub,
          at,
          seenAt: now(),
          event: where === 'hub' ? 'hubKmmOrdered' : 'kmmOrdered',
          sentence: `KMM was ordered for ${who} (${plan.way}, channel ${params.channel} of ${params.source}).`,
          tone: 'neutral',
        });
        emit('rows.changed', { hub, tables: ['timeline'] });
        sessions.rediscover(hub);
        return result;
      },
    },
  };
}

function spokeRow(row: InstallRecord): Output<'install.spokes'>['rows'][number] {
  const { kmm_since, kmm_started } = row;
  const seconds =
    row.kmm === 'installed' && kmm_since && kmm_started
      ? Math.max(0, (Date.parse(kmm_since) - Date.parse(kmm_started)) / 1000)
      : undefined;
  return {
    spoke: row.name,
    state: row.kmm,
    way: row.way,
    reason: row.kmm_reason,
    rights: row.rights,
    since: kmm_since ?? row.since,
    ...(seconds !== undefined && { seconds }),
  };
}
