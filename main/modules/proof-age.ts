import type { ProofRow } from '../../shared/contract/modules.ts';
import { nextTry } from '../../shared/rules/feedback-age.ts';
import type { Sessions } from '../hubs/sessions.ts';
import type { Store } from '../store/open.ts';
import type { ProofRecord } from '../store/proofs.ts';
import { type Works, workAge } from '../store/works.ts';

/** For one proof row: how old the feedback is that it was judged by, and when a refused work is tried again. */
export function createProofAge({ store, works, sessions }: { store: Store; works: Works; sessions: Sessions }) {
  const availability = store.db
    .prepare<[string, string], string>('select availability from spoke where hub = ? and name = ?')
    .pluck();
  return (row: ProofRecord): Pick<ProofRow, 'age' | 'work' | 'nextTryAt'> => {
    const { hub, module, spoke } = row;
    const pair = works.ofPair(hub, module, spoke);
    const work = pair.find(({ purpose }) => purpose === 'module');
    const proof = pair.find(({ purpose }) => purpose === 'proof');
    const seen = {
      reachable: availability.get(hub, spoke) === 'available',
      watched: sessions.isLive(hub, 'ManifestWork'),
      now: Date.parse(sessions.hubNow(hub)),
    };
    const read = row.evidence === 'numbers' ? work : row.evidence === 'view' ? undefined : (proof ?? work);
    const waits = work?.applied === 'False' && work.applied_generation >= work.generation;
    const nextTryAt =
      waits && seen.reachable && seen.watched
        ? nextTry(work.taken_at ?? work.changed_at ?? undefined, work.applied_message, seen.now)
        : undefined;
    return {
      work: work?.name ?? '',
      ...(read && { age: workAge(read, seen) }),
      ...(nextTryAt !== undefined && { nextTryAt }),
    };
  };
}
