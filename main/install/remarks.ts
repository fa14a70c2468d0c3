import { isoSeconds } from '../../shared/clock.ts';
import type { Installs } from '../store/installs.ts';
import type { Policies } from '../store/policies.ts';

/** An install that takes longer than this wants a look; the published day had all spokes after 6 minutes. */
const slowMs = 15 * 60_000;

/** What a person should know about KMM on this hub's spokes, one sentence each. `hubNow` is RFC 3339. */
export function createRemarks({ installs, policies }: { installs: Installs; policies: Policies }) {
  return (hub: string, hubNow: string): string[] => {
    const said: string[] = [];
    const refused = installs.withoutRights(hub);
    if (refused > 0) {
      said.push(
        `${refused} spokes refuse Modules: the work agent there lacks the right. The spoke install brings it (ClusterRole kmm-module-manager).`,
      );
    }
    const slow = installs.installingSince(hub, isoSeconds(Date.parse(hubNow) - slowMs));
    if (slow > 0) {
      said.push(
        `${slow} spokes have been installing KMM for more than 15 minutes; check the CatalogSource on them, and KMM_MANAGED=1 in the Subscription.`,
      );
    }
    const roots = policies.installingRoots(hub);
    if (roots.length > 1) {
      said.push(`${roots.length} policies install KMM: ${roots.map(({ root }) => root).join(', ')}. One is enough.`);
    }
    return said;
  };
}
