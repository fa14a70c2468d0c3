import { type Clock, isoSeconds } from '../../shared/clock.ts';
import type { Hub, KubeconfigSource } from '../../shared/contract/hubs.ts';
import type { Emit } from '../../shared/contract.ts';
import { type Fault, fault } from '../../shared/fault.ts';
import type { KubeClient } from '../kube/types.ts';
import type { Answers } from '../store/answers.ts';
import type { FeedRecords } from '../store/feeds.ts';
import type { HubRecord, HubRecords } from '../store/hubs.ts';
import type { NewEntry } from '../store/timeline.ts';
import { connectFault } from './connect-fault.ts';
import { localTime, type Standing } from './hub-view.ts';
import type { Kubeconfigs } from './kubeconfigs.ts';
import { greet, type Session, startSession } from './session.ts';
import type { Sessions } from './sessions.ts';
import type { Writer } from './writer.ts';

/** Makes a client for one context of a kubeconfig; `allow` answers its questions. */
export type Connect = (options: {
  source: KubeconfigSource;
  context: string;
  allow: Answers['get'];
  clock: Clock;
  random: () => number;
}) => Promise<KubeClient>;

export interface Connections {
  readonly sessions: Sessions;
  /** Resolves once connected; rejects with hub.*, kubeconfig.* and kube.* faults. A second call joins the first. */
  connect(row: HubRecord): Promise<void>;
  disconnect(hub: string): Promise<void>;
  session(hub: string): Session | undefined;
  standing(hub: string): Standing;
  close(): Promise<void>;
}

interface Options {
  hubs: HubRecords;
  feeds: FeedRecords;
  answers: Answers;
  kubeconfigs: Kubeconfigs;
  writer: Writer;
  clock: Clock;
  random: () => number;
  emit: Emit;
  connect: Connect;
  /** Writes one line of a hub's timeline. */
  tell: (entry: NewEntry) => void;
}

/** Windows look again at a hub at most this often because of its feeds, ms. */
const tellMs = 250;

/** Which hubs are connected, and how they stand. */
export function createConnections(options: Options): Connections {
  const { hubs, feeds, answers, kubeconfigs, writer, clock, random, emit } = options;
  const live = new Map<string, Session>();
  const joining = new Map<string, Promise<void>>();
  const standings = new Map<string, Standing>();
  const skews = new Map<string, number>();
  const listeners = new Set<(hub: string, connected: boolean) => void>();
  const telling = new Map<string, NodeJS.Timeout>();
  const started = localTime(clock);

  function stand(hub: string, phase: Hub['phase'], why?: Fault) {
    const before = standings.get(hub);
    if (before?.phase === phase && before.fault?.message === why?.message) return;
    const since = before?.phase === phase ? before.since : localTime(clock);
    standings.set(hub, { phase, since, ...(why && { fault: why }) });
    emit('hub.changed', { hub });
  }
  function tellSoon(hub: string) {
    if (telling.has(hub)) return;
    const timer = setTimeout(() => {
      telling.delete(hub);
      emit('hub.changed', { hub });
    }, tellMs);
    telling.set(hub, timer);
  }

  /** Tells when a connection began, and once when everything has been read since. */
  function arrival({ id: hub, name }: HubRecord, client: KubeClient): { synced(): void } {
    const say = (event: string, sentence: string) => {
      const at = isoSeconds(client.hubNow());
      options.tell({ hub, at, seenAt: localTime(clock), event, sentence, tone: 'good' });
      emit('rows.changed', { hub, tables: ['timeline'] });
    };
    say('hubConnected', `Connected to ${name}.`);
    let open = true;
    return {
      synced() {
        if (open) say('hubSynced', `All that ${name} shows of its fleet has been read.`);
        open = false;
      },
    };
  }

  async function open(row: HubRecord): Promise<void> {
    const { id: hub, context } = row;
    stand(hub, 'connecting');
    let client: KubeClient | undefined;
    try {
      const source = kubeconfigs.source(hub, row.source_json);
      client = await options.connect({ source, context, allow: answers.get, clock, random });
      hubs.seen(hub, { ...(await greet(client)), server: client.server, tls: row.tls });
    } catch (error) {
      client?.close();
      const { error: why, refused } = connectFault(error);
      stand(hub, refused ? 'refused' : 'disconnected', why.fault);
      throw why;
    }
    const session = startSession({
      ...{ hub, client, feeds, writer, clock, random },
      operatorNamespace: row.operator_namespace,
      onChange() {
        if (live.get(hub) !== session) return;
        const { phase, fault: why } = session.phase();
        stand(hub, phase, why);
        if (phase === 'live') told.synced();
        tellSoon(hub);
      },
    });
    live.set(hub, session);
    const told = arrival(row, session.client);
    stand(hub, session.phase().phase);
    if (session.phase().phase === 'live') told.synced();
    for (const listener of [...listeners]) listener(hub, true);
  }

  async function disconnect(hub: string): Promise<void> {
    await joining.get(hub)?.catch(() => undefined);
    const session = live.get(hub);
    if (!session) {
      if (hubs.get(hub)) stand(hub, 'disconnected');
      return;
    }
    skews.set(hub, session.client.hubNow() - clock.now());
    live.delete(hub);
    for (const listener of [...listeners]) listener(hub, false);
    await session.close();
    stand(hub, 'disconnected');
  }

  return {
    session: (hub) => live.get(hub),
    standing: (hub) => standings.get(hub) ?? { phase: 'disconnected', since: started },
    connect(row) {
      if (live.has(row.id)) return Promise.resolve();
      const known = joining.get(row.id);
      if (known) return known;
      const attempt = open(row).finally(() => joining.delete(row.id));
      joining.set(row.id, attempt);
      return attempt;
    },
    disconnect,
    async close() {
      await Promise.all([...new Set([...live.keys(), ...joining.keys()])].map(disconnect));
      for (const timer of telling.values()) clearTimeout(timer);
    },
    sessions: {
      client(hub) {
        const session = live.get(hub);
        if (session) return session.client;
        const name = hubs.get(hub)?.name ?? hub;
        throw fault('hub.offline', `${name} is not connected.`, 'Connect to the hub first.', { field: 'hub' });
      },
      peek: (hub) => live.get(hub)?.client,
      hubNow(hub) {
        const session = live.get(hub);
        return isoSeconds(session ? session.client.hubNow() : clock.now() + (skews.get(hub) ?? 0));
      },
      isLive: (hub, kind) => live.get(hub)?.isLive(kind) ?? false,
      onConnected(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      rediscover: (hub) => live.get(hub)?.rediscover(),
    },
  };
}
