import type { Clock } from '../../shared/clock.ts';
import type { KubeClient } from '../kube/types.ts';

/** Between two questions for the hub's time, ms; an estimate off by more than `good` is asked for again soon. */
const soonest = 1000;
const longest = 30_000;
const good = 2000;

/**
 * Asks the hub for its time now and then: it comes with answers only, and a hub where nothing is asked gives none, while a
 * practice hub may run a hundred times faster than we do. `heard` is told of each answer, undefined for a good one: it is also the
 * first to meet a token that has run out, while open watches go on. Ends with the signal.
 */
export async function keepHubTime(
  client: Pick<KubeClient, 'version' | 'hubNow'>,
  clock: Clock,
  signal: AbortSignal,
  heard: (error: unknown) => void = () => {},
): Promise<void> {
  let pause = soonest;
  while (!signal.aborted) {
    await clock.sleep(pause, signal).catch(() => undefined);
    if (signal.aborted) return;
    const from = clock.now();
    const guess = client.hubNow();
    await client.version().then(() => heard(undefined), heard);
    const off = Math.abs(client.hubNow() - guess - (clock.now() - from));
    pause = off > good ? soonest : Math.min(longest, pause * 2);
  }
}
