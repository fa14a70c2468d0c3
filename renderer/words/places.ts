import type { CallName } from '../../shared/contract.ts';
import { formatRoute } from '../state/route.ts';

/** A place of the window: what one presses there ('' where one only looks), the words on its tabs, and its link. */
export interface Place {
  act: string;
  place: string;
  href: string;
}
const mirror = (act: string, place: string, path: string[] = [], query: Record<string, string> = {}): Place => ({
  act,
  place,
  href: formatRoute({ page: 'mirror', path, query }),
});
const keys = (act = '') => mirror(act, 'Mirror, Bundles, Keys that sign bundles', ['bundles'], { open: 'keys' });
const receipt = () => mirror('', 'Mirror, Bundles, From a site and back to it', ['bundles'], { open: 'receipt' });
const store = (act = '') => mirror(act, 'Mirror, Store', ['store']);
const sites = (act = '') => mirror(act, 'Mirror, Registries', ['sites']);
const onRun = (act: string) => (id: string) =>
  id === '' ? mirror('', 'Mirror, History', ['history']) : mirror(act, 'the page of the run', ['runs', id]);

/** Where in the window that is done or seen which the engine's remedies name as a command. `id`: of the run it names, or ''. */
export const placeOf: Partial<Record<CallName, (id: string) => Place>> = {
  'mirror.sets': () => mirror('', 'Mirror, Image sets'),
  'mirror.save': () => mirror('New image set', 'Mirror, Image sets'),
  'mirror.fromOcMirror': () => mirror('From oc-mirror…', 'Mirror, Image sets'),
  'mirror.store': () => store(),
  'mirror.images': () => store(),
  'mirror.prune': () => store('Prune…'),
  'mirror.verify': () => store('Verify every blob'),
  'mirror.bundles': () => mirror('', 'Mirror, Bundles', ['bundles']),
  'mirror.export': () => mirror('Write a bundle', 'Mirror, Bundles', ['bundles']),
  'mirror.import': () => mirror('Bring one in', 'Mirror, Bundles', ['bundles']),
  'mirror.keys': () => keys(),
  'mirror.trust': () => keys('Trust it'),
  'mirror.inventory': receipt,
  'mirror.acknowledge': receipt,
  'mirror.sites': () => sites(),
  'mirror.addSite': () => sites('Add a registry'),
  'mirror.editSite': () => sites('Edit on its card'),
  'mirror.checkSite': () => sites('Check on its card'),
  'mirror.verifySite': () => sites('Verify on its card'),
  'mirror.push': () => sites('Push the store on its card'),
  'mirror.runs': onRun(''),
  'mirror.resume': onRun('Resume'),
  'mirror.retry': onRun('Retry'),
  'mirror.pause': onRun('Pause'),
  'mirror.cancel': onRun('Cancel'),
};
