import { join } from 'node:path';
import type { Clock } from '../shared/clock.ts';
import type { Output, Transport } from '../shared/contract.ts';
import { createDispatcher } from './dispatcher.ts';
import { createFleet } from './fleet/fleet.ts';
import { createHubs } from './hubs/hubs.ts';
import { createInstall } from './install/install.ts';
import { createJobs } from './jobs/jobs.ts';
import { createKubeClient, inspectKubeconfig } from './kube/kube.ts';
import { createMirror } from './mirror/mirror.ts';
import { createModules } from './modules/modules.ts';
import type { LabLauncher } from './practice/lab-launcher.ts';
import { createPractice } from './practice/practice.ts';
import type { RegistryLauncher } from './practice/registry-launcher.ts';
import { createReports } from './reports/reports.ts';
import { type Shell, shellHandlers } from './shell/shell.ts';
import { storeFault } from './store/errors.ts';
import { createIntents } from './store/intents.ts';
import { lockHome } from './store/lock.ts';
import { openStore } from './store/open.ts';

export type { LabLauncher, RegistryLauncher, Shell };

/** Everything the engine needs of the world, given by a host. */
export interface Effects {
  /** Folder of this application's data; made if missing. */
  home: string;
  clock: Clock;
  random: () => number;
  host: Output<'app.info'>['host'];
  version: string;
  shell: Shell;
  lab: LabLauncher;
  registry: RegistryLauncher;
  /** For proxies, sign-in files and their helpers. */
  env: Readonly<Record<string, string | undefined>>;
  /** How large a push's chunks are, bytes; 64 MiB when left out. */
  chunkBytes?: number;
}

/** The whole application behind its contract. One engine holds one home. */
export interface Engine extends Transport {
  close(): Promise<void>;
}

/** Opens the home and joins the rooms. Faults: home.held (who holds it), home.*, store.* . */
export function createEngine(effects: Effects): Engine {
  const { home, clock, random, host, version, shell, lab, registry, env } = effects;
  const lock = lockHome(home, { clock, host });
  const store = (() => {
    try {
      return openStore(join(home, 'bastion.db'), { clock });
    } catch (error) {
      lock.release();
      throw error;
    }
  })();
  createIntents(store).interruptOpen();
  const dispatcher = createDispatcher();
  const { emit } = dispatcher;

  const jobs = createJobs({ store, clock, emit });
  // Rooms whose rows come from the hub need the sessions, and the hubs need their projectors: the sessions are handed on late.
  const hubs = createHubs({ store, clock, random, emit, home, inspect: inspectKubeconfig, connect: createKubeClient });
  const { sessions } = hubs;
  const fleet = createFleet({ store, sessions, clock });
  const install = createInstall({ store, sessions, clock, emit });
  const modules = createModules({ store, sessions, clock, random, emit });
  hubs.project([fleet.projector, install.projector, modules.projector]);
  const reports = createReports({ store, sessions, clock, home });
  const mirror = createMirror({
    ...{ store, sessions, jobs, clock, random, emit, home, env },
    ...{ launcher: registry, chunkBytes: effects.chunkBytes },
  });
  const practice = createPractice({ lab, home, emit, hubs: hubs.handlers });

  for (const room of [jobs, hubs, fleet, install, modules, mirror, reports, practice]) dispatcher.answer(room.handlers);
  dispatcher.answer(shellHandlers(shell));
  dispatcher.answer({
    'app.info': () => ({
      version,
      home,
      host,
      node: process.versions.node,
      sqlite: store.db.prepare('select sqlite_version()').pluck().get() as string,
      shell: Object.keys(shell),
    }),
  });

  return {
    async call(name, input) {
      try {
        return await dispatcher.call(name, input);
      } catch (error) {
        // A full or write-protected disk may refuse any statement of any room.
        throw storeFault(error, store.path);
      }
    },
    listen: dispatcher.listen,
    async close() {
      await modules.close();
      await hubs.close();
      await practice.close();
      await jobs.close();
      await mirror.close();
      store.close();
      lock.release();
    },
  };
}
