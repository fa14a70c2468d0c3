import { type Clock, isoSeconds } from '../../shared/clock.ts';
import type { FeedState } from '../../shared/contract/hubs.ts';
import { type Fault, fault, toFault } from '../../shared/fault.ts';
import type { KubeObject, Status } from '../../shared/kube.ts';
import { resources } from '../kube/resources.ts';
import type { KubeClient } from '../kube/types.ts';
import type { FeedRecords } from '../store/feeds.ts';
import { backoff } from './backoff.ts';
import { createBatch } from './batch.ts';
import type { FeedKind } from './feed-kinds.ts';
import type { Sighting, Source, Writer } from './writer.ts';

export type FeedPhase = FeedState['state'];

export interface FeedOptions {
  hub: string;
  feed: FeedKind;
  client: KubeClient;
  feeds: FeedRecords;
  writer: Writer;
  clock: Clock;
  random: () => number;
  /** Ends the feed. */
  signal: AbortSignal;
  /** Fires to wake a feed that waits (for a right, for a kind, for its next attempt); asked for anew each time. */
  wake: () => AbortSignal;
  /** Fires to let go of a watch whose line may be dead (the machine slept); asked for anew each time. */
  restart: () => AbortSignal;
  /** Lists one after the other, so that memory holds few pages. */
  gate: <T>(work: () => Promise<T>) => Promise<T>;
  onState: (state: FeedPhase, fault: Fault | undefined, failures: number) => void;
}

/** Quiet for longer than three bookmarks of a real API server: the line is dead, whatever TCP says. */
const idleTimeoutMs = 180_000;
/** How often to look again for a right or a kind that was missing, ms. */
const probeMs = 30_000;
/** A watch that ends faster than this without a word has not helped, ms. */
const shortWatchMs = 1000;
/** A watch that goes on from an earlier place has caught up once it is silent for `settleMs`, at the latest after `settleMostMs`. */
const settleMs = 150;
const settleMostMs = 5000;
const emptySet: ReadonlySet<number> = new Set();

const refusal = ({ code, message = 'The hub ended the watch.' }: Status) =>
  fault(code === 410 ? 'kube.gone' : 'kube.serverError', message, 'Reading goes on by itself.');

/**
 * Keeps the objects of one kind current until `signal`: a full list in pages, then a watch from there on, again and again. The place
 * it has come to is stored with the rows, so that a restart goes on with the watch. Never rejects: what hinders it is its state.
 */
export async function runFeed(options: FeedOptions): Promise<void> {
  const { hub, feed, client, feeds, writer, clock, random, signal } = options;
  const { kind, namespace, labelSelector } = feed;
  const ref = resources[kind];
  const source: Source = { hub, kind, now: () => clock.now(), hubNow: () => client.hubNow() };
  const scope = { ...(namespace && { namespace }), ...(labelSelector && { labelSelector }) };
  let failures = 0;
  let absences = 0;

  const say = (state: FeedPhase, fault?: Fault) => {
    feeds.setState(hub, kind, state, fault);
    options.onState(state, fault, failures);
  };

  async function list(): Promise<string> {
    say('listing');
    const seen = new Set<number>();
    let resourceVersion = '';
    // The client reads one page ahead; a second one ahead would only be kept in memory.
    for await (const page of client.list(ref, { ...scope, limit: 500, signal })) {
      resourceVersion = page.resourceVersion;
      await writer.page(source, page.items, seen);
    }
    await writer.sweep(source, seen, resourceVersion);
    return resourceVersion;
  }

  async function watch(resourceVersion: string, justListed: boolean): Promise<void> {
    const stop = new AbortController();
    const ends = AbortSignal.any([signal, stop.signal, options.restart()]);
    let last = resourceVersion;
    const batch = createBatch<{ sighting?: Sighting; resourceVersion: string }>(
      (items) => {
        const sightings = items.flatMap(({ sighting }) => sighting ?? []);
        return writer.events(source, sightings, items.at(-1)!.resourceVersion);
      },
      { delayMs: 40, size: 500, most: 2000, onError: () => stop.abort() },
    );
    const started = clock.now();
    let openedAt: number | undefined;
    let settling: NodeJS.Timeout | undefined;
    // Rows are called current only when what the hub had kept for us has been read.
    const settled = () => {
      settling = undefined;
      if (ends.aborted) return;
      if (batch.busy() && clock.now() - openedAt! < settleMostMs) {
        settling = setTimeout(settled, settleMs);
        return;
      }
      if (last === resourceVersion) feeds.progress(hub, kind, last, isoSeconds(clock.now()));
      say('live');
    };
    const onOpen = () => {
      openedAt = clock.now();
      failures = 0;
      if (justListed) settled();
      else settling = setTimeout(settled, settleMs);
    };
    try {
      for await (const event of client.watch(ref, { ...scope, resourceVersion, idleTimeoutMs, signal: ends, onOpen })) {
        if (event.type === 'ERROR') throw refusal(event.object);
        if (openedAt === undefined) onOpen();
        else if (settling && clock.now() - openedAt < settleMostMs) settling.refresh();
        const object = event.object as KubeObject;
        last = object.metadata.resourceVersion ?? last;
        const sighting = event.type === 'BOOKMARK' ? undefined : { object, gone: event.type === 'DELETED' };
        const full = batch.add({ ...(sighting && { sighting }), resourceVersion: last });
        if (full) await full;
      }
    } finally {
      clearTimeout(settling);
      await batch.end();
    }
    if (last === resourceVersion && clock.now() - started < shortWatchMs && !ends.aborted) {
      await pause(backoff(++failures, random));
    }
  }

  /** Sleeps, or less when woken. */
  async function pause(ms: number): Promise<void> {
    await clock.sleep(ms, AbortSignal.any([signal, options.wake()])).catch(() => undefined);
  }

  async function absent(): Promise<void> {
    say('absent');
    absences += 1;
    // Once may be a hiccup of discovery (aggregated APIs come and go); twice in a row the objects are gone with their kind.
    if (absences === 2) await writer.sweep(source, emptySet, '');
    await pause(probeMs);
    client.refresh();
  }

  while (!signal.aborted) {
    try {
      if (!(await client.served(ref))) {
        await absent();
        continue;
      }
      absences = 0;
      const known = feeds.get(hub, kind)?.resource_version ?? '';
      if (known !== '') await watch(known, false);
      else await watch(await options.gate(list), true);
    } catch (error) {
      if (signal.aborted) break;
      const reason = toFault(error);
      if (reason.code === 'kube.gone') {
        feeds.forget(hub, kind);
        // The first time is the rule of the game; a list that is always too old would spin.
        if (++failures > 1) await pause(backoff(failures - 1, random));
      } else if (reason.code === 'kube.forbidden') {
        say('forbidden', reason);
        await pause(probeMs);
      } else if (reason.code === 'kube.notFound' || reason.code === 'kube.notServed') {
        client.refresh();
        await absent();
      } else {
        failures += 1;
        say('retrying', reason);
        await pause(backoff(failures, random));
      }
    }
  }
  feeds.setState(hub, kind, 'stopped');
}
