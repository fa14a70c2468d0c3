import type { Run } from '../../../shared/contract/mirror.ts';
import { bytesText } from '../../../shared/rules/amount-text.ts';

/** Bytes per second over the last seconds, from what was seen when. */
export interface Meter {
  add(bytes: number): void;
  /** Null until something has moved for a moment. */
  rate(): number | null;
}

/** A moving average over `window` ms; `now` in ms. */
export function createMeter(now: () => number, window = 10_000): Meter {
  const started = now();
  const seen: { at: number; bytes: number }[] = [];
  let sum = 0;
  const drop = () => {
    while (seen[0] && now() - seen[0].at > window) sum -= seen.shift()?.bytes ?? 0;
  };
  return {
    add(bytes) {
      const last = seen.at(-1);
      // Chunks come by the thousand: those of one tenth of a second are one entry.
      if (last && now() - last.at < 100) last.bytes += bytes;
      else seen.push({ at: now(), bytes });
      sum += bytes;
      drop();
    },
    rate() {
      drop();
      const ms = Math.min(window, now() - started);
      return ms < 200 || sum === 0 ? null : (sum / ms) * 1000;
    },
  };
}

/** What a run came to, in one sentence. */
export function runSentence(
  run: Pick<Run, 'kind' | 'images' | 'imagesDone' | 'imagesFailed' | 'bytesDone' | 'bytesMoved'>,
): string {
  const did = { pull: 'fetched', push: 'sent', export: 'written', import: 'brought in', verify: 'verified' }[run.kind];
  const moved =
    run.bytesMoved > 0 || run.bytesDone === 0 ? `${bytesText(run.bytesMoved)} moved` : 'nothing had to move';
  const gaps = run.imagesFailed === 0 ? '' : ` ${run.imagesFailed} failed: see the list of gaps, and retry just those.`;
  return `${run.imagesDone} of ${run.images} ${did}, ${moved}.${gaps}`;
}
