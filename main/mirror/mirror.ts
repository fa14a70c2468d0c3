import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Clock, isoSeconds } from '../../shared/clock.ts';
import type { Run } from '../../shared/contract/mirror.ts';
import type { Emit, Handlers } from '../../shared/contract.ts';
import type { Sessions } from '../hubs/sessions.ts';
import { createCredentialFinder } from '../images/credentials/find-credential.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { RegistryLauncher } from '../practice/registry-launcher.ts';
import { createBundleRecords } from '../store/bundles.ts';
import { createImageSets } from '../store/image-sets.ts';
import { createMirrorEvents } from '../store/mirror-events.ts';
import type { Store } from '../store/open.ts';
import { createPlans } from '../store/plans.ts';
import { createRuns } from '../store/runs.ts';
import { createSiteContent } from '../store/site-content.ts';
import { createSiteUploads } from '../store/site-uploads.ts';
import { createSites } from '../store/sites.ts';
import { createBundlesPart } from './bundle/bundles-part.ts';
import { createTrust } from './bundle/trust.ts';
import { createContent } from './content/content.ts';
import { readSetFiles } from './content/set-files.ts';
import { createStorePart } from './content/store-part.ts';
import { unwanted } from './content/unwanted.ts';
import { createPlansPart } from './plan/plans-part.ts';
import { createResolver } from './plan/resolver.ts';
import { createSets } from './plan/sets.ts';
import { createResourcesPart } from './resources/resources-part.ts';
import { createExportWorker } from './runs/export-worker.ts';
import { createImportWorker } from './runs/import-worker.ts';
import { createPullWorker } from './runs/pull.ts';
import { createPushWorker } from './runs/push.ts';
import { createRunner, type RunWorker } from './runs/runner.ts';
import { createRunsPart } from './runs/runs-part.ts';
import { createVerifyWorker } from './runs/verify.ts';
import { putRecord } from './site-record/put-record.ts';
import { createPasswords } from './sites/passwords.ts';
import { createPracticeSides } from './sites/practice-sides.ts';
import { createRegistries } from './sites/registries.ts';
import { createServing } from './sites/serving.ts';
import { createSitesPart } from './sites/sites-part.ts';

/** From the connected side, over a disk, into the site registry, onto the clusters. */
export interface Mirror {
  readonly handlers: Pick<Handlers, Extract<keyof Handlers, `mirror.${string}`>>;
  /** After the jobs were cancelled: what ran is written down as interrupted. */
  close(): Promise<void>;
}

