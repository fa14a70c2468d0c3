import type { Route } from '../state/route.ts';
import type { Goal } from './palette-rank.ts';

export type Go = (to: Partial<Route> & Pick<Route, 'page'>) => void;

/** A goal with the way there. */
export interface Way extends Goal {
  run: () => void;
}

/** What can be reached by its fixed name; the pages of a hub only where one is in use. */
export function pageWays(hub: string | undefined, go: Go, onHelp: () => void): Way[] {
  const id = hub ?? '';
  const ofHub: Way[] = [
    {
      id: 'fleet',
      title: 'Fleet',
      kind: 'page',
      aliases: ['spokes', 'managedclusters', 'sno'],
      run: () => go({ page: 'fleet', hub: id }),
    },
    {
      id: 'modules',
      title: 'Modules',
      kind: 'page',
      aliases: ['mcm', 'managedclustermodules'],
      run: () => go({ page: 'modules', hub: id }),
    },
    {
      id: 'new',
      title: 'New module',
      kind: 'action',
      aliases: ['create module'],
      run: () => go({ page: 'modules', hub: id, path: ['new'] }),
    },
    { id: 'reports', title: 'Reports', kind: 'page', run: () => go({ page: 'reports', hub: id }) },
    {
      id: 'kmm',
      title: 'KMM on hub and spokes',
      kind: 'page',
      aliases: ['install kmm', 'operator'],
      run: () => go({ page: 'hub', hub: id, path: ['kmm'] }),
    },
    {
      id: 'access',
      title: 'What may I do here',
      kind: 'page',
      aliases: ['access', 'rights', 'rbac'],
      run: () => go({ page: 'hub', hub: id, path: ['access'] }),
    },
  ];
  const [mirror, ...parts] = mirrorWays(go);
  return [
    ...(hub === undefined ? [] : ofHub),
    mirror,
    { id: 'hubs', title: 'Hubs', kind: 'page', run: () => go({ page: 'hubs' }) },
    {
      id: 'add',
      title: 'Add a hub',
      kind: 'action',
      aliases: ['kubeconfig', 'connect'],
      run: () => go({ page: 'hubs', path: ['new'] }),
    },
    {
      id: 'practice',
      title: 'Start a practice hub',
      kind: 'action',
      aliases: ['lab', 'demo'],
      run: () => go({ page: 'welcome' }),
    },
    { id: 'help', title: 'Help and keys', kind: 'action', run: onHelp },
    // Nothing typed shows what comes first: the parts of a page come after all pages.
    ...parts,
  ];
}

function mirrorWays(go: Go): [Way, ...Way[]] {
  const to = (id: string, title: string, path: string[], aliases: string[], kind = 'page'): Way => ({
    id: `mirror:${id}`,
    title,
    kind,
    aliases,
    run: () => go({ page: 'mirror', path }),
  });
  return [
    to('sets', 'Mirror', [], ['image sets', 'images', 'oc-mirror', 'disconnected']),
    to('new', 'New image set', ['new-set'], ['mirror', 'create image set'], 'action'),
    to('store', 'Mirror: store', ['store'], ['store', 'blobs', 'disk space', 'prune', 'serve']),
    to('bundles', 'Mirror: bundles', ['bundles'], ['bundles', 'export', 'import', 'usb disk', 'keys']),
    to('sites', 'Mirror: registries', ['sites'], ['registries', 'sites', 'push', 'quay']),
    to('clusters', 'Mirror: clusters', ['clusters'], ['cluster resources', 'idms', 'icsp', 'catalogsource']),
    to('history', 'Mirror: history', ['history'], ['history', 'runs']),
  ];
}
