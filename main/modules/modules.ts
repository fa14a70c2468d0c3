import type { Clock } from '../../shared/clock.ts';
import type { moduleCalls } from '../../shared/contract/modules.ts';
import type { Emit, Handlers } from '../../shared/contract.ts';
import type { Projector } from '../hubs/projector.ts';
import type { Sessions } from '../hubs/sessions.ts';
import { createBuilds } from '../store/builds.ts';
import { createDeliveryRecords } from '../store/deliveries.ts';
import { createIntents } from '../store/intents.ts';
import { createModuleRecords } from '../store/modules.ts';
import { createNodeEvidence } from '../store/node-evidence.ts';
import type { Store } from '../store/open.ts';
import { createProofs } from '../store/proofs.ts';
import { createTimeline } from '../store/timeline.ts';
import { createWorks } from '../store/works.ts';
import { createApply } from './apply.ts';
import { createCheck } from './check.ts';
import { createDeliveryActs } from './delivery-acts.ts';
import { createDeliveryDriver } from './delivery-driver.ts';
import { createDeliveryView } from './delivery-view.ts';
import { createHeart } from './heart.ts';
import { createHubFacts } from './hub-facts.ts';
import { createModuleIndex } from './module-index.ts';
import { createModuleView } from './module-view.ts';
import { createNudge } from './nudge.ts';
import { createPairQueue } from './pair-queue.ts';
import { createPairs } from './pairs.ts';
import { createBuildProjection } from './project-builds.ts';
import { createModuleProjector } from './projector.ts';
import { createProofKeeper } from './proof-keeper.ts';
import { createReads } from './reads.ts';
import { createRemoval } from './removal.ts';
import { createSchemaBook } from './schema-book.ts';
import { createSpokeChanges } from './spoke-changes.ts';
import { tellWith } from './tell.ts';
import { createViewProber } from './view-prober.ts';
import { createWorkNudge } from './work-nudge.ts';

export interface Modules {
  handlers: Pick<Handlers, keyof typeof moduleCalls>;
  projector: Projector;
  close(): void;
}

/** The life of modules: from a text over its delivery to the proof in each kernel. */
export function createModules(deps: {
  store: Store;
  sessions: Sessions;
  clock: Clock;
  random: () => number;
  emit: Emit;
}): Modules {
  const { store, sessions, clock, emit } = deps;
  const works = createWorks(store);
  const records = createModuleRecords(store);
  const builds = createBuilds(store);
  const proofs = createProofs(store);
  const deliveries = createDeliveryRecords(store);
  const intents = createIntents(store);
  const timeline = createTimeline(store);
  const tell = tellWith(timeline);

  const index = createModuleIndex(records);
  const evidence = createNodeEvidence(store);
  const pairs = createPairs({ store, index, works, records, builds, proofs, evidence, tell });
  const queue = createPairQueue({ store, pairs, emit });
  const following = createBuildProjection({ builds, records, index, tell, timeline });
  const acts = createDeliveryActs({ store, clock });
  const keeper = createProofKeeper({ store, sessions, clock });
  const prober = createViewProber({ store, sessions, clock, keeper, queue, proofs, evidence });
  const driver = createDeliveryDriver({
    store,
    sessions,
    clock,
    emit,
    deliveries,
    records,
    index,
    queue,
    acts,
    noEvidence: (hub) => keeper.denied(hub) && !prober.able(hub),
    noViews: (hub) => !prober.able(hub),
    tell,
  });
  const schemas = createSchemaBook();
  const facts = createHubFacts({ store, sessions, clock });
  const check = createCheck({ store, index, schemas, facts });
  const moduleView = createModuleView({ store, proofs, deliveries });
  const deliveryView = createDeliveryView({ store, proofs });
  const heart = createHeart({ store, sessions, clock, driver, keeper, prober, queue, index, proofs, schemas });

  return {
    handlers: {
      ...createReads({
        store,
        sessions,
        works,
        records,
        builds,
        proofs,
        deliveries,
        schemas,
        facts,
        check,
        moduleView,
        deliveryView,
      }),
      ...createApply({ sessions, clock, emit, facts, check, deliveries, intents, driver, deliveryView }),
      ...createRemoval({ store, sessions, records, deliveries, intents, driver, acts }),
      ...createNudge({ store, sessions, intents }),
      ...createWorkNudge({ works, sessions, intents }),
      ...createSpokeChanges({ store, sessions, index, intents }),
    },
    projector: createModuleProjector({
      store,
      works,
      records,
      proofs,
      index,
      pairs,
      queue,
      builds: following,
      tell,
      stir: heart.stir,
    }),
    close() {
      heart.close();
      queue.close();
    },
  };
}
