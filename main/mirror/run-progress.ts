import type { Run } from '../../shared/contract/mirror.ts';

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

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
/** `1.4 GiB`: what a sentence says; screens format for themselves. */
export function bytesText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

/** What a run came to, in one sentence. */
export function runSentence(
  run: Pick<Run, 'kind' | 'images' | 'imagesDone' | 'imagesFailed' | 'bytesDone' | 'bytesMoved'>,
): string {
  const did = { pull: 'fetched', push: 'sent', export: 'written', import: 'brought in', verify: 'verified' }[run.kind];
  const rest = run.bytesDone - run.bytesMoved;
  const there = rest > 0 ? `; ${bytesText(rest)} were there already or shared between images` : '';
  const gaps = run.imagesFailed === 0 ? '' : ` ${run.imagesFailed} failed: see the list of gaps, and retry just those.`;
  return `${run.imagesDone} of ${run.images} ${did}, ${bytesText(run.bytesMoved)} moved${there}.${gaps}`;
}
