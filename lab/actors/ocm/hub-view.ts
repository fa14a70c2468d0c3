import type { Api, KindRef } from '../../api.ts';
import type { LabClock } from '../../clock.ts';
import type { Random } from '../../world/random.ts';
import { createInformer, type Informer } from './informer.ts';

/** The hub as OCM's programs see it: its API, the time, chance, and one watch a kind for all of them. */
export interface HubView {
  /** Without a manager of its own: each actor takes `api.as(…)`. */
  readonly api: Api;
  readonly clock: LabClock;
  readonly random: Random;
  /** `https://…` of the hub, from which the agents' hub hash comes. */
  readonly url: string;
  watch(kind: KindRef): Informer;
  stop(): void;
}

/** Watches begin when first asked for and end with `stop`. */
export function createHubView(api: Api, clock: LabClock, random: Random, url: string): HubView {
  const informers = new Map<KindRef, Informer>();
  return {
    api,
    clock,
    random,
    url,
    watch(kind) {
      let informer = informers.get(kind);
      if (!informer) {
        informer = createInformer(api, kind);
        informers.set(kind, informer);
      }
      return informer;
    },
    stop() {
      for (const informer of informers.values()) informer.stop();
    },
  };
}
