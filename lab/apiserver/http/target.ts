/** What a URL path means to a Kubernetes API server (apiserver RequestInfo). */
export interface Target {
  /** False for /version, /openapi/v3 and such. */
  resource: boolean;
  path: string;
  group: string;
  version: string;
  namespace: string;
  plural: string;
  name: string;
  subresource: string;
  query: URLSearchParams;
}

/** Reads path and query. Paths below /api/v1 and /apis/GROUP/VERSION name resources. */
export function targetOf(url: string): Target {
  const cut = url.indexOf('?');
  const path = cut < 0 ? url : url.slice(0, cut);
  const query = new URLSearchParams(cut < 0 ? '' : url.slice(cut + 1));
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const target: Target = {
    resource: false,
    path: path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path,
    group: '',
    version: '',
    namespace: '',
    plural: '',
    name: '',
    subresource: '',
    query,
  };
  let rest: string[];
  if (parts[0] === 'api' && parts.length > 2) {
    target.version = parts[1]!;
    rest = parts.slice(2);
  } else if (parts[0] === 'apis' && parts.length > 3) {
    target.group = parts[1]!;
    target.version = parts[2]!;
    rest = parts.slice(3);
  } else return target;
  target.resource = true;
  // namespaces/NAME and its own subresources are the Namespace itself, anything longer is inside of it.
  const inside = rest[0] === 'namespaces' && rest.length > 2 && !['status', 'finalize'].includes(rest[2]!);
  if (inside) {
    target.namespace = rest[1]!;
    rest = rest.slice(2);
  }
  target.plural = rest[0] ?? '';
  target.name = rest[1] ?? '';
  target.subresource = rest.slice(2).join('/');
  if (target.plural === 'namespaces' && !inside) target.namespace = target.name;
  return target;
}

/** The RBAC verb of a request. */
export function verbOf(method: string, target: Target): string {
  if (method === 'POST') return 'create';
  if (method === 'PUT') return 'update';
  if (method === 'PATCH') return 'patch';
  if (method === 'DELETE') return target.name ? 'delete' : 'deletecollection';
  if (target.name) return 'get';
  return isTrue(target.query.get('watch')) ? 'watch' : 'list';
}

/** A boolean query parameter as Go's ParseBool takes it. */
export const isTrue = (value: string | null): boolean => value === 'true' || value === '1' || value === 't';
