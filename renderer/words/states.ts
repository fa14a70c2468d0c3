import type { Availability, FeedbackAge, LoadState } from '../../shared/contract/fleet.ts';

/** Red is kept for `bad`: what needs a person now. */
export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'quiet';
interface Word {
  word: string;
  tone: Tone;
  /** What it means, for the tooltip and the help page. */
  means: string;
}

export const availabilityWords: Record<Availability, Word> = {
  available: { word: 'Available', tone: 'good', means: 'The hub has a fresh lease and the API answers.' },
  unavailable: { word: 'Unavailable', tone: 'bad', means: 'The spoke says itself that it does not work.' },
  unknown: { word: 'Unreachable', tone: 'bad', means: 'No lease for too long: the hub does not know.' },
  joining: { word: 'Joining', tone: 'busy', means: 'Accepted, but it has not registered yet.' },
  notAccepted: { word: 'Not accepted', tone: 'warn', means: 'It asked to join and waits for an administrator.' },
  deleting: { word: 'Leaving', tone: 'quiet', means: 'It is being detached.' },
};

export const loadWords: Record<LoadState, Word> = {
  proven: { word: 'Proven', tone: 'good', means: 'The node reports this image for the kernel and boot it runs now.' },
  claimed: { word: 'Claimed', tone: 'warn', means: 'KMM says loaded, but nothing from this boot proves it.' },
  loading: { word: 'Loading', tone: 'busy', means: 'Delivered; the node is loading it.' },
  waiting: { word: 'Waiting', tone: 'busy', means: 'Selected; the hub has not delivered it yet.' },
  staleBoot: { word: 'Stale boot', tone: 'bad', means: 'Loaded before the last reboot, not since. A nudge helps.' },
  failed: { word: 'Failed', tone: 'bad', means: 'It cannot load; the reason says why.' },
  unknown: { word: 'Unknown', tone: 'quiet', means: 'The spoke has not been heard since.' },
  none: { word: 'Not targeted', tone: 'quiet', means: 'No module selects this spoke.' },
};

/** Order of bars, legends and facets: done first, what needs a person last but visible. */
export const loadOrder: readonly LoadState[] = [
  'proven',
  'claimed',
  'loading',
  'waiting',
  'staleBoot',
  'failed',
  'unknown',
  'none',
];

export const kmmWords: Record<'installed' | 'installing' | 'failed' | 'absent' | 'unknown', Word> = {
  installed: { word: 'Installed', tone: 'good', means: 'The KMM operator runs there.' },
  installing: { word: 'Installing', tone: 'busy', means: 'The policy or work is under way.' },
  failed: { word: 'Failed', tone: 'bad', means: 'The install ended with an error.' },
  absent: { word: 'Not installed', tone: 'quiet', means: 'Nothing installs KMM there.' },
  unknown: { word: 'Unknown', tone: 'quiet', means: 'The hub has no word about it.' },
};

/** Why a spoke shows no kernel claim of KMM. */
export const claimWords: Record<'cut' | 'noKmm' | 'silent', Word> = {
  cut: {
    word: 'Cut off',
    tone: 'warn',
    means: '20 other custom claims come before KMM’s by name; the rest never reaches the hub.',
  },
  noKmm: { word: 'KMM missing', tone: 'quiet', means: 'KMM is not known to run there, so it makes no claim.' },
  silent: {
    word: 'KMM is silent',
    tone: 'warn',
    means: 'KMM is installed and makes no claim: KMM_MANAGED=1 is missing, or it has just begun.',
  },
};

/** What the age of a work’s feedback is called. */
export const ageWords: Record<FeedbackAge['state'], Word> = {
  fresh: { word: 'Fresh', tone: 'good', means: 'Read since the last change.' },
  awaited: { word: 'Awaited', tone: 'busy', means: 'The agent has not read it yet.' },
  before: { word: 'Stale', tone: 'warn', means: 'Values of before the last change.' },
  undelivered: { word: 'Stale', tone: 'warn', means: 'The work is not applied as it stands now.' },
  unread: { word: 'Stale', tone: 'warn', means: 'The agent cannot read it now.' },
  gone: { word: 'Stale', tone: 'warn', means: 'The object is not there any more.' },
  unreachable: { word: 'Stale', tone: 'warn', means: 'The spoke is silent.' },
  unwatched: { word: 'Stale', tone: 'quiet', means: 'The hub is not watched now.' },
};

export const phaseWords: Record<'disconnected' | 'connecting' | 'syncing' | 'live' | 'stale' | 'refused', Word> = {
  disconnected: { word: 'Disconnected', tone: 'quiet', means: 'Not connected; what is shown is from before.' },
  connecting: { word: 'Connecting', tone: 'busy', means: 'Opening the connection.' },
  syncing: { word: 'Syncing', tone: 'busy', means: 'Reading what is new on the hub.' },
  live: { word: 'Live', tone: 'good', means: 'Connected and watching.' },
  stale: { word: 'Offline', tone: 'warn', means: 'The connection is lost; what is shown is from before.' },
  refused: { word: 'Refused', tone: 'bad', means: 'The hub does not let us in.' },
};

export const moduleWords: Record<string, Word> = {
  draft: { word: 'Draft', tone: 'quiet', means: 'Not on the hub yet.' },
  delivering: { word: 'Delivering', tone: 'busy', means: 'On its way to the spokes.' },
  complete: { word: 'Complete', tone: 'good', means: 'Proven on every reachable target.' },
  attention: { word: 'Needs you', tone: 'bad', means: 'Some targets will not come by themselves.' },
  idle: { word: 'Idle', tone: 'quiet', means: 'It selects no spoke.' },
  deleting: { word: 'Deleting', tone: 'busy', means: 'It is being unloaded everywhere.' },
};

/** A word for any state, also one this window has not heard of. */
export const wordFor = (words: Record<string, Word>, state: string): Word =>
  Object.hasOwn(words, state) && words[state] ? words[state] : { word: state || 'Unknown', tone: 'quiet', means: '' };
