import type { Clock } from '../../shared/clock.ts';
import type { KubeconfigSource } from '../../shared/contract/hubs.ts';
import type { Emit } from '../../shared/contract.ts';
import { fault } from '../../shared/fault.ts';
import type { Answers } from '../store/answers.ts';
import type { HubRecord, HubRecords } from '../store/hubs.ts';
import type { Store } from '../store/open.ts';
import type { NewEntry } from '../store/timeline.ts';
import { chooseContext } from './choose-context.ts';
import type { Connections } from './connections.ts';
import { localTime } from './hub-view.ts';
import type { Inspect } from './hubs.ts';
import type { Kubeconfigs } from './kubeconfigs.ts';

interface Options {
  store: Store;
  hubs: HubRecords;
  answers: Answers;
  kubeconfigs: Kubeconfigs;
  connections: Connections;
  clock: Clock;
  inspect: Inspect;
  emit: Emit;
  tell: (entry: NewEntry) => void;
}

/**
 * Gives a known hub a fresh kubeconfig and closes its connection; its rows and its timeline stay. The kubeconfig must lead to
 * the same server: rows of two hubs must never mix. Faults: kubeconfig.*, hub.otherServer, hub.exists, store.diskFull, home.readOnly;
 * then all is as before.
 */
export function createRenewal({ store, hubs, answers, kubeconfigs, connections, clock, ...effects }: Options) {
  const { inspect, emit, tell } = effects;
  return async (row: HubRecord, fresh: { source: KubeconfigSource; context?: string | undefined }): Promise<void> => {
    const { contexts } = await inspect(fresh.source, answers.get);
    const own = contexts.some(({ context }) => context === row.context) ? row.context : undefined;
    const { context, server, tls } = chooseContext(contexts, fresh.context ?? own);
    if (server !== row.server) {
      throw fault(
        'hub.otherServer',
        `The context ${context} leads to ${server}; ${row.name} is ${row.server}.`,
        'Choose the context of this hub, or add the other one as a hub of its own.',
        { field: 'context', about: contexts.map((one) => one.context) },
      );
    }
    const twin = hubs.all().find((one) => one.id !== row.id && one.context === context && one.server === server);
    if (twin) {
      const message = `This context is there already, as ${twin.name}.`;
      throw fault('hub.exists', message, 'Use that hub.', { field: 'context', about: [twin.id] });
    }
    await connections.disconnect(row.id);
    const seenAt = localTime(clock);
    const at = connections.sessions.hubNow(row.id);
    const sentence = `A fresh kubeconfig was given for ${row.name}.`;
    store.transaction(() => {
      tell({ hub: row.id, at, seenAt, event: 'hubRenewed', sentence, tone: 'neutral' });
      hubs.renew(row.id, { context, tls, source_json: kubeconfigs.keep(row.id, fresh.source) });
    });
    if (fresh.source.text === undefined) kubeconfigs.forget(row.id);
    emit('rows.changed', { hub: row.id, tables: ['timeline'] });
    emit('hub.changed', { hub: row.id });
  };
}
