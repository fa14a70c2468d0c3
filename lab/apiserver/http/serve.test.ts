import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import type { KubeObject } from '../../../shared/kube.ts';
import { type Bed, createBed } from './bed.fixture.ts';

const beds: Bed[] = [];
const made = async (...args: Parameters<typeof createBed>) => {
  const bed = await createBed(...args);
  beds.push(bed);
  return bed;
};
afterEach(async () => {
  for (const bed of beds.splice(0)) await bed.close();
});

const configMaps = '/api/v1/namespaces/default/configmaps';
const clusters = '/apis/cluster.open-cluster-management.io/v1/managedclusters';
const configMap = (name: string, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels },
  data: { x: '1' },
});
const fill = async ({ core }: Bed, count: number) => {
  for (let at = 0; at < count; at += 1) await core.create(configMap(`c${String(at).padStart(3, '0')}`));
};
interface List {
  metadata: { continue?: string; remainingItemCount?: number; resourceVersion: string };
  items: KubeObject[];
}

test('a list comes in pages of one revision, with what remains', async () => {
  const bed = await made();
  await fill(bed, 5);
  const first = (await bed.call('GET', `${configMaps}?limit=2`)).json as unknown as List;
  expect(first.items.map(({ metadata }) => metadata.name)).toEqual(['c000', 'c001']);
  expect(first.metadata.remainingItemCount).toBe(3);
  await bed.core.create(configMap('c0015'));
  const next = `${configMaps}?limit=10&continue=${first.metadata.continue}`;
  const second = (await bed.call('GET', next)).json as unknown as List;
  expect(second.items.map(({ metadata }) => metadata.name)).toEqual(['c002', 'c003', 'c004']);
  expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  expect(second.metadata.continue).toBeUndefined();
});

test('an expired continue token is 410 with a token that goes on inconsistently', async () => {
  const bed = await made();
  await fill(bed, 3);
  const first = (await bed.call('GET', `${configMaps}?limit=2`)).json as unknown as List;
  bed.front.expirePages();
  const gone = await bed.call('GET', `${configMaps}?limit=2&continue=${first.metadata.continue}`);
  expect(gone.status).toBe(410);
  expect(gone.json).toMatchObject({ reason: 'Expired', code: 410 });
  const token = (gone.json.metadata as unknown as { continue: string }).continue;
  const rest = (await bed.call('GET', `${configMaps}?continue=${token}`)).json as unknown as List;
  expect(rest.items.map(({ metadata }) => metadata.name)).toEqual(['c002']);
});

test('a watch resumes from a revision and says 410 in its stream when that is too old', async () => {
  const bed = await made({ history: 3 });
  await fill(bed, 2);
  const { metadata } = (await bed.call('GET', configMaps)).json as unknown as List;
  await bed.core.create(configMap('later'));
  const [event] = await bed.lines(`${configMaps}?watch=true&resourceVersion=${metadata.resourceVersion}`, 1);
  expect(event).toMatchObject({ type: 'ADDED', object: { kind: 'ConfigMap', metadata: { name: 'later' } } });
  for (let at = 0; at < 10; at += 1) await bed.core.create(configMap(`n${at}`));
  const [refused] = await bed.lines(`${configMaps}?watch=true&resourceVersion=${metadata.resourceVersion}`, 1);
  expect(refused).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
  expect(refused!.object['message']).toMatch(/^too old resource version: \d+ \(\d+\)$/);
});

test('a selecting watch sees objects come into and go out of the selection, and bookmarks', async () => {
  const bed = await made({ bookmarkMs: 50 });
  await bed.core.create(configMap('a', { on: 'no' }));
  const path = `${configMaps}?watch=true&labelSelector=on%3Dyes&allowWatchBookmarks=true&resourceVersion=${bed.core.store.revision}`;
  // On a busy machine bookmarks come in between: what counts is the order of the rest, and that the last one is of now.
  const seen = bed.lines(path, 12);
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (const on of ['yes', 'no'])
    await bed.call('PATCH', `${configMaps}/a`, {
      body: { metadata: { labels: { on } } },
      type: 'application/merge-patch+json',
    });
  const events = await seen;
  expect(events.filter(({ type }) => type !== 'BOOKMARK').map(({ type }) => type)).toEqual(['ADDED', 'DELETED']);
  expect(events.at(-1)!.type).toBe('BOOKMARK');
  expect(events.at(-1)!.object.metadata).toEqual({ resourceVersion: String(bed.core.store.revision) });
});

