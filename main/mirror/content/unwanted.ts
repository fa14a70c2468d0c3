import type { ContentStore } from '../../images/types.ts';
import type { ImageSets } from '../../store/image-sets.ts';
import type { Runs } from '../../store/runs.ts';
import { imageOf } from './images.ts';
import { setOfFiles } from './set-files.ts';

/**
 * Images that no image set's last look names any more. What a bundle brought stays, with the files of its sets: their sets travel with
 * it. So does what a set brought that was saved anew and not looked at yet; one that was forgotten after its pull wants nothing.
 */
export function unwanted(store: ContentStore, sets: ImageSets, runs: Runs): string[] {
  const known = sets.all();
  const wanted = new Set(known.flatMap(({ names }) => names));
  const saved = new Map(known.map(({ name, planned_at }) => [name, planned_at !== null]));
  const pulled = runs.setsPulled();
  const imported = runs.namesImported();
  const judged = (set: string) => saved.get(set) ?? pulled.has(set);
  return store.roots().flatMap((root) => {
    if (wanted.has(root.name) || imported.has(root.name)) return [];
    const files = setOfFiles(root.name);
    if (files !== undefined) return saved.has(files) || !pulled.has(files) ? [] : [root.name];
    // Not ours to judge: another tool's, or of a set that was made elsewhere.
    return imageOf(root)?.sets.every(judged) ? [root.name] : [];
  });
}

/** Of what goes to a disk or a site, what no image set asks for any more, in words; '' when there is none. */
export function alongText(going: readonly string[], unwantedHere: readonly string[]): string {
  const names = new Set(unwantedHere);
  const along = going.filter((name) => names.has(name) && setOfFiles(name) === undefined);
  if (along.length === 0) return '';
  const [what, them] = along.length === 1 ? ['image goes', 'it'] : ['images go', 'them'];
  return `${along.length} ${what} along that no image set asks for any more (first ${along[0]}); \`cli mirror prune\` takes ${them} away.`;
}
