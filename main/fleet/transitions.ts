import type { Availability } from '../../shared/contract/fleet.ts';
import type { SpokeFacts, SpokeRecord } from '../store/spokes.ts';
import type { NewEntry } from '../store/timeline.ts';

type News = Pick<NewEntry, 'at' | 'event' | 'sentence' | 'tone'>;

const said: Record<Availability, [sentence: string, tone: NewEntry['tone']]> = {
  available: ['is available', 'good'],
  unavailable: ['is unavailable: its API server does not answer', 'bad'],
  unknown: ['is unknown: its agent has stopped reporting', 'bad'],
  joining: ['is joining the hub', 'neutral'],
  notAccepted: ['is not accepted by the hub', 'bad'],
  deleting: ['is being deleted from the hub', 'bad'],
};
const outside: readonly Availability[] = ['joining', 'notAccepted'];

/**
 * What is news between two sightings of a spoke. `joinedAt` is the time of the condition Joined. Versions and kernels carry no
 * time of their own on the hub, so they get `hubAt`.
 */
export function transitions(
  before: SpokeRecord,
  after: SpokeFacts,
  joinedAt: string | undefined,
  hubAt: string,
): News[] {
  const news: News[] = [];
  const { name } = after;
  if (before.availability !== after.availability) {
    if (outside.includes(before.availability) && ['available', 'unavailable', 'unknown'].includes(after.availability)) {
      news.push({
        at: joinedAt ?? after.since,
        event: 'joined',
        sentence: `${name} has joined the hub.`,
        tone: 'good',
      });
    }
    const [sentence, tone] = said[after.availability];
    news.push({ at: after.since, event: after.availability, sentence: `${name} ${sentence}.`, tone });
  } else if (before.operative !== after.operative || (after.operative === 0 && before.reason !== after.reason)) {
    news.push(
      after.operative === 1
        ? { at: hubAt, event: 'operative', sentence: `${name} is operative again.`, tone: 'good' }
        : { at: hubAt, event: 'notOperative', sentence: `${name}: ${after.reason}`, tone: 'bad' },
    );
  }
  if (before.openshift !== after.openshift && before.openshift !== '' && after.openshift !== '') {
    const sentence = `${name} went from OpenShift ${before.openshift} to ${after.openshift}.`;
    news.push({ at: hubAt, event: 'versionChanged', sentence, tone: 'neutral' });
  }
  if (before.kernels !== after.kernels) {
    const words = (kernels: string) => kernels.split('\n').join(', ');
    const sentence =
      after.kernels === ''
        ? `${name} no longer tells its kernel.`
        : before.kernels === ''
          ? `${name} tells its kernel: ${words(after.kernels)}.`
          : `${name} went from kernel ${words(before.kernels)} to ${words(after.kernels)}.`;
    news.push({ at: hubAt, event: 'kernelsChanged', sentence, tone: after.kernels === '' ? 'bad' : 'neutral' });
  }
  return news;
}
