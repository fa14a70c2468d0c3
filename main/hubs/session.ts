import type { Clock } from '../../shared/clock.ts';
import type { FeedState, Hub } from '../../shared/contract/hubs.ts';
import { type Fault, toFault } from '../../shared/fault.ts';
import { resources } from '../kube/resources.ts';
import type { KubeClient } from '../kube/types.ts';
import type { FeedRecords } from '../store/feeds.ts';
import { identityLost, mayNotList, noOcm } from './connect-fault.ts';
import { runFeed } from './feed.ts';
import { feedKinds } from './feed-kinds.ts';
import { createGate } from './gate.ts';
import { keepHubTime } from './hub-time.ts';
import { type FeedStanding, phaseOf } from './phase.ts';
import { keepPulse } from './pulse.ts';
import type { Writer } from './writer.ts';

/** One connected hub: its client and its running feeds. */
export interface Session {
  readonly client: KubeClient;
  /** `live` with a fault: rows still come, but the hub takes our identity no more. */
  phase(): { phase: Hub['phase']; fault?: Fault };
  isLive(kind: string): boolean;
  standing(kind: string): { state: FeedState['state']; fault: Fault | undefined } | undefined;
  /** Feeds that wait for a kind or a right look again at once. */
  rediscover(): void;
  /** Ends the feeds and the client; resolves when nothing of it writes any more. */
  close(): Promise<void>;
}

export interface SessionOptions {
  hub: string;
  operatorNamespace: string;
  client: KubeClient;
  feeds: FeedRecords;
  writer: Writer;
  clock: Clock;
  random: () => number;
  /** A feed's state has changed. */
  onChange: () => void;
}

/** Between two looks at the clock, and the gap from which on the machine must have slept, ms. */
const lookMs = 5000;
const sleptMs = 20_000;

/** What a connection tells of itself. Faults: kube.*, hub.noOcm, hub.forbidden. */
export async function greet(client: KubeClient): Promise<{ kubernetes: string; identity: string }> {
  const kubernetes = await client.version();
  const identity = await client.identity();
  const { ManagedCluster } = resources;
  if (!(await client.served(ManagedCluster))) throw noOcm(client.server);
  const { group, plural: resource } = ManagedCluster;
  const [may] = await client.may([{ verb: 'list', group, resource }]);
  if (!may) throw mayNotList(client.server, identity);
  return { kubernetes, identity };
}

/** Starts the feeds: ManagedClusters first, the others once these have been listed (or cannot be). */
export function startSession(options: SessionOptions): Session {
  const { hub, client, feeds, clock, onChange } = options;
  const kinds = feedKinds(options.operatorNamespace);
  const end = new AbortController();
  let wake = new AbortController();
  let restart = new AbortController();
  const gate = createGate(1);
  let heardAt = clock.now();
  /** Why the hub, which holds its connections open, is taken for lost. */
  let silence: Fault | undefined;
  const heard = <T>(value: T): T => {
    heardAt = clock.now();
    return value;
  };
  const writer: Writer = {
    ...options.writer,
    page: (...page) => options.writer.page(...heard(page)),
    events: (...events) => options.writer.events(...heard(events)),
  };
  const standings = new Map<string, FeedStanding>(
    kinds.map(({ kind }) => [kind, { state: 'listing', failures: 0, caughtUp: false, fault: undefined }]),
  );
  let open = () => {};
  const clustersKnown = new Promise<void>((resolve) => {
    open = resolve;
  });
  if (feeds.get(hub, 'ManagedCluster')?.listed_at) open();

  const running = kinds.map(async (feed) => {
    const { kind } = feed;
    if (kind !== 'ManagedCluster') await clustersKnown;
    if (end.signal.aborted) return;
    await runFeed({
      ...options,
      writer,
      feed,
      gate,
      signal: end.signal,
      wake: () => wake.signal,
      restart: () => restart.signal,
      onState(state, fault, failures) {
        const caughtUp = standings.get(kind)?.caughtUp === true || state === 'live';
        standings.set(kind, { state, failures, caughtUp, fault });
        // Waiting longer for clusters that cannot be had would only hide what the other feeds know.
        if (kind === 'ManagedCluster' && (state !== 'listing' || failures > 0)) open();
        onChange();
      },
    });
  });

  const again = (what: 'waiting' | 'all') => {
    client.refresh();
    const fired = wake;
    wake = new AbortController();
    fired.abort();
    if (what === 'waiting') return;
    const cut = restart;
    restart = new AbortController();
    cut.abort();
  };
  const watchClock = (async () => {
    let last = clock.now();
    for (;;) {
      await clock.sleep(lookMs, end.signal);
      const now = clock.now();
      if (now - last > sleptMs) again('all');
      last = now;
    }
  })().catch(() => undefined);
  /** Why the hub takes our identity no more, while open watches go on: a hub keeps these for up to an hour. */
  let disowned: Fault | undefined;
  const hubTime = keepHubTime(client, clock, end.signal, (error) => {
    const before = disowned?.message;
    if (error === undefined) disowned = undefined;
    else if (identityLost(error)) disowned = toFault(error);
    if (!end.signal.aborted && before !== disowned?.message) onChange();
  });
  const pulse = keepPulse({
    client,
    clock,
    signal: end.signal,
    heardAt: () => heardAt,
    onSilence(why) {
      silence = why;
      onChange();
    },
    onBack() {
      silence = undefined;
      // Watches that were open all the while may be dead for good.
      again('all');
      onChange();
    },
  });

  return {
    client,
    phase() {
      if (silence) return { phase: 'stale', fault: silence };
      const now = phaseOf(kinds.map(({ kind }) => standings.get(kind)!));
      return disowned && !now.fault ? { ...now, fault: disowned } : now;
    },
    isLive: (kind) => silence === undefined && standings.get(kind)?.state === 'live',
    standing: (kind) => standings.get(kind),
    rediscover: () => again('waiting'),
    async close() {
      end.abort();
      open();
      await Promise.all([...running, watchClock, hubTime, pulse]);
      client.close();
    },
  };
}
