import type { Output } from '../../shared/contract.ts';
import type { Db } from '../store/open.ts';
import { type Group, noClaimOf } from './cube.ts';

/**
 * The table of the day. operative + notWorking = potential; KMM is counted on operative spokes, so that the numbers can be read as a
 * funnel; noKernelClaim counts all spokes.
 */
export function createCounts(db: Db): (hub: string) => Output<'fleet.counts'> {
  const sums = db.prepare<[string], Record<'potential' | 'operative' | 'kmmInstalled' | 'noKernelClaim', number>>(
    `select coalesce(sum(n), 0) potential, coalesce(sum(n) filter (where operative = 1), 0) operative,
       coalesce(sum(n) filter (where operative = 1 and kmm = 'installed'), 0) kmmInstalled,
       coalesce(sum(n) filter (where kernels = ''), 0) noKernelClaim
     from spoke_group where hub = ?`,
  );
  const claimless = db.prepare<[string], Pick<Group, 'kernels' | 'claims_cut' | 'kmm' | 'n'>>(
    `select kernels, claims_cut, kmm, n from spoke_group where hub = ? and kernels = ''`,
  );
  const reasons = db.prepare<[string], { reason: string; count: number }>(
    `select reason, count(*) count from spoke indexed by spoke_broken where hub = ? and operative = 0
     group by reason order by count desc, reason limit 100`,
  );
  const examples = db
    .prepare<[string, string], string>(
      'select name from spoke indexed by spoke_broken where hub = ? and operative = 0 and reason = ? order by name limit 5',
    )
    .pluck();
  return (hub) => {
    const row = sums.get(hub)!;
    const noKernelClaimBy = { cut: 0, noKmm: 0, silent: 0 };
    for (const group of claimless.all(hub)) noKernelClaimBy[noClaimOf(group) ?? 'noKmm'] += group.n;
    return {
      ...row,
      noKernelClaimBy,
      notWorking: row.potential - row.operative,
      notWorkingReasons: reasons.all(hub).map((one) => ({ ...one, examples: examples.all(hub, one.reason) })),
    };
  };
}
