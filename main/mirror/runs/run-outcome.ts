import type { Run } from '../../../shared/contract/mirror.ts';
import { type Fault, toFault } from '../../../shared/fault.ts';
import { bytesText, timeText } from '../../../shared/rules/amount-text.ts';
import { runSentence } from './run-progress.ts';

/** States from which a run goes on by `resume`; a failed one does so, too, but has an end. */
export const goesOn: ReadonlySet<Run['state']> = new Set(['running', 'paused', 'interrupted']);

/** Nothing of it is left to do. */
export const isOver = ({ state }: Pick<Run, 'state'>): boolean => ['done', 'gaps', 'cancelled'].includes(state);

/** After "This run …". */
export const stateText: Record<Run['state'], string> = {
  running: 'is under way',
  paused: 'is paused',
  interrupted: 'was interrupted',
  done: 'is done',
  gaps: 'is done but for its gaps',
  failed: 'failed',
  cancelled: 'was cancelled',
};

/** Not a failure: the next disk is asked for. */
export const waitsForDisk = (error: unknown): boolean => toFault(error).code === 'bundle.nextDisk';

/** Notes in the closing sentence. */
const notesTold = 3;

/** What a run came to, from how its work ended: state, sentence and, where it failed, the fault. */
export function outcome(
  run: Run,
  how: {
    error: unknown;
    words: string | undefined;
    stop?: 'pause' | 'cancel' | undefined;
    signal?: AbortSignal | undefined;
    notes: readonly string[];
  },
): Pick<Run, 'state' | 'sentence'> & { fault?: Fault } {
  const more = how.notes.length > notesTold ? [`${how.notes.length - notesTold} more of this kind.`] : [];
  const sentence = [how.words ?? runSentence(run), ...how.notes.slice(0, notesTold), ...more].join(' ');
  if (how.error === undefined) return { state: run.imagesFailed > 0 ? 'gaps' : 'done', sentence };
  if (how.stop === 'pause') return { state: 'paused', sentence: `Paused. ${sentence}` };
  if (how.stop === 'cancel') return { state: 'cancelled', sentence: `Cancelled. ${sentence}` };
  // Whatever a worker says when it is stopped, the reason is that the application ends.
  if (how.signal?.aborted) return { state: 'interrupted', sentence: `Interrupted. ${sentence} Resume it to go on.` };
  const fault = toFault(how.error);
  if (waitsForDisk(how.error)) return { state: 'paused', sentence: `${fault.message} ${fault.remedy}`, fault };
  return { state: 'failed', sentence: fault.message, fault };
}

/** `1.2 GB of 30.0 GB at 45.0 MB/s, 12 min left`. */
export function progressText(run: Pick<Run, 'bytes' | 'bytesDone' | 'bytesPerSecond' | 'secondsLeft'>): string {
  const rate = run.bytesPerSecond === null ? '' : ` at ${bytesText(run.bytesPerSecond)}/s`;
  const left = run.secondsLeft === null ? '' : `, ${timeText(run.secondsLeft)} left`;
  return `${bytesText(run.bytesDone)} of ${bytesText(Math.max(run.bytes, run.bytesDone))}${rate}${left}`;
}
