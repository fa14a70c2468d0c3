import type { Clock } from '../../shared/clock.ts';
import { type Fault, fault, toFault } from '../../shared/fault.ts';
import { resources } from '../kube/resources.ts';
import type { KubeClient } from '../kube/types.ts';

/** Silence from which on the hub is asked, how long it may think about it, and the pause between two looks, ms. */
const quietMs = 30_000;
const patienceMs = 15_000;
const lookMs = 5_000;

/** Refusals that a hub gives are answers: it lives. These are none. */
const noAnswer = new Set(['kube.unreachable', 'kube.timeout']);

export interface PulseOptions {
  client: Pick<KubeClient, 'list' | 'server'>;
  clock: Clock;
  signal: AbortSignal;
  /** When a byte last came from the hub, ms by our clock. */
  heardAt: () => number;
  /** The hub gives no answer any more; called again only after `onBack`. */
  onSilence: (why: Fault) => void;
  onBack: () => void;
}

/** One object of one list: small, and more than a sign of life, since the hub's store has to answer too. */
async function ask({ client, clock, signal }: PulseOptions): Promise<Fault | undefined> {
  const stop = new AbortController();
  const ends = AbortSignal.any([signal, stop.signal]);
  const answer = (async () => {
    for await (const _page of client.list(resources.ManagedCluster, { limit: 1, signal: ends })) return undefined;
    return undefined;
  })().catch((error: unknown) => {
    const why = toFault(error);
    return noAnswer.has(why.code) ? why : undefined;
  });
  const late = clock.sleep(patienceMs, ends).then(
    () =>
      fault(
        'kube.timeout',
        `${client.server} holds the connection open and gives no answer.`,
        'What is shown is from before; it goes on by itself when the hub answers.',
      ).fault,
    () => undefined,
  );
  const why = await Promise.race([answer, late]);
  stop.abort();
  return signal.aborted ? undefined : why;
}

/**
 * Notices a hub that hangs without closing its connections: watches are silent for minutes on a quiet hub too, so it is asked when
 * nothing came for half a minute. Ends with the signal.
 */
export async function keepPulse(options: PulseOptions): Promise<void> {
  const { clock, signal, heardAt, onSilence, onBack } = options;
  let silent = false;
  let lookedAt = clock.now();
  let quietFrom = lookedAt;
  while (!signal.aborted) {
    await clock.sleep(lookMs, signal).catch(() => undefined);
    if (signal.aborted) return;
    const now = clock.now();
    // The machine slept: the silence was ours, and the watches are opened anew anyway.
    if (now - lookedAt > quietMs) quietFrom = now;
    lookedAt = now;
    if (!silent && now - Math.max(quietFrom, heardAt()) < quietMs) continue;
    const why = await ask(options);
    lookedAt = clock.now();
    quietFrom = lookedAt;
    if (signal.aborted) return;
    // Something came while it was asked: a hub that is only slow with lists lives.
    const lost = why !== undefined && heardAt() < now;
    if (lost && !silent) onSilence(why);
    if (!lost && silent) onBack();
    silent = lost;
  }
}
