import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock } from '../../../shared/clock.ts';
import type { KubeObject } from '../../../shared/kube.ts';
import { createFleetProjector } from '../../fleet/projector.ts';
import type { Sessions } from '../../hubs/sessions.ts';
import { createInstall } from '../../install/install.ts';
import { createKubeClient } from '../../kube/kube.ts';
import { type KindName, resources } from '../../kube/resources.ts';
import type { KubeClient } from '../../kube/types.ts';
import { createObjects } from '../../store/objects.ts';
import { openStore, type Store } from '../../store/open.ts';
import { createModules, type Modules } from '../modules.ts';

const kinds: KindName[] = [
  'ManagedCluster',
  'ManagedClusterInfo',
  'ManagedClusterAddOn',
  'ManifestWork',
  'ManagedClusterModule',
  'ModuleImagesConfig',
  'ModuleBuildSignConfig',
  'Policy',
  'Subscription',
  'ClusterServiceVersion',
  'Build',
];

/** The lab as the program it is, our client, and the rooms of the engine that a module's life needs, fed by plain watches. */
export async function startLabDay(scenario: string, options: { speed: number; path?: string; args?: string[] }) {
  const dir = mkdtempSync(join(tmpdir(), 'lab-day-'));
  const lab = await startLab(dir, scenario, options.speed, options.args ?? []);
  const clock = systemClock();
  const client = await createKubeClient({ source: { paths: [lab.kubeconfig] }, allow: () => 'undecided', clock });
  const store = openStore(options.path ?? join(dir, 'bastion.db'));
  store.db
    .prepare(
      `insert or ignore into hub (id, name, context, server, tls, practice, source_json, created_at)
       values ('h', 'lab', 'lab', ?, 'custom-ca', 1, '{}', '2026-01-01T00:00:00Z')`,
    )
    .run(lab.server);
  let engine = startEngine(store, client);
  return {
    store,
    client,
    get rooms() {
      return engine.rooms;
    },
    /** Ends the engine's rooms without a word to the hub, and starts new ones on the same rows: a restart. */
    restart(): void {
      engine.stop();
      engine = startEngine(store, client);
    },
    async close(): Promise<void> {
      engine.stop();
      client.close();
      await lab.stop();
      store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
export type LabDay = Awaited<ReturnType<typeof startLabDay>>;

/** Waits until `what` gives a value, asking every 100 ms; fails with `say()` after `limit` ms. */
export async function until<T>(
  what: () => T | undefined | false | Promise<T | undefined | false>,
  limit: number,
  say: () => string,
): Promise<T> {
  const end = Date.now() + limit;
  for (;;) {
    const value = await what();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${limit} ms: ${say()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function startEngine(
  store: Store,
  client: KubeClient,
): { rooms: Modules & { install: ReturnType<typeof createInstall> }; stop(): void } {
  const clock = systemClock();
  const control = new AbortController();
  const live = new Set<string>();
  const listeners = new Set<(hub: string, connected: boolean) => void>();
  const sessions: Sessions = {
    client: () => client,
    peek: () => client,
    hubNow: () => new Date(client.hubNow()).toISOString(),
    isLive: (_hub, kind) => live.has(kind),
    onConnected(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    rediscover: () => client.refresh(),
  };
  const emit = () => undefined;
  const install = createInstall({ store, sessions, clock, emit });
  const modules = createModules({ store, sessions, clock, random: Math.random, emit });
  const projectors = [createFleetProjector(store), install.projector, modules.projector];
  const objects = createObjects(store);

  function tell(kind: KindName, object: KubeObject, gone: boolean, listing: boolean): void {
    const { name = '', namespace = '' } = object.metadata;
    const change = {
      hub: 'h',
      kind,
      namespace,
      name,
      object: gone ? undefined : object,
      seenAt: new Date().toISOString(),
      hubAt: new Date(client.hubNow()).toISOString(),
      listing,
    };
    store.transaction(() => {
      if (gone) objects.remove({ hub: 'h', kind, namespace, name });
      else if (!objects.put('h', kind, object, change.seenAt).changed) return;
      for (const projector of projectors) if (projector.kinds.includes(kind)) projector.project(change);
    });
  }
  async function feed(kind: KindName): Promise<void> {
    const ref = resources[kind];
    while (!control.signal.aborted) {
      try {
        if (!(await client.served(ref))) throw new Error('not served yet');
        let resourceVersion = '';
        for await (const page of client.list(ref, { signal: control.signal })) {
          for (const object of page.items) tell(kind, { ...object, kind: ref.kind }, false, true);
          resourceVersion = page.resourceVersion;
        }
        live.add(kind);
        for await (const event of client.watch(ref, { resourceVersion, signal: control.signal })) {
          if (event.type === 'ADDED' || event.type === 'MODIFIED' || event.type === 'DELETED') {
            tell(kind, event.object, event.type === 'DELETED', false);
          }
        }
      } catch {
        client.refresh();
      }
      live.delete(kind);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  for (const kind of kinds) void feed(kind);
  for (const listener of listeners) listener('h', true);
  return {
    rooms: { ...modules, install },
    stop() {
      control.abort();
      modules.close();
    },
  };
}

async function startLab(dir: string, scenario: string, speed: number, more: string[]) {
  const args = ['lab/main.ts', '--scenario', scenario, '--seed', '1', '--speed', String(speed), '--dir', dir, ...more];
  const root = join(import.meta.dirname, '../../..');
  const child: ChildProcess = spawn(process.execPath, args, { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout! });
  const first = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the lab ended with ${code}`)));
  });
  const { kubeconfig, server, error } = JSON.parse(first) as { kubeconfig: string; server: string; error?: string };
  if (error) throw new Error(error);
  return {
    kubeconfig,
    server,
    stop: () =>
      new Promise<void>((resolve) => {
        child.once('exit', () => resolve());
        child.stdin?.end();
      }),
  };
}
