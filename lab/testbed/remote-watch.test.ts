import { expect, test, vi } from 'vitest';
import type { KubeObject, Status, WatchEvent } from '../../shared/kube.ts';
import { ApiError } from '../api.ts';
import { followRemote, type RemoteSource } from './remote-watch.ts';

const object = (name: string, resourceVersion: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'n', resourceVersion },
});
const gone: Status = { apiVersion: 'v1', kind: 'Status', status: 'Failure', code: 410 };

/** A source that plays one list or watch after the other; a watch at the end of the script lasts. */
function scripted(lists: (KubeObject[] | Error)[], watches: (WatchEvent[] | Error)[]) {
  const from: string[] = [];
  const source: RemoteSource = {
    async list() {
      const next = lists.shift();
      if (!next || next instanceof Error) throw next ?? new Error('one list too many');
      return { items: next, resourceVersion: String(100 - lists.length) };
    },
    async stream(version, event, signal) {
      from.push(version);
      const next = watches.shift();
      if (next instanceof Error) throw next;
      for (const one of next ?? []) event(one);
      if (!next) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  };
  return { source, from };
}
function follow(source: RemoteSource) {
  const heard: string[] = [];
  let lists = 0;
  const stop = followRemote(
    source,
    (event) => {
      if (event.type === 'ERROR') throw new Error('an error was passed on');
      heard.push(`${event.type} ${event.object.metadata.name} ${event.object.metadata.resourceVersion}`);
    },
    () => {
      lists += 1;
    },
  );
  return { heard, stop, lists: () => lists };
}

test('a watch that ends goes on where it was, bookmarks included', async () => {
  const { source, from } = scripted(
    [[object('a', '1')]],
    [
      [
        { type: 'MODIFIED', object: object('a', '7') },
        { type: 'BOOKMARK', object: object('', '9') },
      ],
      new Error('socket hang up'),
    ],
  );
  const { heard, stop, lists } = follow(source);
  await vi.waitFor(() => expect(from).toEqual(['100', '9', '9']));
  expect(heard).toEqual(['ADDED a 1', 'MODIFIED a 7']);
  expect(lists()).toBe(1);
  stop();
});

test.each([
  ['as an event', [{ type: 'ERROR', object: gone }] as WatchEvent[]],
  ['as an answer', new ApiError(410, 'Expired', 'too old')],
])('a history that is too short, told %s: lists again and tells what the gap hid', async (_, told) => {
  const second = [object('a', '1'), object('b', '5'), object('d', '6')];
  const { source } = scripted([[object('a', '1'), object('b', '2'), object('c', '3')], second], [told]);
  const { heard, stop, lists } = follow(source);
  await vi.waitFor(() => expect(lists()).toBe(2));
  expect(heard).toEqual(['ADDED a 1', 'ADDED b 2', 'ADDED c 3', 'DELETED c 3', 'MODIFIED b 5', 'ADDED d 6']);
  stop();
});

test('a kind that is not served yet is waited for, and nothing is heard after the stop', async () => {
  const { source } = scripted(
    [new ApiError(404, 'NotFound', 'the server could not find the requested resource'), []],
    [],
  );
  const { heard, stop, lists } = follow(source);
  await vi.waitFor(() => expect(lists()).toBe(1));
  expect(heard).toEqual([]);
  stop();
});
