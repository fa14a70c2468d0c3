import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import type { KubeconfigSource } from '../../../shared/contract/hubs.ts';
import type { KubeObject, WatchEvent } from '../../../shared/kube.ts';
import { probeAccess } from '../access.ts';
import { createKubeClient } from '../kube.ts';
import { resources } from '../resources.ts';
import type { KubeClient, ListPage, ResourceRef } from '../types.ts';

/**
 * A server to try the client on: an identity that may do all, by token and by client certificate, one that may only
 * read, one (token `powerless-token`) that may do nothing.
 */
export interface SuiteServer {
  admin: KubeconfigSource;
  certificate: KubeconfigSource;
  reader: KubeconfigSource;
  powerless: KubeconfigSource;
  stop(): Promise<void>;
}

const group = 'test.kmm-bastion.io';
const Gauge: ResourceRef = { group, versions: ['v2', 'v1'], plural: 'gauges', kind: 'Gauge', namespaced: true };
const crd: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `gauges.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'gauges', singular: 'gauge', kind: 'Gauge', listKind: 'GaugeList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: { size: { type: 'integer', minimum: 0 }, note: { type: 'string' } },
              },
              status: { type: 'object', properties: { seen: { type: 'integer' } } },
            },
          },
        },
      },
    ],
  },
};
const gauge = (name: string, spec: object = { size: 1 }, labels?: Record<string, string>): KubeObject => ({
  apiVersion: `${group}/v1`,
  kind: 'Gauge',
  metadata: { name, namespace: 'suite', ...(labels && { labels }) },
  spec,
});
const connect = (source: KubeconfigSource) =>
  createKubeClient({ source, allow: () => 'yes', clock: systemClock(), env: {} });
const fault = (fields: object) => ({ fault: expect.objectContaining(fields) });

/** What the client must do with any API server; run against the lab and against a real one. */
export function clientSuite(title: string, start: () => Promise<SuiteServer>, skip = false): void {
  describe.skipIf(skip)(title, () => {
    let server: SuiteServer;
    let client: KubeClient;
    let powerless: KubeClient;
    beforeAll(async () => {
      server = await start();
      client = await connect(server.admin);
      powerless = await connect(server.powerless);
      await client.create(crd);
      await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'suite' } });
      // A definition takes a moment until it is served.
      for (let tries = 0; tries < 75 && !(await client.served(Gauge)); tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        client.refresh();
      }
    }, 60_000);
    afterAll(async () => {
      client?.close();
      powerless?.close();
      await server?.stop();
    }, 30_000);

    it('says version and who we are', async () => {
      expect(await client.version()).toMatch(/^v1\.\d+/);
      expect(await client.identity()).not.toBe('');
      expect(await powerless.identity()).not.toBe(await client.identity());
      expect(Math.abs(client.hubNow() - Date.now())).toBeLessThan(5000);
    });

    it('knows what is served', async () => {
      expect(await client.served(Gauge)).toMatchObject({ version: 'v1', namespaced: true });
      expect(await client.served({ ...Gauge, versions: ['v9'] })).toBeUndefined();
      expect(await client.resourceOf(`${group}/v1`, 'Gauge')).toMatchObject({ plural: 'gauges' });
      expect(await client.resourceOf('v1', 'Namespace')).toMatchObject({ plural: 'namespaces', namespaced: false });
      expect(await client.resourceOf('nowhere.example/v1', 'Gauge')).toBeUndefined();
      await expect(client.create({ ...gauge('x'), apiVersion: 'nowhere.example/v1' })).rejects.toMatchObject(
        fault({ code: 'kube.notServed' }),
      );
    });

    it('creates, gets, merges, writes status and removes', async () => {
      const made = await client.create(gauge('one'));
      expect(made.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
      await expect(client.create(gauge('one'))).rejects.toMatchObject(fault({ code: 'kube.alreadyExists' }));
      const dry = await client.merge(Gauge, 'one', { spec: { size: 9 } }, { namespace: 'suite', dryRun: true });
      expect(dry.spec).toEqual({ size: 9 });
      await client.merge(Gauge, 'one', { status: { seen: 3 } }, { namespace: 'suite', subresource: 'status' });
      expect(await client.get(Gauge, 'one', 'suite')).toMatchObject({ spec: { size: 1 }, status: { seen: 3 } });
      await expect(
        client.remove(Gauge, 'one', { namespace: 'suite', uid: '00000000-0000-0000-0000-000000000000' }),
      ).rejects.toMatchObject(fault({ code: 'kube.conflict' }));
      await client.remove(Gauge, 'one', { namespace: 'suite', dryRun: true });
      expect(await client.get(Gauge, 'one', 'suite')).toBeDefined();
      await client.remove(Gauge, 'one', { namespace: 'suite', uid: made.metadata.uid ?? '' });
      expect(await client.get(Gauge, 'one', 'suite')).toBeUndefined();
      await expect(client.remove(Gauge, 'one', { namespace: 'suite' })).rejects.toMatchObject(
        fault({ code: 'kube.notFound', message: 'gauges.test.kmm-bastion.io "one" not found' }),
      );
    });

    it('applies: creates, changes, tries without writing, names the owners of conflicts, takes over when told', async () => {
      const made = await client.apply(gauge('two', { size: 1, note: 'ours' }));
      expect(made.metadata.managedFields).toMatchObject([{ manager: 'kmm-bastion', operation: 'Apply' }]);
      // What was read can be applied again as it is.
      expect((await client.apply(made)).metadata.resourceVersion).toBe(made.metadata.resourceVersion);
      const tried = await client.apply(gauge('two', { size: 5, note: 'ours' }), { dryRun: true });
      expect(tried.spec).toEqual({ size: 5, note: 'ours' });
      expect((await client.get(Gauge, 'two', 'suite'))?.spec).toEqual({ size: 1, note: 'ours' });
      const theirs = client.apply(gauge('two', { size: 2, note: 'theirs' }), { fieldManager: 'another' });
      await expect(theirs).rejects.toMatchObject(
        fault({
          code: 'kube.applyConflict',
          about: expect.arrayContaining(['kmm-bastion: .spec.size', 'kmm-bastion: .spec.note']),
        }),
      );
      await client.apply(gauge('two', { size: 2 }), { fieldManager: 'another', force: true });
      await expect(client.apply(gauge('two', { size: 1, note: 'ours' }))).rejects.toMatchObject(
        fault({ code: 'kube.applyConflict', about: ['another: .spec.size'] }),
      );
      // A field left out of our next apply, and owned by nobody else, goes.
      expect((await client.apply(gauge('two', {}))).spec).toEqual({ size: 2 });
    });

    it('does not bring back what was deleted when it applies with a uid', async () => {
      const ghost = gauge('ghost');
      ghost.metadata.uid = '11111111-1111-1111-1111-111111111111';
      await expect(client.apply(ghost)).rejects.toMatchObject(fault({ code: 'kube.conflict' }));
      expect(await client.get(Gauge, 'ghost', 'suite')).toBeUndefined();
    });

    it("gives the server's words for invalid objects and missing namespaces", async () => {
      await expect(client.apply(gauge('bad', { size: -1 }))).rejects.toMatchObject(
        fault({
          code: 'kube.invalid',
          field: 'spec.size',
          message: expect.stringContaining('should be greater than or equal to 0'),
        }),
      );
      const lost = gauge('lost');
      lost.metadata.namespace = 'nowhere';
      await expect(client.apply(lost)).rejects.toMatchObject(
        fault({ code: 'kube.notFound', message: 'namespaces "nowhere" not found' }),
      );
    });

    it('lists in pages of one version, by label', async () => {
      const names = Array.from({ length: 10 }, (_, i) => `page-${i}`);
      await Promise.all(
        names.map((name, i) => client.create(gauge(name, { size: i }, { pages: 'yes', odd: String(i % 2) }))),
      );
      const pages: ListPage[] = [];
      for await (const page of client.list(Gauge, { limit: 4, labelSelector: 'pages=yes' })) pages.push(page);
      expect(pages.map(({ items }) => items.length)).toEqual([4, 4, 2]);
      expect(new Set(pages.map(({ resourceVersion }) => resourceVersion)).size).toBe(1);
      expect(pages.flatMap(({ items }) => items.map(({ metadata }) => metadata.name))).toEqual(names);
      expect(pages[0]?.items[0]).toMatchObject({ apiVersion: `${group}/v1`, kind: 'Gauge' });
      const odd: ListPage[] = [];
      for await (const page of client.list(Gauge, { namespace: 'suite', labelSelector: 'pages=yes,odd=1' }))
        odd.push(page);
      expect(odd.map(({ items }) => items.length)).toEqual([5]);
    });

    it('watches from a list on', async () => {
      let resourceVersion = '';
      for await (const page of client.list(Gauge, { namespace: 'suite' })) resourceVersion = page.resourceVersion;
      const seen: WatchEvent[] = [];
      const stop = new AbortController();
      const watching = (async () => {
        for await (const event of client.watch(Gauge, { namespace: 'suite', resourceVersion, signal: stop.signal }))
          if (event.type !== 'BOOKMARK') seen.push(event);
      })();
      await client.create(gauge('watched'));
      await client.merge(Gauge, 'watched', { spec: { size: 2 } }, { namespace: 'suite' });
      await client.remove(Gauge, 'watched', { namespace: 'suite' });
      await expect
        .poll(() => seen.map(({ type }) => type), { timeout: 5000 })
        .toEqual(['ADDED', 'MODIFIED', 'DELETED']);
      stop.abort();
      await watching;
      const versions = seen.map(({ object }) => Number((object as KubeObject).metadata.resourceVersion));
      expect(versions).toEqual([...versions].sort((a, b) => a - b));
    });

    it('says kube.gone for a version long past', async () => {
      const watching = client.watch(Gauge, { resourceVersion: '1' }).next();
      await expect(watching).rejects.toMatchObject(fault({ code: 'kube.gone' }));
      const [page] = [(await client.list(Gauge, { limit: 1 }).next()).value as ListPage];
      expect(page.items).toHaveLength(1);
    });

    it('publishes the schema of a kind, references resolved', async () => {
      const schema = (await client.schema(Gauge)) as {
        properties: Record<string, { properties: Record<string, object> }>;
      };
      expect(schema.properties.spec?.properties.size).toMatchObject({ type: 'integer', minimum: 0 });
      expect(schema.properties.metadata?.properties.name).toMatchObject({ type: 'string' });
      expect(JSON.stringify(schema)).not.toContain('$ref');
    });

    it('tells what an identity without rights may not do', async () => {
      await expect(powerless.list(Gauge).next()).rejects.toMatchObject(
        fault({
          code: 'kube.forbidden',
          message: expect.stringContaining('cannot list resource "gauges" in API group'),
        }),
      );
      await expect(powerless.watch(Gauge, { resourceVersion: '1' }).next()).rejects.toMatchObject(
        fault({ code: 'kube.forbidden' }),
      );
      const queries = [
        { verb: 'list', group, resource: 'gauges' },
        { verb: 'create', group: '', resource: 'namespaces' },
      ];
      expect(await powerless.may(queries)).toEqual([false, false]);
      expect(await client.may(queries)).toEqual([true, true]);
      const access = await probeAccess(powerless);
      expect(access.find(({ feature }) => feature === 'readLogs')).toMatchObject({
        allowed: 'no',
        sentence: 'May not read build logs: get pods/log [openshift-kmm-hub] is missing.',
      });
      if (!(await client.served(resources.ManagedCluster)))
        expect(access.find(({ feature }) => feature === 'seeFleet')?.allowed).toBe('absent');
    });

    it('logs in with a client certificate', async () => {
      const other = await connect(server.certificate);
      expect(await other.identity()).toBe(await client.identity());
      expect(await other.may([{ verb: 'create', group, resource: 'gauges' }])).toEqual([true]);
      other.close();
    });

    it('reads everything and changes nothing as a reader', async () => {
      const reader = await connect(server.reader);
      const page = (await reader.list(Gauge, { limit: 1 }).next()).value as ListPage;
      expect(page.items).toHaveLength(1);
      const verbs = ['list', 'watch', 'patch', 'delete'];
      const answers = await reader.may(verbs.map((verb) => ({ verb, group, resource: 'gauges' })));
      expect(answers).toEqual([true, true, false, false]);
      await expect(reader.apply(gauge('reader'), { dryRun: true })).rejects.toMatchObject(
        fault({ code: 'kube.forbidden', message: expect.stringContaining('cannot patch resource "gauges"') }),
      );
      reader.close();
    });

    it('lists what 16 wrote at once in small pages: none twice, none missing', async () => {
      const names = Array.from({ length: 500 }, (_, i) => `many-${String(i).padStart(3, '0')}`);
      const queue = [...names];
      const write = async () => {
        for (let name = queue.pop(); name; name = queue.pop())
          await client.apply(gauge(name, { size: 1 }, { many: 'yes' }));
      };
      await Promise.all(Array.from({ length: 16 }, write));
      const seen: string[] = [];
      for await (const page of client.list(Gauge, { limit: 7, labelSelector: 'many=yes' }))
        seen.push(...page.items.map(({ metadata }) => metadata.name ?? ''));
      expect(seen).toEqual(names);
    });

    it('is refused with a token that nobody knows', async () => {
      const { text = '' } = server.powerless;
      const stranger = await connect({ text: text.replace('powerless-token', 'nobody-knows-it') });
      await expect(stranger.version()).rejects.toMatchObject(fault({ code: 'kube.unauthorized' }));
      stranger.close();
    });
  });
}
