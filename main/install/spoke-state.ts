import type { Availability, SpokeRow } from '../../shared/contract/fleet.ts';

/** What the hub shows about KMM on one spoke. Times are the hub's, RFC 3339. */
export interface SpokeEvidence {
  availability: Availability;
  /** KMM's claim: kernels, '' when it is not seen. */
  kernels: string;
  claimsCut: boolean;
  /** Copies of policies that install KMM. */
  policies: readonly { root: string; compliant: string; message: string; created_at: string }[];
  work?: WorkEvidence | undefined;
  addon?: { name: string; available: string; message: string; since: string | null } | undefined;
}

/** Our install work as its agent reports it. `trouble` is OLM's own complaint from the feedback. */
export interface WorkEvidence {
  applied: string;
  delivered: boolean;
  message: string;
  trouble: string;
  createdAt: string;
}

export interface SpokeState {
  state: SpokeRow['kmm'];
  reason: string;
  /** When someone first ordered KMM there, where that is known. */
  started: string | undefined;
}

const bad = /error|fail|forbidden|denied|cannot|invalid|unhealthy|refused|not allowed/i;

/**
 * KMM on a spoke, from the strongest evidence down: KMM's own kernel claim, then what ordered it. An order that is carried out
 * is not yet KMM running ("applied is not loaded"), except where the claim could not be seen because others crowd it out.
 */
export function spokeState(evidence: SpokeEvidence): SpokeState {
  const { availability, kernels, claimsCut, policies, work, addon } = evidence;
  const started = [...policies.map((policy) => policy.created_at), work?.createdAt, addon?.since ?? undefined]
    .filter((time) => time !== undefined && time !== '')
    .sort()[0];
  const be = (state: SpokeState['state'], reason: string): SpokeState => ({ state, reason, started });

  if (kernels !== '') return be('installed', 'KMM reports the kernels of this spoke.');
  const order = ordered(evidence);
  if (order) {
    if (order.state !== 'done') return be(order.state, order.reason);
    if (claimsCut) {
      return be(
        'installed',
        `${order.reason} KMM’s kernel claim is cut off behind 20 other claims, so it cannot confirm.`,
      );
    }
    return be('installing', `${order.reason} KMM’s kernel claim has not come yet.`);
  }
  if (availability === 'joining' || availability === 'notAccepted') {
    return be('unknown', 'The spoke has not joined: nothing is known of it.');
  }
  if (claimsCut) return be('unknown', 'The spoke has 20 custom claims; KMM’s may be cut off behind them.');
  if (availability !== 'available') return be('unknown', 'No sign of KMM, and the spoke does not answer now.');
  return be('absent', 'No policy, add-on or work installs KMM here, and no kernel claim is seen.');
}

/** The order that put KMM there, how far it got. `done` means the order is carried out. */
function ordered({
  policies,
  work,
  addon,
}: SpokeEvidence): { state: 'done' | 'installing' | 'failed'; reason: string } | undefined {
  const policy =
    policies.find(({ compliant }) => compliant === 'Compliant') ??
    policies.find(({ compliant }) => compliant === 'NonCompliant') ??
    policies[0];
  if (policy) {
    if (policy.compliant === 'Compliant') return { state: 'done', reason: `Policy ${policy.root} is compliant.` };
    if (policy.compliant === 'NonCompliant') {
      const message = policy.message || 'NonCompliant, without a message';
      return { state: bad.test(message) ? 'failed' : 'installing', reason: `Policy ${policy.root}: ${message}` };
    }
    return { state: 'installing', reason: `Policy ${policy.root} has not been evaluated on the spoke yet.` };
  }
  if (addon) {
    if (addon.available === 'True') return { state: 'done', reason: `Add-on ${addon.name} is available.` };
    if (addon.available === 'False') return { state: 'failed', reason: `Add-on ${addon.name}: ${addon.message}` };
    return { state: 'installing', reason: `Add-on ${addon.name} has not reported yet.` };
  }
  if (work) {
    if (work.applied === 'False') return { state: 'failed', reason: `The install work was refused: ${work.message}` };
    if (!work.delivered) return { state: 'installing', reason: 'The install work waits for the spoke’s agent.' };
    if (work.trouble) return { state: 'failed', reason: `OLM on the spoke: ${work.trouble}` };
    return { state: 'done', reason: 'The install work is delivered.' };
  }
  return undefined;
}
