/** 45 s, 2 min 14 s, 1 h 04 min; – for unknown. */
export function duration(seconds: number | null): string {
  if (seconds === null) return '–';
  const whole = Math.round(seconds);
  const pad = (n: number) => String(n).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
}

/** 2026-11-22 18:54:43 from RFC 3339 UTC. */
export const dayTime = (at: string): string => at.slice(0, 19).replace('T', ' ');
/** 18:54:43 from RFC 3339 UTC. */
export const clockTime = (at: string): string => at.slice(11, 19);

/** Words for states of load; the rest of the application uses the same. */
export const stateWords: Record<string, string> = {
  proven: 'Proven',
  claimed: 'Claimed',
  loading: 'Loading',
  waiting: 'Waiting',
  staleBoot: 'Stale boot',
  failed: 'Failed',
  unknown: 'Unknown',
  none: 'Not targeted',
};