/** Wires the room: its folder is `<home>/store`, its small files `<home>/mirror`. */
export function createMirror(deps: {
  store: Store;
  sessions: Sessions;
  jobs: Jobs;
  clock: Clock;
  random: () => number;
  emit: Emit;
  home: string;
  env: Readonly<Record<string, string | undefined>>;
  launcher: RegistryLauncher;
  /** How large a push's chunks are, bytes. */
  chunkBytes?: number | undefined;
}): Mirror {
  const { store, sessions, jobs, clock, random, emit, home, env, launcher } = deps;
  const folder = join(home, 'mirror');
  const sets = createImageSets(store);
  const sites = createSites(store);
  const runs = createRuns(store);
  const plans = createPlans(store);
  const records = createBundleRecords(store);
  const events = createMirrorEvents(store);
  const madeBy = hostname();

  const passwords = createPasswords(join(folder, 'auth.json'));
  const userHome = env['HOME'] ?? env['USERPROFILE'] ?? home;
  const credentials = createCredentialFinder({ clock, env, home: userHome });
  const registries = createRegistries({ sites, passwords, clock, random, credentials, env, home: userHome });
  const content = createContent({ path: join(home, 'store'), clock });
  const open = () => content.open();
  const siteContent = createSiteContent(store);
  const trust = createTrust({ records, folder: join(home, 'keys'), clock, emit });

  const look = { sites, content: siteContent, registries, trust, now: () => isoSeconds(clock.now()) };
  const signatures = async () => readSetFiles(await open(), 'signatures/');

  const storePart = createStorePart({
    ...{ content, sets, runs, events, clock, emit },
    busy: () => runner.busy(['pull', 'push', 'export', 'import', 'verify']),
  });
  const setsPart = createSets({ sets, clock, emit, here: storePart.names });
  const resolve = createResolver({ registries, env, read: setsPart.read });
  const unwantedHere = async () => unwanted(await open(), sets, runs);
  const workers: Record<Run['kind'], RunWorker> = {
    pull: createPullWorker({ content: open, registries, sets, resolve, sized: plans.sizes, clock }),
    push: createPushWorker({
      ...{ content: open, registries, sites, clock, chunkBytes: deps.chunkBytes },
      uploads: createSiteUploads(store),
      ready: (site) => sitesPart.ready(site),
      unwanted: unwantedHere,
      record: (site) => putRecord({ sites, registries, trust }, site, signatures),
    }),
    export: createExportWorker({
      ...{ content: open, records, trust, madeBy, clock, unwanted: unwantedHere, folder: join(folder, 'exports') },
      goesOn: (id) => ['paused', 'interrupted', 'failed', 'running'].includes(runs.get(id)?.run.state ?? ''),
    }),
    import: createImportWorker({ content: open, records, sites, trust, clock }),
    verify: createVerifyWorker({ content: open }),
  };
  const runner = createRunner({ runs, jobs, clock, emit, workers: () => workers, ended });

  /** What a run changed beyond its own rows. */
  function ended(run: Run) {
    const { kind, state, sentence, place, set } = run;
    if (run.fault?.code === 'store.unplugged') content.forget();
    const site = sites.get(place);
    const at = isoSeconds(clock.now());
    if (['done', 'gaps', 'failed'].includes(state)) {
      const title = workers[kind].title(run);
      // What has no place of its own was done to the store.
      events.add({
        at,
        what: kind,
        place: site?.address ?? (place || content.path),
        sentence: `${title}: ${sentence}`,
      });
    }
    // Each image was looked at as it landed; what an earlier push brought was not.
    if (kind === 'push' && site && state === 'done' && sites.allSeenSince(site.id, run.startedAt)) {
      sites.verified(site.id, at);
    }
    const what = { pull: 'store', import: 'store', push: 'sites', export: 'bundles', verify: 'store' } as const;
    emit('mirror.changed', { what: what[kind], id: set || place });
    if (kind === 'import') emit('mirror.changed', { what: 'bundles', id: '' });
  }

  const sitesPart = createSitesPart({ look, passwords, events, clock, env, emit });
  const serving = createServing({ launcher, content, home, emit });
  const practice = createPracticeSides({
    ...{ launcher, home },
    calls: { ...sitesPart.handlers, ...setsPart.handlers },
  });

  return {
    handlers: {
      ...setsPart.handlers,
      ...createPlansPart({ plans, runs, jobs, sets, registries, clock, content, resolve, site: sitesPart.get })
        .handlers,
      ...createRunsPart({ runner, runs, sites: sitesPart, clock, setsRead: setsPart.read }).handlers,
      ...storePart.handlers,
      ...sitesPart.handlers,
      ...createBundlesPart({
        ...{ content: open, records, sites, events, trust, madeBy, clock, emit },
        folder: join(folder, 'inventories'),
      }).handlers,
      ...trust.handlers,
      ...createResourcesPart({ store, sessions, look, site: sitesPart.get, signatures, events, clock, emit }).handlers,
      ...serving.handlers,
      ...practice.handlers,
      'mirror.history': ({ offset, limit }) => events.page(offset, limit),
    },
    async close() {
      await runner.close();
      await serving.close();
      await practice.close();
      await registries.close();
      await content.close();
    },
  };
}
