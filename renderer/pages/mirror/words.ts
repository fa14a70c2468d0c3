import type { BundleSummary, Run, SiteRow } from '../../../shared/contract/mirror.ts';
import type { Fault } from '../../../shared/fault.ts';
import { plainWords } from '../../words/format.ts';
import type { Tone } from '../../words/states.ts';

export const runWords: Record<Run['state'], { word: string; tone: Tone; means: string }> = {
  running: { word: 'Running', tone: 'busy', means: 'Bytes are moving.' },
  paused: { word: 'Paused', tone: 'quiet', means: 'It goes on where it stood when resumed.' },
  interrupted: { word: 'Interrupted', tone: 'warn', means: 'The application ended meanwhile; resume it to go on.' },
  done: { word: 'Done', tone: 'good', means: 'Everything asked for is there.' },
  gaps: { word: 'Gaps', tone: 'bad', means: 'Done but for the images listed.' },
  failed: { word: 'Failed', tone: 'bad', means: 'It ended with an error.' },
  cancelled: { word: 'Cancelled', tone: 'quiet', means: 'It was stopped.' },
};

/** What a run is called: "Pull of edge", "Push to North site". A push's place is the id of a site, whose name is in `sites` if known. */
export function runTitle(
  { kind, set, place }: Pick<Run, 'kind' | 'set' | 'place'>,
  sites: readonly Pick<SiteRow, 'id' | 'name'>[] = [],
): string {
  const of = set === '' ? '' : ` of ${set}`;
  const words = {
    pull: `Pull${of}`,
    push: `Push${of} to ${sites.find(({ id }) => id === place)?.name ?? place}`,
    export: `Export${of} to ${place}`,
    import: `Import from ${place}`,
    verify: 'Verification of the store',
  };
  return words[kind];
}

/** What stands on lines of its own in a text field, without blank ones. */
export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Why an image is not there and what to do, beside its name: which is not said again where the sentence begins with it. */
export function reasonOf(name: string, { message, remedy }: Pick<Fault, 'message' | 'remedy'>): string {
  const rest = message.startsWith(name) ? message.slice(name.length).replace(/^[:\s]+/, '') : message;
  return plainWords(`${rest.charAt(0).toUpperCase()}${rest.slice(1)} ${remedy}`);
}

export const imageWords: Record<'waiting' | 'running' | 'done' | 'failed' | 'left', { word: string; tone: Tone }> = {
  waiting: { word: 'Waiting', tone: 'quiet' },
  running: { word: 'Running', tone: 'busy' },
  done: { word: 'Done', tone: 'good' },
  failed: { word: 'Failed', tone: 'bad' },
  left: { word: 'Left out', tone: 'quiet' },
};

export const healthWords: Record<SiteRow['health'], { word: string; tone: Tone }> = {
  ok: { word: 'Ready', tone: 'good' },
  warning: { word: 'Usable', tone: 'warn' },
  failed: { word: 'Not usable', tone: 'bad' },
  unknown: { word: 'Not checked', tone: 'quiet' },
};

export const abilityWords: Record<SiteRow['abilities'][number]['name'], string> = {
  push: 'Takes pushes',
  sparseIndex: 'Sparse indexes',
  referrers: 'Referrers API',
  nestedPaths: 'Nested paths',
  manifest4MiB: 'Manifests of 4 MiB',
  mount: 'Mounts across repositories',
  delete: 'Deletes',
};

export const signatureWords: Record<BundleSummary['signature'], { word: string; tone: Tone }> = {
  ours: { word: 'Signed by this laptop', tone: 'good' },
  trusted: { word: 'Signed by a trusted key', tone: 'good' },
  unknown: { word: 'Signed by an unknown key', tone: 'bad' },
  unsigned: { word: 'Not signed', tone: 'bad' },
  broken: { word: 'Signature does not fit', tone: 'bad' },
};
