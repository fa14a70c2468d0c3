import type { Clock } from '../../shared/clock.ts';
import type { Sessions } from '../hubs/sessions.ts';
import type { Store } from '../store/open.ts';
import type { Proofs } from '../store/proofs.ts';
import type { DeliveryDriver } from './delivery-driver.ts';
import type { ModuleIndex } from './module-index.ts';
import type { PairQueue } from './pair-queue.ts';
import type { ProofKeeper } from './proof-keeper.ts';
import type { SchemaBook } from './schema-book.ts';
import { namesOf } from './targets.ts';
import type { ViewProber } from './view-prober.ts';

/**
 * Pause between two looks, ms: short after a change, longer while only time passes. A look reads all targets, so on a large
 * fleet it gets eight times as long a pause as it took.
 */
const soon = 200;
const later = 1000;

/** Lets deliveries and proof works follow the rows of every connected hub, for as long as it is connected. */
export function createHeart(deps: {
  store: Store;
  sessions: Sessions;
  clock: Clock;
  driver: DeliveryDriver;
  keeper: ProofKeeper;
  prober: ViewProber;
  queue: PairQueue;
  index: ModuleIndex;
  proofs: Proofs;
  schemas: SchemaBook;
}) {
  const { store, sessions, clock, driver, keeper, prober, queue, index, proofs, schemas } = deps;
  const beating = new Map<string, AbortController>();
  const stirred = new Map<string, number>();

  /** What a crash left unjudged, or another version of this program judged differently, is judged again. */
  function rejudge(hub: string): void {
    const seen = { seenAt: new Date(clock.now()).toISOString(), hubAt: sessions.hubNow(hub), news: false };
    for (const module of index.all(hub)) {
      queue.add(
        hub,
        module.name,
        new Set([...proofs.spokesOf(hub, module.name), ...namesOf(store, hub, module.base)]),
        seen,
      );
    }
  }
  /** Evidence and labels go side by side: proof works must not wait until a whole fleet has its label. */
  async function beat(hub: string, look: (hub: string) => Promise<unknown>, signal: AbortSignal): Promise<void> {
    let last = 0;
    let seen = -1;
    let pause = soon;
    while (!signal.aborted) {
      const now = stirred.get(hub) ?? 0;
      if (now !== seen || clock.now() - last >= later) {
        seen = now;
        last = clock.now();
        const from = performance.now();
        // A look that fails is tried at the next beat: the hub may just have gone.
        await look(hub).catch(() => undefined);
        pause = Math.min(later, Math.max(soon, 8 * (performance.now() - from)));
      }
      await clock.sleep(pause, signal).catch(() => undefined);
    }
  }
  const stop = sessions.onConnected((hub, connected) => {
    beating.get(hub)?.abort();
    beating.delete(hub);
    if (!connected) return;
    const control = new AbortController();
    beating.set(hub, control);
    rejudge(hub);
    const client = sessions.peek(hub);
    if (client) void schemas.read(hub, client).catch(() => undefined);
    void beat(hub, keeper.keep, control.signal);
    void beat(hub, prober.look, control.signal);
    void beat(hub, driver.run, control.signal);
  });
  return {
    /** Rows of this hub changed: look soon. */
    stir: (hub: string): void => void stirred.set(hub, (stirred.get(hub) ?? 0) + 1),
    close(): void {
      stop();
      for (const control of beating.values()) control.abort();
      beating.clear();
    },
  };
}
