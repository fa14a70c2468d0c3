import type { Run } from '../../../shared/contract/mirror.ts';
import { formatRoute } from '../../state/route.ts';

interface Step {
  word: string;
  href: string;
}
const step = (word: string, path: string[], query: Record<string, string> = {}): Step => ({
  word,
  href: formatRoute({ page: 'mirror', path, query }),
});
/** Image by image, what is on this laptop. */
export const toStore = step('See the store', ['store']);
const push = step('Push it to a registry', ['sites']);

/** What a run that has ended is good for, and where one goes on that came to nothing. What has gaps is delivered, too. */
export function stepsOf({ kind, state, set }: Pick<Run, 'kind' | 'state' | 'set'>): Step[] {
  const delivered = state === 'done' || state === 'gaps';
  if (kind === 'pull') {
    if (delivered) return [step('Carry it on a disk', ['bundles']), push, toStore];
    return state === 'cancelled' || state === 'failed' ? [step('Plan it again', ['sets', set], { tab: 'plan' })] : [];
  }
  if (kind === 'import') {
    const receipt = step('Write the receipt to carry home', ['bundles'], { open: 'receipt' });
    if (delivered) return [push, receipt, toStore];
    return state === 'cancelled' || state === 'failed' ? [step('Back to the bundles', ['bundles'])] : [];
  }
  if (kind === 'export') return delivered || state === 'failed' ? [step('Back to the bundles', ['bundles'])] : [];
  if (kind === 'push') return delivered ? [step('Tell the clusters', ['clusters']), toStore] : [];
  return delivered ? [toStore] : [];
}

/** How the store comes by images. */
export const toSets = step('pull an image set', []);
export const toBundles = step('bring a bundle in', ['bundles']);

/** Where this laptop's own key is shown. */
export const toKeys = step('Keys that sign bundles', ['bundles'], { open: 'keys' });
