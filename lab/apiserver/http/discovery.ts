import type { Core } from '../core.ts';
import { unknownResource } from '../errors.ts';
import type { KindSchema, VersionSchema } from '../kind-schema.ts';
import { takesApproval } from './objects.ts';
import { createOpenApi } from './openapi.ts';
import { type Exchange, sendJson, sendText } from './reply.ts';
import { reviewKinds } from './reviews.ts';
import type { Target } from './target.ts';
import type { User } from './users.ts';

/** Paths that name no resource: what is served here, in every form that clients ask for. */
export interface Discovery {
  answer(exchange: Exchange, target: Target, user: User): void;
}

/** What the lab says it is; the API surface follows this release. */
export const version = {
  major: '1',
  minor: '32',
  gitVersion: 'v1.32.4',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2025-04-22T16:03:58Z',
  goVersion: 'none',
  compiler: 'none',
  platform: 'linux/amd64',
};

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

interface Entry {
  kind: KindSchema;
  version: VersionSchema;
}

/** Served kinds by group, then version; core first, then by name. Higher versions first, as clients prefer them. */
function groupsOf(core: Core): Map<string, Map<string, Entry[]>> {
  const groups = new Map<string, Map<string, Entry[]>>([['', new Map([['v1', []]])]]);
  const sorted = [...core.registry.kinds()].sort((a, b) =>
    a.group === b.group ? (a.plural < b.plural ? -1 : 1) : a.group < b.group ? -1 : 1,
  );
  for (const kind of sorted) {
    for (const one of kind.versions) {
      if (one.served === false) continue;
      const versions = groups.get(kind.group) ?? new Map<string, Entry[]>();
      groups.set(kind.group, versions);
      versions.set(one.name, [...(versions.get(one.name) ?? []), { kind, version: one }]);
    }
  }
  for (const [group, name] of reviewKinds) {
    const versions = groups.get(group) ?? new Map<string, Entry[]>();
    groups.set(group, versions);
    if (!versions.has(name)) versions.set(name, []);
  }
  return groups;
}

const rank = (name: string) => {
  const [, major = '0', stage = '', minor = '0'] = /^v(\d+)(alpha|beta)?(\d+)?$/.exec(name) ?? [];
  return (stage === '' ? 2e6 : stage === 'beta' ? 1e6 : 0) + Number(major) * 1e3 + Number(minor);
};
const byRank = (a: string, b: string) => rank(b) - rank(a);

function resourcesOf(group: string, name: string, entries: readonly Entry[]) {
  const listed = entries.flatMap(({ kind, version: one }) => {
    const singularName = kind.singular ?? kind.kind.toLowerCase();
    const base = {
      name: kind.plural,
      singularName,
      namespaced: kind.namespaced,
      kind: kind.kind,
      verbs,
      ...(kind.shortNames?.length && { shortNames: kind.shortNames }),
      ...(kind.categories?.length && { categories: kind.categories }),
    };
    const part = (sub: string, of: string[]) => ({
      name: `${kind.plural}/${sub}`,
      singularName: '',
      namespaced: kind.namespaced,
      kind: kind.kind,
      verbs: of,
    });
    const status = one.status ? [part('status', ['get', 'patch', 'update'])] : [];
    if (takesApproval(kind)) status.unshift(part('approval', ['get', 'patch', 'update']));
    return [base, ...status, ...(kind.group === '' && kind.plural === 'pods' ? [part('log', ['get'])] : [])];
  });
  const reviews = reviewKinds
    .filter(([of, at]) => of === group && at === name)
    .map(([, , plural, kind]) => ({
      name: plural,
      singularName: kind.toLowerCase(),
      namespaced: false,
      kind,
      verbs: ['create'],
    }));
  return [...listed, ...reviews];
}

function aggregated(groups: Map<string, Map<string, Entry[]>>, core: boolean, apiVersion: string) {
  const items = [...groups].filter(([group]) => (group === '') === core);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion,
    metadata: {},
    items: items.map(([group, versions]) => ({
      metadata: { ...(group && { name: group }), creationTimestamp: null },
      versions: [...versions.keys()].sort(byRank).map((name) => {
        const all = resourcesOf(group, name, versions.get(name)!);
        const type = (kind: string) => ({ group, version: name, kind });
        return {
          version: name,
          freshness: 'Current',
          resources: all
            .filter((one) => !one.name.includes('/'))
            .map(({ name: resource, kind, namespaced, singularName, ...rest }) => {
              const subs = all.filter((one) => one.name.startsWith(`${resource}/`));
              return {
                resource,
                responseKind: type(kind),
                scope: namespaced ? 'Namespaced' : 'Cluster',
                singularResource: singularName,
                ...rest,
                ...(subs.length > 0 && {
                  subresources: subs.map((sub) => ({
                    subresource: sub.name.slice(resource.length + 1),
                    responseKind: type(sub.kind),
                    verbs: sub.verbs,
                  })),
                }),
              };
            }),
        };
      }),
    })),
  };
}

function groupOf(group: string, versions: Map<string, Entry[]>) {
  const all = [...versions.keys()].sort(byRank).map((name) => ({ groupVersion: `${group}/${name}`, version: name }));
  return { name: group, versions: all, preferredVersion: all[0] };
}

/** Discovery, version, health and OpenAPI of `core`; made anew only when the kinds served have changed. */
export function createDiscovery(core: Core): Discovery {
  const openApi = createOpenApi(core);
  let revision = -1;
  let groups = new Map<string, Map<string, Entry[]>>();

  function send(exchange: Exchange, value: unknown) {
    sendJson(exchange, 200, value);
  }

  return {
    answer(exchange, { path, query }) {
      if (core.registry.revision !== revision) {
        groups = groupsOf(core);
        revision = core.registry.revision;
      }
      const accept = String(exchange.request.headers.accept ?? '');
      if (path === '/api' || path === '/apis') {
        const form = /g=apidiscovery\.k8s\.io;v=(v2(?:beta1)?);as=APIGroupDiscoveryList/.exec(accept);
        if (form) {
          const apiVersion = `apidiscovery.k8s.io/${form[1]}`;
          const type = `application/json;g=apidiscovery.k8s.io;v=${form[1]};as=APIGroupDiscoveryList`;
          return sendText(exchange, 200, JSON.stringify(aggregated(groups, path === '/api', apiVersion)), type);
        }
        if (path === '/api') {
          return send(exchange, { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] });
        }
        const named = [...groups].filter(([group]) => group !== '');
        return send(exchange, {
          kind: 'APIGroupList',
          apiVersion: 'v1',
          groups: named.map(([group, versions]) => groupOf(group, versions)),
        });
      }
      if (path === '/version') return send(exchange, version);
      if (path === '/healthz' || path === '/livez' || path === '/readyz')
        return sendText(exchange, 200, 'ok', 'text/plain');
      if (path.startsWith('/openapi/')) return openApi.answer(exchange, path, query);
      const parts = path.slice(1).split('/');
      const [root, group = '', name = ''] = parts[0] === 'api' ? ['api', '', parts[1]] : parts;
      const versions = groups.get(group);
      if (root === 'apis' && parts.length === 2 && group && versions) {
        return send(exchange, { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group, versions) });
      }
      const entries = versions?.get(name);
      if ((root !== 'api' && root !== 'apis') || !entries) throw unknownResource();
      send(exchange, {
        kind: 'APIResourceList',
        apiVersion: 'v1',
        groupVersion: group ? `${group}/${name}` : name,
        resources: resourcesOf(group, name, entries),
      });
    },
  };
}
