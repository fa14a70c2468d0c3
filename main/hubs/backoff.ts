/** Waiting time before attempt `failures` + 1, ms: doubles from `base` up to `cap`, spread over its upper half so that many do not return at once. */
export function backoff(failures: number, random: () => number, base = 500, cap = 30_000): number {
  const full = Math.min(cap, base * 2 ** Math.max(0, failures - 1));
  return full / 2 + (random() * full) / 2;
}
