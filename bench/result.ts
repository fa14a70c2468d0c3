/** One measured thing. `peer` is the same thing done another way, null where there is none; `limit` holds for the ratio if there is one, else for ours. */
export interface BenchResult {
  name: string;
  unit: string;
  ours: number;
  peer: number | null;
  ratio: number | null;
  limit: number;
  ok: boolean;
}

const round = (value: number): number => Number(value.toPrecision(4));

/** Judged by the ratio to a peer. */
export function against(name: string, unit: string, ours: number, peer: number, limit: number): BenchResult {
  const ratio = ours / peer;
  return { name, unit, ours: round(ours), peer: round(peer), ratio: round(ratio), limit, ok: ratio <= limit };
}

/** Judged by its own limit; a peer, where given, is for comparison only. */
export function within(name: string, unit: string, ours: number, limit: number, peer?: number): BenchResult {
  const compared = peer === undefined ? { peer: null, ratio: null } : { peer: round(peer), ratio: round(ours / peer) };
  return { name, unit, ours: round(ours), ...compared, limit, ok: ours <= limit };
}

/** A line for a terminal: what, peer, ours, ratio, limit, verdict. */
export function line({ name, unit, ours, peer, ratio, limit, ok }: BenchResult): string {
  const judged = peer === null || ratio === null ? `${limit} ${unit}` : `${limit}`;
  const compared = peer === null ? '' : `peer ${peer} ${unit}, `;
  const quotient = ratio === null ? '' : `, ratio ${ratio}`;
  return `${ok ? 'ok  ' : 'MISS'}  ${name}: ${compared}ours ${ours} ${unit}${quotient} (limit ${judged})`;
}