test('who is not known gets 401, who has no right 403 in the real words, and reviews say so before', async () => {
  const clock = { at: Date.UTC(2026, 10, 22), now: () => clock.at };
  const bed = await made({ clock });
  expect((await bed.call('GET', configMaps, { token: 'nonsense' })).status).toBe(401);
  const token = bed.logins.reader.token;
  const body = { metadata: { name: 'x' } };
  const refused = await bed.call('POST', clusters, { token, body });
  expect(refused.status).toBe(403);
  expect(refused.json.message).toBe(
    'managedclusters.cluster.open-cluster-management.io is forbidden: User "auditor" cannot create resource "managedclusters" in API group "cluster.open-cluster-management.io" at the cluster scope',
  );
  const may = async (verb: string) => {
    const spec = {
      resourceAttributes: { verb, group: 'cluster.open-cluster-management.io', resource: 'managedclusters' },
    };
    const review = await bed.call('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
      token,
      body: { spec },
    });
    return (review.json.status as unknown as { allowed: boolean }).allowed;
  };
  expect([await may('list'), await may('patch')]).toEqual([true, false]);
  bed.front.tokens.add('short', { name: 'edge-engineer', groups: [] }, clock.at + 1000);
  expect((await bed.call('GET', configMaps, { token: 'short' })).status).toBe(200);
  clock.at += 1000;
  const expired = await bed.call('GET', configMaps, { token: 'short' });
  expect([expired.status, expired.json.message]).toEqual([401, 'Unauthorized']);
  expect(expired.headers.date).toBe('Sun, 22 Nov 2026 00:00:01 GMT');
});

test('refusals come as Status bodies: 404, 409, 422, 415', async () => {
  const bed = await made();
  expect((await bed.call('GET', `${clusters}/none`)).json).toMatchObject({
    kind: 'Status',
    status: 'Failure',
    reason: 'NotFound',
    message: 'managedclusters.cluster.open-cluster-management.io "none" not found',
    details: { name: 'none', group: 'cluster.open-cluster-management.io', kind: 'managedclusters' },
    code: 404,
  });
  const cluster = { metadata: { name: 'c' }, spec: { hubAcceptsClient: true } };
  const first = await bed.call('POST', clusters, { body: cluster });
  expect(first.json.spec).toEqual({ hubAcceptsClient: true, leaseDurationSeconds: 60 });
  expect((await bed.call('POST', clusters, { body: cluster })).json).toMatchObject({
    reason: 'AlreadyExists',
    code: 409,
  });
  expect((await bed.call('PUT', `${clusters}/c`, { body: cluster })).json.message).toBe(
    'managedclusters.cluster.open-cluster-management.io "c" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
  );
  const old = await bed.call('PUT', `${clusters}/c`, {
    body: { ...cluster, metadata: { name: 'c', resourceVersion: '1' } },
  });
  expect(old.json).toMatchObject({ reason: 'Conflict', code: 409 });
  const strange = await bed.call('POST', `${clusters}?fieldValidation=Strict`, {
    body: { metadata: { name: 'd' }, spec: { hubAccepts: true } },
  });
  expect(strange.json.message).toBe(
    'ManagedCluster in version "v1" cannot be handled as a ManagedCluster: strict decoding error: unknown field "spec.hubAccepts"',
  );
  const patch = await bed.call('PATCH', `${clusters}/c`, { body: {}, type: 'application/strategic-merge-patch+json' });
  expect(patch.status).toBe(415);
  const taint = { spec: { taints: [{ key: 'k', effect: 'NoExecute' }] } };
  const wrong = await bed.call('PATCH', `${clusters}/c`, { body: taint, type: 'application/merge-patch+json' });
  expect(wrong.json.message).toBe(
    'ManagedCluster.cluster.open-cluster-management.io "c" is invalid: spec.taints[0].effect: Unsupported value: "NoExecute": supported values: "NoSelect", "PreferNoSelect", "NoSelectIfNew"',
  );
});

