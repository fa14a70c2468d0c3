import type { Event, EventName } from '../../../shared/contract.ts';
import type { KubeObject } from '../../../shared/kube.ts';
import { createFleetProjector } from '../../fleet/projector.ts';
import type { Sessions } from '../../hubs/sessions.ts';
import type { KindName } from '../../kube/resources.ts';
import type { KubeClient } from '../../kube/types.ts';
import { createObjects } from '../../store/objects.ts';
import { openStore } from '../../store/open.ts';
import { createModules } from '../modules.ts';

/** A store with one hub, the fleet's projector and ours behind it, and a clock that stands until it is moved. */
export function createRoom(options: { client?: KubeClient; path?: string } = {}) {
  const store = openStore(options.path ?? ':memory:');
  const hub = 'h';
  store.db
    .prepare(
      `insert or ignore into hub (id, name, context, server, tls, practice, source_json, created_at)
       values ('h', 'h', 'c', 'https://hub', 'custom-ca', 0, '{}', '2026-01-01T00:00:00Z')`,
    )
    .run();
  let now = Date.parse('2026-03-01T10:00:00Z');
  const listeners = new Set<(hub: string, connected: boolean) => void>();
  const emitted: { name: EventName; data: unknown }[] = [];
  let live = true;
  const sessions: Sessions = {
    client: () => options.client!,
    peek: () => options.client,
    hubNow: () => new Date(now).toISOString(),
    isLive: () => live,
    onConnected(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    rediscover: () => undefined,
  };
  const clock = {
    now: () => now,
    sleep: (_ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        setTimeout(resolve, 5);
      }),
  };
  const emit = <K extends EventName>(name: K, data: Event<K>) => void emitted.push({ name, data });
  const modules = createModules({ store, sessions, clock, random: () => 0.5, emit });
  const fleet = createFleetProjector(store);
  const objects = createObjects(store);

  function tell(
    kind: KindName,
    namespace: string,
    name: string,
    object: KubeObject | undefined,
    listing = false,
  ): void {
    const at = new Date(now).toISOString();
    store.transaction(() => {
      if (object) objects.put(hub, kind, object, at);
      else objects.remove({ hub, kind, namespace, name });
      const change = { hub, kind, namespace, name, object, seenAt: at, hubAt: at, listing };
      for (const projector of [fleet, modules.projector]) {
        if (projector.kinds.includes(kind)) projector.project(change);
      }
    });
  }
  return {
    hub,
    store,
    modules,
    sessions,
    emitted,
    /** An object as a feed tells of it. */
    see: (object: KubeObject, listing = false) =>
      tell(object.kind as KindName, object.metadata.namespace ?? '', object.metadata.name ?? '', object, listing),
    gone: (kind: KindName, namespace: string, name: string) => tell(kind, namespace, name, undefined),
    pass: (ms: number) => {
      now += ms;
    },
    setLive: (value: boolean) => {
      live = value;
    },
    connect: (connected = true) => {
      for (const listener of listeners) listener(hub, connected);
    },
    /** Lets queued pairs be judged. */
    settle: async () => {
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    },
    close() {
      modules.close();
      store.close();
    },
  };
}
export type Room = ReturnType<typeof createRoom>;
