import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../shared/clock.ts';
import { systemClock } from '../../../shared/clock.ts';
import type { ContextInfo } from '../../../shared/contract/hubs.ts';
import { openStore, type Store } from '../../store/open.ts';
import { createHubs, type Hubs } from '../hubs.ts';
import type { Change } from '../projector.ts';
import type { FakeHub } from './fake-hub.ts';

/** For tests: the hubs room over a fake hub, with a clock whose long waits are short and remembered. */
export interface Room {
  store: Store;
  hubs: Hubs;
  home: string;
  changes: Change[];
  events: { name: string; data: unknown }[];
  /** Waits asked for, ms. */
  waits: number[];
  clock: Clock & { ahead: number };
  /** Runs inside the transaction of each change; for tests that fail there. */
  onChange: (change: Change) => void;
  connect(): Promise<string>;
  close(): Promise<void>;
}

const context: ContextInfo = {
  ...{ context: 'test', cluster: 'c', server: 'https://hub.test:6443', user: 'u', namespace: 'default' },
  ...{ auth: 'token', tls: 'custom-ca', current: true, questions: [] },
};

export function createRoom(fake: FakeHub, path = ':memory:'): Room {
  const home = mkdtempSync(join(tmpdir(), 'hubs-'));
  const store = openStore(path === ':memory:' ? path : join(home, path));
  const real = systemClock();
  const waits: number[] = [];
  const clock = {
    ahead: 0,
    now: () => real.now() + clock.ahead,
    sleep: (ms: number, signal?: AbortSignal) => {
      if (ms === 5000) return real.sleep(20, signal);
      waits.push(ms);
      // Probes for missing kinds and rights must not come by themselves in tests that wake them.
      return real.sleep(ms === 30_000 ? 5000 : 2, signal);
    },
  };
  const changes: Change[] = [];
  const events: Room['events'] = [];
  const make = () =>
    createHubs({
      ...{ store, clock, home, random: () => 0.5 },
      emit: (name, data) => void events.push({ name, data }),
      inspect: async () => ({ contexts: [context], warnings: [] }),
      connect: async () => fake.client,
    });
  const room: Room = {
    ...{ store, home, changes, events, waits, clock },
    hubs: make(),
    onChange: () => {},
    async connect() {
      const { hubs: known } = await room.hubs.handlers['hubs.list']({});
      const id = known[0]?.id ?? (await room.hubs.handlers['hubs.add']({ source: { text: 'x' }, practice: false })).id;
      room.hubs.project([
        {
          kinds: ['ManagedCluster', 'ManifestWork'],
          project(change) {
            room.onChange(change);
            changes.push(change);
            return ['spoke'];
          },
        },
      ]);
      await room.hubs.handlers['hubs.connect']({ hub: id });
      return id;
    },
    async close() {
      await room.hubs.close();
      store.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
  return room;
}

/** Waits until `check` holds. */
export async function until(check: () => unknown, what: string, ms = 5000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await check())) {
    if (performance.now() > end) throw new Error(`waited in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
