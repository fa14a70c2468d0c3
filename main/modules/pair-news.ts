import type { LoadState, TimelineEntry } from '../../shared/contract/fleet.ts';
import type { ProofRecord } from '../store/proofs.ts';
import type { Sighting } from './tell.ts';

const there: readonly LoadState[] = ['proven', 'claimed', 'staleBoot'];
const away: readonly LoadState[] = ['waiting', 'loading', 'failed'];

/** The timeline lines that a change of a proof row is worth; none for what only words it differently. */
export function pairNews(old: ProofRecord | undefined, row: ProofRecord, seen: Sighting): Omit<TimelineEntry, 'id'>[] {
  const { module, spoke } = row;
  const { hubAt, seenAt } = seen;
  const line = (event: string, sentence: string, tone: TimelineEntry['tone'], at = hubAt) => ({
    at,
    seenAt,
    spoke,
    module,
    event,
    sentence,
    tone,
  });
  const lines: Omit<TimelineEntry, 'id'>[] = [];
  if (row.selected_at !== null && (old?.selected_at ?? null) === null) {
    lines.push(line('selected', `${module} is to be loaded on ${spoke}.`, 'neutral', row.selected_at));
  }
  if (old?.state === row.state) return lines;
  if (row.state === 'proven') {
    lines.push(line('loaded', `${module} is in the kernel of ${spoke} (${row.loaded_kernel}).`, 'good', row.since));
  } else if (row.state === 'staleBoot') {
    lines.push(line('staleBoot', `${spoke} rebooted and ${module} is not proven for its new boot.`, 'bad'));
  } else if (old && there.includes(old.state) && away.includes(row.state)) {
    lines.push(line('unloaded', `${module} is no longer in the kernel of ${spoke}: ${row.reason}`, 'bad'));
  }
  if (row.state === 'failed') lines.push(line('loadFailed', `${module} on ${spoke}: ${row.reason}`, 'bad'));
  return lines;
}
