import { fault } from '../../../shared/fault.ts';
import type { KubeObject, WatchEvent } from '../../../shared/kube.ts';
import type { KindName } from '../../kube/resources.ts';
import type { KubeClient, ListOptions, ListPage, ResourceRef, WatchOptions } from '../../kube/types.ts';

/** For tests of what a real hub won't do on demand: a hub in memory that fails as told. */
export interface FakeHub {
  client: KubeClient;
  put(kind: KindName, name: string, namespace?: string, extra?: object): void;
  remove(kind: KindName, name: string, namespace?: string): void;
  bookmark(): void;
  /** Forgets the history: older versions get kube.gone. */
  compact(): void;
  /** Ends all watches, with a fault when given a code. */
  cut(code?: string): void;
  /** The next calls of that sort throw these codes, one each; lists and watches of ManagedClusters only. */
  fail: Record<'list' | 'watch' | 'version', string[]>;
  served: Set<string>;
  forbidden: Set<string>;
  /** What was asked, e.g. `list ManagedCluster`, `watch ManagedCluster from 7`. */
  log: string[];
  pageSize: number;
  closed: boolean;
}

export const refuse = (code: string) => fault(code, `The test says ${code}.`, 'Go on.');

export function createFakeHub(served: readonly KindName[]): FakeHub {
  let version = 100;
  let oldest = 0;
  const objects = new Map<string, KubeObject>();
  const history: { version: number; kind: string; event: WatchEvent }[] = [];
  const watches = new Set<{ kind: string; push: (event: WatchEvent) => void; end: (code?: string) => void }>();
  const check = (what: 'list' | 'watch', ref: ResourceRef) => {
    const told = ref.kind === 'ManagedCluster' ? hub.fail[what].shift() : undefined;
    const code = told ?? (hub.forbidden.has(ref.kind) ? 'kube.forbidden' : undefined);
    if (code) throw refuse(code);
  };
  const record = (kind: string, event: WatchEvent) => {
    history.push({ version, kind, event });
    for (const watch of watches) if (watch.kind === kind) watch.push(event);
  };

  async function* list(ref: ResourceRef, { signal }: ListOptions = {}): AsyncGenerator<ListPage> {
    hub.log.push(`list ${ref.kind}`);
    check('list', ref);
    const items = [...objects.values()].filter(({ kind }) => kind === ref.kind);
    const resourceVersion = String(version);
    for (let at = 0; at === 0 || at < items.length; at += hub.pageSize) {
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      if (at > 0) check('list', ref);
      yield { items: items.slice(at, at + hub.pageSize), resourceVersion };
    }
  }

  async function* watch(
    ref: ResourceRef,
    { resourceVersion, signal, onOpen }: WatchOptions,
  ): AsyncGenerator<WatchEvent> {
    hub.log.push(`watch ${ref.kind} from ${resourceVersion}`);
    await new Promise((resolve) => setImmediate(resolve));
    check('watch', ref);
    if (Number(resourceVersion) < oldest) throw refuse('kube.gone');
    const queue = history
      .filter((one) => one.kind === ref.kind && one.version > Number(resourceVersion))
      .map(({ event }) => event);
    let ended: { code: string | undefined } | undefined;
    let poke = () => {};
    const self = {
      kind: ref.kind,
      push(event: WatchEvent) {
        queue.push(event);
        poke();
      },
      end(code?: string) {
        ended ??= { code };
        poke();
      },
    };
    signal?.addEventListener('abort', () => self.end(), { once: true });
    if (signal?.aborted) return;
    watches.add(self);
    onOpen?.();
    try {
      for (;;) {
        const event = queue.shift();
        if (event) yield event;
        else if (ended) {
          if (ended.code) throw refuse(ended.code);
          return;
        } else {
          await new Promise<void>((resolve) => {
            poke = resolve;
          });
        }
      }
    } finally {
      watches.delete(self);
    }
  }

  const unused = () => Promise.reject(new Error('not part of this test'));
  const hub: FakeHub = {
    fail: { list: [], watch: [], version: [] },
    served: new Set(served),
    forbidden: new Set(),
    log: [],
    pageSize: 500,
    closed: false,
    put(kind, name, namespace, extra = {}) {
      version += 1;
      const key = `${kind}/${namespace ?? ''}/${name}`;
      const type = objects.has(key) ? 'MODIFIED' : 'ADDED';
      const metadata = { name, ...(namespace && { namespace }), uid: key, resourceVersion: String(version) };
      const object: KubeObject = { apiVersion: 'test/v1', kind, metadata, ...extra };
      objects.set(key, object);
      record(kind, { type, object });
    },
    remove(kind, name, namespace) {
      version += 1;
      const key = `${kind}/${namespace ?? ''}/${name}`;
      const object = objects.get(key)!;
      objects.delete(key);
      record(kind, {
        type: 'DELETED',
        object: { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } },
      });
    },
    bookmark() {
      version += 1;
      const object: KubeObject = { apiVersion: 'v1', kind: '', metadata: { resourceVersion: String(version) } };
      for (const one of watches) one.push({ type: 'BOOKMARK', object });
    },
    compact() {
      history.length = 0;
      oldest = version + 1;
      version += 2;
    },
    cut(code) {
      for (const one of [...watches]) one.end(code);
    },
    client: {
      server: 'https://hub.test:6443',
      hubNow: () => Date.parse('2030-01-01T00:00:00Z'),
      version: async () => {
        const code = hub.fail.version.shift();
        if (code) throw refuse(code);
        return 'v1.32.4';
      },
      identity: async () => 'tester',
      served: async (ref) => (hub.served.has(ref.kind) ? { ...ref, version: ref.versions[0]! } : undefined),
      resourceOf: unused,
      refresh: () => void hub.log.push('refresh'),
      get: unused,
      list,
      watch,
      create: unused,
      apply: unused,
      merge: unused,
      remove: unused,
      logs: unused,
      may: async (queries) => queries.map(() => true),
      schema: unused,
      close: () => {
        hub.closed = true;
      },
    },
  };
  return hub;
}
