import type { Clock } from '../../shared/clock.ts';
import { FaultError, fault } from '../../shared/fault.ts';
import { type KubeObject, names, type Resource } from '../../shared/kube.ts';
import { createDiscovery } from './discovery.ts';
import type { HubClock } from './hub-clock.ts';
import { listResource } from './list.ts';
import { readSchema } from './openapi.ts';
import { query, resourcePath } from './paths.ts';
import { plainText } from './plain-text.ts';
import { mayI, whoAmI } from './reviews.ts';
import type { Transport } from './transport.ts';
import type { KubeClient, ResourceRef } from './types.ts';
import { watchResource } from './watch.ts';

const logBytes = 16_000_000;
const dry = (dryRun: boolean | undefined) => (dryRun ? 'All' : undefined);

function notServed(what: string): FaultError {
  return fault('kube.notServed', `The hub does not serve ${what}.`, 'Install what brings this kind, then refresh.', {
    field: 'kind',
  });
}

/** The client's methods over a transport; what each does is said in `KubeClient`. */
export function createClient(
  transport: Transport,
  server: string,
  hubClock: HubClock,
  clock: Pick<Clock, 'now'>,
): KubeClient {
  const discovery = createDiscovery(transport, clock);
  const schemas = new Map<string, Promise<unknown>>();

  async function need(ref: ResourceRef): Promise<Resource> {
    const resource = await discovery.served(ref);
    if (!resource) throw notServed(`${ref.plural}${ref.group ? `.${ref.group}` : ''}`);
    return resource;
  }
  /** Path of an object to write, from what the object says of itself. */
  async function placeOf({
    apiVersion,
    kind,
    metadata,
  }: KubeObject): Promise<{ resource: Resource; namespace: string | undefined }> {
    const resource = await discovery.resourceOf(apiVersion, kind);
    if (!resource) throw notServed(`${kind} (${apiVersion})`);
    if (resource.namespaced && !metadata.namespace)
      throw fault('kube.invalid', `${kind} ${metadata.name ?? ''} has no namespace.`, 'Add metadata.namespace.', {
        field: 'metadata.namespace',
      });
    return { resource, namespace: metadata.namespace };
  }

  return {
    server,
    hubNow: hubClock.now,
    async version() {
      const answer = (await transport.json({ method: 'GET', path: '/version', reads: true })) as {
        gitVersion?: string;
      };
      return answer.gitVersion ?? '';
    },
    identity: () => whoAmI(transport),
    served: discovery.served,
    resourceOf: discovery.resourceOf,
    refresh() {
      discovery.refresh();
      schemas.clear();
    },
    async get(ref, name, namespace) {
      const resource = await discovery.served(ref);
      if (!resource) return undefined;
      try {
        const path = resourcePath(resource, { namespace, name });
        return (await transport.json({ method: 'GET', path, reads: true })) as KubeObject;
      } catch (error) {
        if (error instanceof FaultError && error.fault.code === 'kube.notFound') return undefined;
        throw error;
      }
    },
    async *list(ref, options) {
      yield* listResource(transport, await need(ref), options);
    },
    async *watch(ref, options) {
      yield* watchResource(transport, await need(ref), options, server);
    },
    async create(object, options = {}) {
      const { resource, namespace } = await placeOf(object);
      const parameters = query({ dryRun: dry(options.dryRun), fieldManager: names.fieldManager });
      const path = resourcePath(resource, { namespace }) + parameters;
      return (await transport.json({ method: 'POST', path, body: object })) as KubeObject;
    },
    async apply(object, options = {}) {
      const { resource, namespace } = await placeOf(object);
      const { dryRun, force, fieldManager = names.fieldManager, signal } = options;
      const { managedFields: _, ...metadata } = object.metadata;
      if (!metadata.name)
        throw fault('kube.invalid', `${object.kind} has no name.`, 'Add metadata.name.', { field: 'metadata.name' });
      const parameters = query({ dryRun: dry(dryRun), fieldManager, force: force === true });
      return (await transport.json({
        method: 'PATCH',
        path: resourcePath(resource, { namespace, name: metadata.name }) + parameters,
        // JSON is YAML; this content type is what makes it server-side apply.
        contentType: 'application/apply-patch+yaml',
        body: { ...object, metadata },
        signal,
      })) as KubeObject;
    },
    async merge(ref, name, patch, options = {}) {
      const { namespace, dryRun, subresource } = options;
      const parameters = query({ dryRun: dry(dryRun), fieldManager: names.fieldManager });
      return (await transport.json({
        method: 'PATCH',
        path: resourcePath(await need(ref), { namespace, name, subresource }) + parameters,
        contentType: 'application/merge-patch+json',
        body: patch,
      })) as KubeObject;
    },
    async remove(ref, name, options = {}) {
      const { namespace, propagation, uid, dryRun } = options;
      await transport.json({
        method: 'DELETE',
        path: resourcePath(await need(ref), { namespace, name }),
        body: {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          ...(propagation && { propagationPolicy: propagation }),
          ...(uid && { preconditions: { uid } }),
          ...(dryRun && { dryRun: ['All'] }),
        },
      });
    },
    async logs(namespace, pod, options = {}) {
      const pods = { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true };
      const { container, tail } = options;
      const parameters = query({ container, tailLines: tail, limitBytes: logBytes });
      const path = resourcePath(pods, { namespace, name: pod, subresource: 'log' }) + parameters;
      return plainText(await transport.text({ method: 'GET', path, accept: '*/*', reads: true }));
    },
    may: (queries) => mayI(transport, queries),
    async schema(ref) {
      const resource = await discovery.served(ref);
      if (!resource) return undefined;
      const key = `${resource.group}/${resource.version}/${resource.kind}`;
      let read = schemas.get(key);
      if (!read) {
        read = readSchema(transport, resource);
        schemas.set(key, read);
        read.catch(() => schemas.delete(key));
      }
      return read;
    },
    close: transport.close,
  };
}
