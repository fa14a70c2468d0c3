import { createHash } from 'node:crypto';
import type { Core } from '../core.ts';
import { unknownResource } from '../errors.ts';
import type { KindSchema, Schema, VersionSchema } from '../kind-schema.ts';
import { type Exchange, sendJson, sendText } from './reply.ts';

/** The schemas of all kinds, as /openapi/v3 (an index and one document for each group and version) and /openapi/v2. */
export interface OpenApi {
  answer(exchange: Exchange, path: string, query: URLSearchParams): void;
}

const described = (description: string, schema: Schema): Schema => ({ ...schema, description });
const text: Schema = { type: 'string' };
const texts: Schema = { type: 'object', additionalProperties: text };

/** The parts of ObjectMeta that people write; the rest is open. */
const objectMeta: Schema = {
  type: 'object',
  description: 'ObjectMeta is metadata that all persisted resources must have.',
  properties: {
    name: described('Name must be unique within a namespace.', text),
    generateName: described('A prefix from which the server makes a unique name.', text),
    namespace: described('Namespace defines the space within which each name must be unique.', text),
    labels: described('Map of string keys and values by which objects are selected.', texts),
    annotations: described('Unstructured map of values set by tools; not queryable.', texts),
    finalizers: described('Must be empty before the object is deleted from the registry.', {
      type: 'array',
      items: text,
      'x-kubernetes-list-type': 'set',
    }),
    ownerReferences: described('Objects depended by this one; it is collected when all of them are gone.', {
      type: 'array',
      items: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    }),
    uid: described('Set by the server: unique in time and space.', text),
    resourceVersion: described('Set by the server: the version of this object.', text),
    generation: described('Set by the server: rises with each change of the desired state.', {
      type: 'integer',
      format: 'int64',
    }),
    creationTimestamp: described('Set by the server.', { type: 'string', format: 'date-time' }),
    deletionTimestamp: described('Set by the server when deletion is asked for.', {
      type: 'string',
      format: 'date-time',
    }),
  },
};

const metaRef = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

const componentName = ({ group, kind }: KindSchema, { name }: VersionSchema) =>
  `${(group || 'core.api.k8s.io').split('.').reverse().join('.')}.${name}.${kind}`;

function component(kind: KindSchema, version: VersionSchema, base: string) {
  const { properties, ...schema } = version.schema;
  return {
    ...schema,
    type: 'object',
    properties: {
      apiVersion: described('APIVersion defines the versioned schema of this representation of an object.', text),
      kind: described('Kind is a string value representing the REST resource this object represents.', text),
      metadata: { allOf: [{ $ref: `${base}${metaRef}` }], description: 'Standard object metadata.', default: {} },
      ...Object.fromEntries(
        Object.entries(properties ?? {}).filter(([key]) => !['apiVersion', 'kind', 'metadata'].includes(key)),
      ),
    },
    'x-kubernetes-group-version-kind': [{ group: kind.group, version: version.name, kind: kind.kind }],
  };
}

const writes: Record<string, string> = { post: 'post', put: 'put', patch: 'patch' };

/** Paths with just what clients look for: which kind, which verb, and that fields are validated by the server. */
function paths(kind: KindSchema, version: VersionSchema, v3: boolean) {
  const root = kind.group ? `/apis/${kind.group}/${version.name}` : `/api/${version.name}`;
  const all = `${root}/${kind.namespaced ? 'namespaces/{namespace}/' : ''}${kind.plural}`;
  const gvk = { group: kind.group, version: version.name, kind: kind.kind };
  const parameter = (name: string) => ({
    name,
    in: 'query',
    ...(v3 ? { schema: { type: 'string', uniqueItems: true } } : { type: 'string', uniqueItems: true }),
  });
  const operation = (method: string, action: string) => ({
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk,
    responses: { 200: { description: 'OK' } },
    ...(writes[method] && { parameters: ['dryRun', 'fieldManager', 'fieldValidation'].map(parameter) }),
    ...(method === 'patch' &&
      v3 && {
        requestBody: {
          content: Object.fromEntries(
            ['application/apply-patch+yaml', 'application/json-patch+json', 'application/merge-patch+json']
              .concat(kind.builtin ? ['application/strategic-merge-patch+json'] : [])
              .map((type) => [type, { schema: { type: 'object' } }]),
          ),
        },
      }),
  });
  return {
    [all]: { get: operation('get', 'list'), post: operation('post', 'post') },
    [`${all}/{name}`]: {
      get: operation('get', 'get'),
      put: operation('put', 'put'),
      patch: operation('patch', 'patch'),
      delete: operation('delete', 'delete'),
    },
  };
}

const info = { title: 'Kubernetes', version: 'v1.32.4' };

function document(entries: readonly { kind: KindSchema; version: VersionSchema }[]) {
  const base = '#/components/schemas/';
  return {
    openapi: '3.0.0',
    info,
    paths: Object.assign({}, ...entries.map(({ kind, version }) => paths(kind, version, true))) as object,
    components: {
      schemas: {
        ...Object.fromEntries(
          entries.map(({ kind, version }) => [componentName(kind, version), component(kind, version, base)]),
        ),
        [metaRef]: objectMeta,
      },
    },
  };
}

export function createOpenApi(core: Core): OpenApi {
  let revision = -1;
  let documents = new Map<string, string>();
  let index = '';
  let v2: object | undefined;

  function build(): void {
    if (core.registry.revision === revision) return;
    revision = core.registry.revision;
    const entries = core.registry
      .kinds()
      .flatMap((kind) => kind.versions.filter(({ served }) => served !== false).map((version) => ({ kind, version })));
    const groups = Map.groupBy(entries, ({ kind, version }) =>
      kind.group ? `apis/${kind.group}/${version.name}` : `api/${version.name}`,
    );
    documents = new Map([...groups].map(([path, of]) => [path, JSON.stringify(document(of))]));
    index = JSON.stringify({
      paths: Object.fromEntries(
        [...documents].map(([path, body]) => {
          const hash = createHash('sha512').update(body).digest('hex').toUpperCase();
          return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }];
        }),
      ),
    });
    v2 = {
      swagger: '2.0',
      info,
      paths: Object.assign({}, ...entries.map(({ kind, version }) => paths(kind, version, false))),
      definitions: {
        ...Object.fromEntries(
          entries.map(({ kind, version }) => [
            componentName(kind, version),
            component(kind, version, '#/definitions/'),
          ]),
        ),
        [metaRef]: objectMeta,
      },
    };
  }

  return {
    answer(exchange, path) {
      build();
      if (path === '/openapi/v3') return sendText(exchange, 200, index);
      if (path === '/openapi/v2') return sendJson(exchange, 200, v2);
      const found = documents.get(path.slice('/openapi/v3/'.length));
      if (!found || !path.startsWith('/openapi/v3/')) throw unknownResource();
      sendText(exchange, 200, found);
    },
  };
}
