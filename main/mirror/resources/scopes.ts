import type { ImageCategory } from '../../../shared/contract/mirror.ts';
import type { MirrorImage } from '../types.ts';

/** Objects are made one for each group, named after it (mirror.md 1.9). */
export type Group = 'release' | 'operator' | 'generic';

/** Where images of a source are to be pulled from, as an entry of a mirror set says it. */
export interface Scope {
  group: Group;
  /** `host[:port]/path`, never a host alone. */
  source: string;
  mirrors: string[];
}

const groups: Record<ImageCategory, Group | undefined> = {
  release: 'release',
  component: 'release',
  operator: 'operator',
  additional: 'generic',
  kmm: 'generic',
  kmod: 'generic',
  chart: 'generic',
  // Clusters name these by the site's own address.
  catalog: undefined,
  graph: undefined,
};
const order: readonly Group[] = ['release', 'operator', 'generic'];

/** Whether clusters pull it by tag. Release images are pulled by digest even when a set names them by tag. */
export const isByTag = ({ category, by }: MirrorImage): boolean => {
  const group = groups[category];
  return group !== undefined && group !== 'release' && by === 'tag';
};

/**
 * The scopes of all images that clusters name by digest, or by tag. A repository that lies at the site below the same path it has at its
 * source is covered by its folder, so that an image more in it changes nothing (a change of a mirror set restarts nodes); others stand
 * for themselves. What a wider scope maps alike is left out. Sorted.
 */
export function scopesOf(images: readonly MirrorImage[], address: string, by: 'digest' | 'tag'): Scope[] {
  const found = new Map<string, { group: Group; mirrors: Set<string> }>();
  for (const image of images) {
    const group = groups[image.category];
    if (!group || isByTag(image) !== (by === 'tag')) continue;
    for (const from of image.sources) {
      const { source, mirror } = scopeOf(from, image.target.repository, address);
      const known = found.get(source);
      if (!known) found.set(source, { group, mirrors: new Set([mirror]) });
      else {
        known.mirrors.add(mirror);
        if (order.indexOf(group) < order.indexOf(known.group)) known.group = group;
      }
    }
  }
  const scopes = [...found].map(([source, { group, mirrors }]) => ({ group, source, mirrors: [...mirrors].sort() }));
  return scopes
    .filter((one) => !scopes.some((wide) => wide !== one && covers(wide, one)))
    .sort((a, b) => (a.source < b.source ? -1 : 1));
}

function scopeOf(from: string, repository: string, address: string): { source: string; mirror: string } {
  const path = from.slice(from.indexOf('/') + 1);
  const same = repository === path || repository.endsWith(`/${path}`);
  // Without the folder only the host would be left: that would redirect everything of it.
  if (!same || !path.includes('/')) return { source: from, mirror: `${address}/${repository}` };
  const folder = (text: string) => text.slice(0, text.lastIndexOf('/'));
  return { source: folder(from), mirror: `${address}/${folder(repository)}` };
}

/** Whether all of a scope is mapped the same way by a wider one. */
function covers(wide: Scope, narrow: Scope): boolean {
  if (!narrow.source.startsWith(`${wide.source}/`) || wide.mirrors.length !== narrow.mirrors.length) return false;
  const rest = narrow.source.slice(wide.source.length);
  return wide.mirrors.every((mirror) => narrow.mirrors.includes(mirror + rest));
}
