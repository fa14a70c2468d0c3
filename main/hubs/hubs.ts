import type { Clock } from '../../shared/clock.ts';
import type { ContextInfo, Hub, KubeconfigSource } from '../../shared/contract/hubs.ts';
import type { Emit, Handlers } from '../../shared/contract.ts';
import { fault } from '../../shared/fault.ts';
import { freeSlug } from '../../shared/rules/slug.ts';
import { probeAccess } from '../kube/access.ts';
import { type Answers, createAnswers } from '../store/answers.ts';
import { createFeedRecords } from '../store/feeds.ts';
import { createHubRecords, type HubRecord } from '../store/hubs.ts';
import type { Store } from '../store/open.ts';
import { createSpokes } from '../store/spokes.ts';
import { tableCounts } from '../store/table-counts.ts';
import { createTimeline } from '../store/timeline.ts';
import { chooseContext } from './choose-context.ts';
import { type Connect, createConnections } from './connections.ts';
import { feedView, hubView, localTime } from './hub-view.ts';
import { createKubeconfigs } from './kubeconfigs.ts';
import { createNotifier } from './notifier.ts';
import type { Projector } from './projector.ts';
import { createRenewal } from './renew.ts';
import type { Sessions } from './sessions.ts';
import { createWriter } from './writer.ts';

/** Reads kubeconfigs without connecting or running anything. */
export type Inspect = (
  source: KubeconfigSource,
  answers: Answers['get'],
) => Promise<{ contexts: ContextInfo[]; warnings: string[] }>;

type Answered = Extract<keyof Handlers, `hubs.${string}`>;

export interface Hubs {
  readonly handlers: Pick<Handlers, Answered>;
  readonly sessions: Sessions;
  /** Gives the projectors, in the order in which they are told of a change. Before the first connection. */
  project(projectors: readonly Projector[]): void;
  close(): Promise<void>;
}

/** Rows deleted in one go when a hub is removed. */
const slice = 2000;

/** The hubs we know, their connections and their feeds. */
export function createHubs(options: {
  store: Store;
  clock: Clock;
  random: () => number;
  emit: Emit;
  home: string;
  inspect: Inspect;
  connect: Connect;
}): Hubs {
  const { store, clock, random, emit, home, inspect, connect } = options;
  const hubs = createHubRecords(store);
  const feeds = createFeedRecords(store);
  const answers = createAnswers(store);
  const spokes = createSpokes(store);
  const kubeconfigs = createKubeconfigs(home);
  const notifier = createNotifier(emit);
  const timeline = createTimeline(store);
  let projectors: readonly Projector[] = [];
  const writer = createWriter(store, () => projectors, notifier);
  const connections = createConnections({
    ...{ hubs, feeds, answers, kubeconfigs, writer, clock, random, emit, connect },
    tell: timeline.add,
  });

  const known = (id: string): HubRecord => {
    const row = hubs.get(id);
    if (row) return row;
    throw fault('hub.unknown', `There is no hub ${id}.`, 'Look at the list of hubs.', { field: 'hub' });
  };
  const view = (row: HubRecord): Hub => {
    const { id } = row;
    const session = connections.session(id);
    return hubView(row, connections.standing(id), { session, feeds: feeds.all(id), spokes: spokes.count(id), clock });
  };

  const renew = createRenewal({
    ...{ store, hubs, answers, kubeconfigs, connections, clock, inspect, emit },
    tell: timeline.add,
  });

  const handlers: Hubs['handlers'] = {
    'hubs.inspect': (source) => inspect(source, answers.get),
    async 'hubs.add'({ source, context, name, practice }) {
      const chosen = chooseContext((await inspect(source, answers.get)).contexts, context);
      const rows = hubs.all();
      const twin = rows.find((row) => row.context === chosen.context && row.server === chosen.server);
      if (twin) {
        const message = `This context is there already, as ${twin.name}.`;
        throw fault('hub.exists', message, 'Use that hub, or remove it first.', { field: 'context', about: [twin.id] });
      }
      const title = name || chosen.context;
      const id = freeSlug(title, new Set(rows.map((row) => row.id)), 'hub');
      const source_json = kubeconfigs.keep(id, source);
      try {
        const { server, tls } = chosen;
        const row = { id, name: title, context: chosen.context, server, tls, practice: practice ? 1 : 0, source_json };
        store.transaction(() => hubs.insert({ ...row, created_at: localTime(clock) }));
      } catch (error) {
        kubeconfigs.forget(id);
        throw error;
      }
      emit('hub.changed', { hub: id });
      return view(known(id));
    },
    async 'hubs.renew'({ hub, ...fresh }) {
      await renew(known(hub), fresh);
      return view(known(hub));
    },
    'hubs.list': () => ({ hubs: hubs.all().map(view) }),
    'hubs.get': ({ hub }) => view(known(hub)),
    async 'hubs.remove'({ hub }) {
      known(hub);
      await connections.disconnect(hub);
      // In slices: a fleet of 100,000 is a million rows, and windows want to be served meanwhile.
      while (store.transaction(() => hubs.empty(hub, slice))) await new Promise((resolve) => setImmediate(resolve));
      store.transaction(() => hubs.remove(hub));
      kubeconfigs.forget(hub);
      emit('hub.changed', { hub });
      return {};
    },
    async 'hubs.questions'({ hub }) {
      const row = known(hub);
      const { contexts } = await inspect(kubeconfigs.source(hub, row.source_json), answers.get);
      return { questions: chooseContext(contexts, row.context).questions };
    },
    'hubs.answer': ({ answers: given }) => {
      const at = localTime(clock);
      store.transaction(() => {
        for (const { key, allow } of given) answers.put(key, allow, at);
      });
      return {};
    },
    async 'hubs.connect'({ hub }) {
      await connections.connect(known(hub));
      return view(known(hub));
    },
    async 'hubs.disconnect'({ hub }) {
      known(hub);
      await connections.disconnect(hub);
      return view(known(hub));
    },
    'hubs.feeds': ({ hub }) => {
      known(hub);
      const rows = feeds.rows(hub);
      const session = connections.session(hub);
      return { feeds: feeds.all(hub).map((feed) => feedView(feed, rows.get(feed.kind) ?? 0, session)) };
    },
    async 'hubs.access'({ hub }) {
      const row = known(hub);
      const client = connections.sessions.client(hub);
      return { identity: await client.identity(), features: await probeAccess(client, row.operator_namespace) };
    },
    'hubs.tables': ({ hub }) => {
      known(hub);
      return { rows: tableCounts(store, hub) };
    },
  };

  return {
    handlers,
    sessions: connections.sessions,
    project(given) {
      projectors = given;
    },
    async close() {
      await connections.close();
      notifier.close();
    },
  };
}
