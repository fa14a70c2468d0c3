/** Count and percentiles of durations, in the unit of the values; null where there is no value. */
export interface Distribution {
  count: number;
  min: number | null;
  p50: number | null;
  p95: number | null;
  p99: number | null;
  max: number | null;
}

/**
 * The value below or at which `share` (0…1] of the sorted values lie, by nearest rank: always one that was measured, never one
 * in between. undefined for no values.
 */
export function percentile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** Distribution of values in any order. */
export function distribution(values: readonly number[]): Distribution {
  const sorted = [...values].sort((a, b) => a - b);
  const part = (share: number) => percentile(sorted, share) ?? null;
  return {
    count: sorted.length,
    min: sorted[0] ?? null,
    p50: part(0.5),
    p95: part(0.95),
    p99: part(0.99),
    max: sorted.at(-1) ?? null,
  };
}
