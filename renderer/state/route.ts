/** Where the window is: a page, the hub it is about, what lies below it, and its view state. Its text form is a link that can be sent. */
export interface Route {
  page: 'welcome' | 'hubs' | 'hub' | 'fleet' | 'modules' | 'reports' | 'mirror' | 'home' | 'lost';
  hub: string;
  path: string[];
  query: Record<string, string>;
}

const ofHub = ['fleet', 'modules', 'reports'] as const;
const plain = ['welcome', 'hubs', 'mirror'] as const;

/** Reads `#/hub/<id>/fleet?search=x`. What cannot be read is `lost`, with its text in `path`. */
export function parseRoute(hash: string): Route {
  const [before = '', after = ''] = hash.replace(/^#/, '').split('?', 2);
  const query = Object.fromEntries(new URLSearchParams(after));
  const parts = before.split('/').filter((part) => part !== '');
  let [first = 'home', ...rest] = parts;
  try {
    rest = rest.map(decodeURIComponent);
    first = decodeURIComponent(first);
  } catch {
    return { page: 'lost', hub: '', path: parts, query };
  }
  if (first === 'home') return { page: 'home', hub: '', path: [], query };
  const simple = plain.find((page) => page === first);
  if (simple) return { page: simple, hub: '', path: rest, query };
  if (first !== 'hub' || rest[0] === undefined) return { page: 'lost', hub: '', path: parts, query };
  const [hub, second, ...below] = rest;
  const page = ofHub.find((name) => name === second);
  if (page) return { page, hub, path: below, query };
  return { page: 'hub', hub, path: second === undefined ? [] : [second, ...below], query };
}

/** The link of a route; empty query values are left out so that equal views have equal links. */
export function formatRoute(route: Partial<Route> & Pick<Route, 'page'>): string {
  const { page, hub = '', path = [], query = {} } = route;
  const head = page === 'hub' ? ['hub', hub] : ofHub.some((name) => name === page) ? ['hub', hub, page] : [page];
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString();
  return `#/${[...head, ...path].map(encodeURIComponent).join('/')}${search ? `?${search}` : ''}`;
}
