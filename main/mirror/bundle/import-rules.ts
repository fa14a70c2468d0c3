import { fault } from '../../../shared/fault.ts';
import type { Digest } from '../../images/types.ts';
import type { FoundBundle } from './found-bundle.ts';
import { imagesNeeding, type Toc } from './toc.ts';

/** What this laptop expects of a bundle; what is absent is not checked. */
export interface Expectations {
  /** The site it works for. */
  site?: string | undefined;
  /** The newest bundle imported here. */
  newest?: { id: string; madeAt: string } | undefined;
  /** Said yes to by a person. */
  anyway?: readonly ('older' | 'otherSite')[] | undefined;
}

/** Faults: bundle.unsigned, bundle.damaged (changed after signing), bundle.untrusted, bundle.otherSite, bundle.older. */
export function checkBundle({ toc, verdict, path }: FoundBundle, expected: Expectations): void {
  const about = { field: 'folders', about: [path] };
  if (verdict.state === 'unsigned')
    throw fault(
      'bundle.unsigned',
      `The bundle in ${path} is not signed: nobody answers for what is in it.`,
      'Copy toc.sig from where the bundle was made, or have it exported again by a laptop you trust.',
      about,
    );
  if (verdict.state === 'broken')
    throw fault(
      'bundle.damaged',
      `The table of contents in ${path} is not what was signed: it was changed or damaged on the way.`,
      'Copy toc.json and toc.sig again from where the bundle was made, or from another of its disks.',
      { ...about, about: ['toc.json', 'toc.sig'] },
    );
  if (verdict.state === 'unknown')
    throw fault(
      'bundle.untrusted',
      `The bundle in ${path} is signed by the key ${verdict.key}, which is not trusted here.`,
      `Ask the sender to read out the key. If it is the same: \`cli mirror trust --name NAME --publicKey ${verdict.publicKey}\``,
      { ...about, about: [verdict.key] },
    );
  checkDestination(toc, expected, about);
}

function checkDestination(toc: Toc, { site, newest, anyway }: Expectations, about: { field: string; about: string[] }) {
  if (site && toc.site !== '' && toc.site !== site && !anyway?.includes('otherSite'))
    throw fault(
      'bundle.otherSite',
      `This bundle was made for site ${toc.site}; this is ${site}.`,
      'Plug in the disk meant for this site, or take it all the same (`--anyway otherSite`).',
      about,
    );
  if (newest && isOlder(toc, newest) && !anyway?.includes('older'))
    throw fault(
      'bundle.older',
      `This bundle was made at ${toc.madeAt}; the site already has one of ${newest.madeAt}.`,
      'Plug in the newer disk, or go back to the older content (`--anyway older`).',
      about,
    );
}

/** Whether a bundle was made before the newest that is here; the same one brought in again is not. */
export const isOlder = (toc: Pick<Toc, 'id' | 'madeAt'>, newest: NonNullable<Expectations['newest']>): boolean =>
  newest.id !== toc.id && toc.madeAt < newest.madeAt;

export const baseMissing = (toc: Toc, lacking: readonly Digest[]) =>
  fault(
    'bundle.baseMissing',
    `This bundle builds on ${lacking.length} ${lacking.length === 1 ? 'blob' : 'blobs'} that should be here and ${lacking.length === 1 ? 'is' : 'are'} not${toc.parent === '' ? '' : `, as bundle ${toc.parent.slice(0, 12)} brought them`}.`,
    toc.parent === ''
      ? 'Write an inventory here (`cli mirror inventory`), carry it back, and export against it.'
      : 'Import that bundle first; or write an inventory here (`cli mirror inventory`) and export against it.',
    { field: 'folders', about: [...lacking] },
  );

/** `segments` are indexes from 0. Names the disk's files, and how many images wait for them. */
export function segmentsMissing(toc: Toc, segments: readonly number[], blobs: ReadonlySet<Digest>) {
  const names = segments.map((index) => toc.segments[index]?.name ?? '');
  const images = imagesNeeding(toc, blobs);
  return fault(
    'bundle.missing',
    `${named(names)} of the bundle ${names.length === 1 ? 'is' : 'are'} not here; ${counted(images)} without ${names.length === 1 ? 'it' : 'them'}.`,
    `Insert the disk that holds ${named(names)} and name its folder too; with one socket, take disk after disk (\`--incomplete wait\`).`,
    { field: 'folders', about: [...names, ...images] },
  );
}

export function segmentsDamaged(toc: Toc, segments: readonly number[], blobs: ReadonlySet<Digest>) {
  const names = segments.map((index) => toc.segments[index]?.name ?? '');
  const images = imagesNeeding(toc, blobs);
  return fault(
    'bundle.damaged',
    `${named(names)} of the bundle ${names.length === 1 ? 'is' : 'are'} damaged; ${counted(images)} without ${names.length === 1 ? 'it' : 'them'}.`,
    `Copy ${named(names)} again from where the bundle was made, or take what is whole (\`--incomplete leaveOut\`).`,
    { field: 'folders', about: [...names, ...images] },
  );
}

const counted = (images: readonly string[]): string =>
  images.length === 1 ? `${images[0]} can't come` : `${images.length} images can't come`;

/** The first few names, and how many more. */
function named(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more segments` : shown;
}
