import type { BundleSummary } from '../../../shared/contract/mirror.ts';
import { countText } from '../../../shared/rules/amount-text.ts';
import { imagesIn, rootsText } from '../content/set-files.ts';
import { type FoundBundle, findBundle } from './found-bundle.ts';
import { type CheckedSegment, type CheckOptions, checkSegments } from './segment-check.ts';
import type { Trusted } from './signature.ts';

/**
 * What a bundle on disks is, without writing anything. With `check` every segment is read and compared with its signed hash.
 * Faults: those of findBundle, store.unplugged.
 */
export async function inspectBundle(
  folders: readonly string[],
  options: Omit<CheckOptions, 'hash' | 'only'> & { check: boolean; trusted: readonly Trusted[] },
): Promise<BundleSummary> {
  const found = await findBundle(folders, options.trusted);
  return summaryOf(found, await checkSegments(found, { ...options, hash: options.check }));
}

/** The summary of a bundle whose segments were looked at. `blobs` and `bytes` are what it carries, not what it lists. */
export function summaryOf(
  { toc, verdict, path }: Pick<FoundBundle, 'toc' | 'verdict' | 'path'>,
  segments: readonly CheckedSegment[],
): BundleSummary {
  const carried = toc.blobs.filter(({ here }) => here);
  const states = new Map(segments.map(({ index, state }) => [index, state]));
  const rows = toc.segments.map(({ name, bytes }, index) => ({
    name,
    bytes,
    state: states.get(index) ?? ('unchecked' as const),
  }));
  const names = toc.roots.map(({ name }) => name);
  const summary = {
    id: toc.id,
    parent: toc.parent,
    path,
    madeAt: toc.madeAt,
    madeBy: toc.madeBy,
    key: verdict.key,
    signature: verdict.state,
    site: toc.site,
    images: imagesIn(names),
    blobs: carried.length,
    bytes: carried.reduce((sum, { size }) => sum + size, 0),
    segments: rows,
  };
  return { ...summary, sentence: sentence(summary, rootsText(names), toc.blobs.length - carried.length) };
}

const signatures: Record<BundleSummary['signature'], string> = {
  ours: 'signed by this laptop',
  trusted: 'signed by a trusted key',
  unknown: 'signed by a key not trusted here',
  unsigned: 'not signed',
  broken: 'changed after it was signed',
};

function sentence(summary: Omit<BundleSummary, 'sentence'>, roots: string, left: number): string {
  const count = (state: string): number => summary.segments.filter((each) => each.state === state).length;
  const of = summary.segments.length;
  const [missing, damaged, present] = [count('missing'), count('damaged'), count('present')];
  const parts = [
    `${roots} in ${countText(of, 'segment')}`,
    left > 0 ? `without ${countText(left, 'blob')} the site has` : '',
    signatures[summary.signature],
    summary.site === '' ? 'for any site' : `for site ${summary.site}`,
    missing > 0 ? `${missing} of ${countText(of, 'segment')} missing` : '',
    damaged > 0 ? `${damaged} of ${countText(of, 'segment')} damaged` : '',
    missing + damaged > 0 ? '' : present === of ? 'every segment checked' : 'segments not checked yet',
  ];
  return `${parts.filter((part) => part !== '').join('; ')}.`;
}