test('a dry run answers as the write would and stores nothing', async () => {
  const bed = await made();
  const answer = await bed.call('POST', `${configMaps}?dryRun=All`, { body: configMap('dry') });
  expect(answer.status).toBe(201);
  expect(answer.json.metadata).toMatchObject({ name: 'dry', uid: expect.any(String) });
  expect((await bed.call('GET', `${configMaps}/dry`)).status).toBe(404);
});

test('server-side apply creates with 201, changes with 200, and tells conflicts with causes', async () => {
  const bed = await made();
  const apply = (manager: string, x: string, force = '') =>
    bed.call('PATCH', `${configMaps}/a?fieldManager=${manager}${force}`, {
      body: { ...configMap('a'), data: { x } },
      type: 'application/apply-patch+yaml',
    });
  expect((await apply('one', '1')).status).toBe(201);
  expect((await apply('one', '2')).status).toBe(200);
  const refused = await apply('two', '3');
  expect(refused.status).toBe(409);
  expect(refused.json).toMatchObject({
    message: 'Apply failed with 1 conflict: conflict with "one": .data.x',
    details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.x' }] },
  });
  expect((await apply('two', '3', '&force=true')).json.data).toEqual({ x: '3' });
});

test('tables, metadata only, gzip and discovery in both forms', async () => {
  const bed = await made();
  for (let at = 0; at < 600; at += 1) {
    await bed.core.create({
      apiVersion: 'cluster.open-cluster-management.io/v1',
      kind: 'ManagedCluster',
      metadata: { name: `sno${at}` },
      spec: { hubAcceptsClient: true },
    });
  }
  const table = await bed.call('GET', clusters, {
    accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
  });
  const { columnDefinitions, rows } = table.json as unknown as {
    columnDefinitions: { name: string }[];
    rows: { cells: unknown[] }[];
  };
  expect(columnDefinitions.map(({ name }) => name)).toEqual([
    'Name',
    'Hub Accepted',
    'Managed Cluster URLs',
    'Joined',
    'Available',
    'Age',
  ]);
  expect(rows[0]!.cells).toEqual(['sno0', true, null, null, null, expect.stringMatching(/^\ds$/)]);
  const partial = await bed.call('GET', `${clusters}/sno1`, {
    accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  });
  expect(partial.json).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'sno1' } });
  expect(partial.json).not.toHaveProperty('spec');
  const packed = await new Promise<Buffer>((resolve, reject) => {
    import('node:https').then(({ get }) =>
      get(
        `${bed.front.url}${clusters}`,
        {
          ca: bed.front.caPem,
          headers: { Authorization: `Bearer ${bed.logins.engineer.token}`, 'Accept-Encoding': 'gzip' },
        },
        (response) => {
          expect(response.headers['content-encoding']).toBe('gzip');
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk)).once('end', () => resolve(Buffer.concat(chunks)));
        },
      ).once('error', reject),
    );
  });
  expect((JSON.parse(gunzipSync(packed).toString('utf8')) as List).items).toHaveLength(600);
  const groups = await bed.call('GET', '/apis', {
    accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  });
  expect(groups.json.kind).toBe('APIGroupDiscoveryList');
  const plain = (await bed.call('GET', '/apis/cluster.open-cluster-management.io/v1')).json;
  expect((plain.resources as unknown as { name: string }[]).map(({ name }) => name)).toEqual([
    'managedclusters',
    'managedclusters/status',
  ]);
});

test('faults on demand: 429 with Retry-After, 503, a broken connection', async () => {
  let next: { status: number; reason?: string; retryAfterSeconds?: number } | 'reset' | undefined;
  const bed = await made({ faults: () => next });
  next = { status: 429, reason: 'TooManyRequests', retryAfterSeconds: 1 };
  const busy = await bed.call('GET', configMaps);
  expect([busy.status, busy.headers['retry-after']]).toEqual([429, '1']);
  next = { status: 503, reason: 'ServiceUnavailable' };
  expect((await bed.call('GET', configMaps)).status).toBe(503);
  next = 'reset';
  await expect(bed.call('GET', configMaps)).rejects.toThrow();
  next = undefined;
  expect((await bed.call('GET', configMaps)).status).toBe(200);
});

test('IPv6 loopback is served under the same certificate', async () => {
  const bed = await made({ host: '::1' });
  expect(bed.front.url).toMatch(/^https:\/\/\[::1\]:\d+$/);
  expect((await bed.call('GET', '/version')).json.gitVersion).toMatch(/^v1\./);
});
