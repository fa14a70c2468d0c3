import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ApiError } from '../api.ts';
import { createCore } from '../apiserver/core.ts';
import { type ApiFront, serveApi } from '../apiserver/http/serve.ts';
import { createLabClock } from '../clock.ts';
import { kinds } from '../kinds.ts';
import { createRemoteApi, type RemoteApi } from './remote-api.ts';

// The real server is met in main/real-hub.test.ts; here the lab's own front plays it, on machines without one too.
const clock = createLabClock(1);
const core = createCore({ clock });
let front: ApiFront;
let api: RemoteApi;
const define = vi.fn();
beforeAll(async () => {
  front = await serveApi(core);
  front.tokens.add('t', { name: 'admin', groups: ['system:masters'] });
  api = createRemoteApi({ url: front.url, caPem: front.caPem, token: 't' }, define);
});
afterAll(async () => {
  api.close();
  await front.close();
  clock.stop();
});

const configMap = (name: string, data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels: { of: 'test' } },
  data,
});
const refused = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiError)) throw new Error(`no refusal: ${String(error)}`);
  return error;
};

test('objects are made, read, changed and removed under the manager’s name', async () => {
  const made = await api.as('work').create(configMap('one', { a: '1' }));
  expect(made.metadata.managedFields?.[0]?.manager).toBe('work');
  expect(await api.get(kinds.ConfigMap, 'none', 'default')).toBeUndefined();
  const { items } = await api.list(kinds.ConfigMap, { namespace: 'default', labels: { of: 'test' } });
  expect(items.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([['ConfigMap', 'one']]);
  const merged = await api.patch(kinds.ConfigMap, 'one', 'default', { data: { b: '2' } }, { type: 'merge' });
  expect(merged['data']).toEqual({ a: '1', b: '2' });
  expect(await refused(api.update({ ...made, data: {} }))).toMatchObject({ status: 409, reason: 'Conflict' });
  expect(await refused(api.create(configMap('one', {})))).toMatchObject({ status: 409, reason: 'AlreadyExists' });
  const applied = { type: 'apply' as const, fieldManager: 'other' };
  const body = configMap('one', { a: '9' });
  expect(await refused(api.patch(kinds.ConfigMap, 'one', 'default', body, applied))).toMatchObject({
    status: 409,
    details: { causes: [{ reason: 'FieldManagerConflict' }] },
  });
  const forced = await api.patch(kinds.ConfigMap, 'one', 'default', body, { ...applied, force: true });
  expect(forced['data']).toMatchObject({ a: '9' });
  await api.remove(kinds.ConfigMap, 'one', 'default');
  expect(await refused(api.remove(kinds.ConfigMap, 'one', 'default'))).toMatchObject({ status: 404 });
  await expect(api.create({ apiVersion: 'v9', kind: 'Thing', metadata: { name: 'x' } })).rejects.toThrow(
    'lab/kinds.ts',
  );
});

test('a watch tells what stands, then what changes; requests and watches outlive the server’s absence', async () => {
  await core.create(configMap('stands', {}));
  const heard: string[] = [];
  const stop = api.watch(kinds.ConfigMap, (event) => {
    if (event.type !== 'ERROR' && event.type !== 'BOOKMARK') heard.push(`${event.type} ${event.object.metadata.name}`);
  });
  await api.settled();
  expect(heard).toEqual(['ADDED stands']);
  const { authority, url, tokens } = front;
  await front.close();
  const waiting = api.create(configMap('meanwhile', {}));
  await core.create(configMap('hidden', {}));
  await new Promise((resolve) => setTimeout(resolve, 300));
  front = await serveApi(core, { authority, port: Number(new URL(url).port) });
  front.tokens.add('t', tokens.user('t')!);
  expect((await waiting).metadata.name).toBe('meanwhile');
  await vi.waitFor(() => expect([...heard].sort()).toEqual(['ADDED hidden', 'ADDED meanwhile', 'ADDED stands']), 5_000);
  stop();
  await api.remove(kinds.ConfigMap, 'stands', 'default');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(heard).not.toContain('DELETED stands');
});
