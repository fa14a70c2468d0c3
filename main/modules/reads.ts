import type { Handlers } from '../../shared/contract.ts';
import { fault } from '../../shared/fault.ts';
import type { Sessions } from '../hubs/sessions.ts';
import { yamlOf } from '../install/dry-run.ts';
import { type Builds, buildView } from '../store/builds.ts';
import type { DeliveryRecords } from '../store/deliveries.ts';
import type { ModuleRecords } from '../store/modules.ts';
import { createObjects } from '../store/objects.ts';
import type { Store } from '../store/open.ts';
import type { Proofs } from '../store/proofs.ts';
import type { Works } from '../store/works.ts';
import type { Check } from './check.ts';
import type { DeliveryView } from './delivery-view.ts';
import type { HubFactBook } from './hub-facts.ts';
import { type ModuleView, proofView } from './module-view.ts';
import { noModule } from './naming.ts';
import { createProofAge } from './proof-age.ts';
import type { SchemaBook } from './schema-book.ts';
import { templateFor } from './template.ts';

type Reads =
  | 'modules.list'
  | 'modules.get'
  | 'modules.template'
  | 'modules.schema'
  | 'modules.check'
  | 'modules.proof'
  | 'deliveries.list'
  | 'deliveries.get';

/** Answers from rows; all but the schema work offline. */
export function createReads(deps: {
  store: Store;
  sessions: Sessions;
  works: Works;
  records: ModuleRecords;
  builds: Builds;
  proofs: Proofs;
  deliveries: DeliveryRecords;
  schemas: SchemaBook;
  facts: HubFactBook;
  check: Check;
  moduleView: ModuleView;
  deliveryView: DeliveryView;
}): Pick<Handlers, Reads> {
  const {
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
  } = deps;
  const objects = createObjects(store);
  const ageOf = createProofAge({ store, works, sessions });
  const freshAt = store.db.prepare<[string], string | null>(
    `select min(fresh_at) from feed where hub = ? and kind in ('ManagedCluster', 'ManifestWork') and fresh_at is not null`,
  );

  /** Since when rows of proofs are old; undefined while the hub is watched. */
  function oldSince(hub: string): string | undefined {
    if (sessions.isLive(hub, 'ManifestWork') && sessions.isLive(hub, 'ManagedCluster')) return undefined;
    return (freshAt.pluck().get(hub) as string | null | undefined) ?? 'the last connection';
  }
  return {
    'modules.list': ({ hub }) => ({ modules: records.all(hub).map(moduleView) }),
    'modules.get'({ hub, name }) {
      const row = records.get(hub, name);
      if (!row) throw noModule(name);
      const stored = objects.get({ hub, kind: 'ManagedClusterModule', namespace: '', name });
      return {
        row: moduleView(row),
        yaml: stored ? yamlOf(stored.object) : '',
        builds: builds.ofModule(hub, name).map(buildView),
        deliveries: deliveries.list(hub, name).map(deliveryView),
      };
    },
    'modules.template': ({ hub }) => ({ yaml: templateFor(store, hub) }),
    async 'modules.schema'({ hub }) {
      const client = sessions.peek(hub);
      const served = client ? await schemas.read(hub, client) : undefined;
      return { schema: served ?? null };
    },
    async 'modules.check'({ hub, yaml }) {
      await facts.refresh(hub);
      const { draft: _, ...output } = check(hub, yaml);
      return output;
    },
    'modules.proof'({ hub, name, state, search, offset, limit }) {
      const { total, rows } = proofs.page(hub, name, state, search, offset, limit);
      const old = oldSince(hub);
      return { total, states: proofs.counts(hub, name), rows: rows.map((row) => proofView(row, old, ageOf(row))) };
    },
    'deliveries.list': ({ hub, module }) => ({ deliveries: deliveries.list(hub, module).map(deliveryView) }),
    'deliveries.get'({ id }) {
      const row = deliveries.get(id);
      if (!row)
        throw fault('delivery.unknown', 'There is no such delivery.', 'Look at the list of deliveries.', {
          field: 'id',
        });
      return deliveryView(row);
    },
  };
}
