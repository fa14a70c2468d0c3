import type { Clock } from '../../shared/clock.ts';
import { toFault } from '../../shared/fault.ts';
import { names } from '../../shared/kube.ts';
import type { ModuleSpec } from '../../shared/rules/module-spec.ts';
import { appliedTime } from '../install/applied-time.ts';
import type { KubeClient } from '../kube/types.ts';
import type { DeliveryRecord } from '../store/deliveries.ts';
import type { Store } from '../store/open.ts';
import { parseModule } from './intended.ts';
import { wantedBy } from './module-index.ts';
import { deliverLabel, deliverManager } from './naming.ts';
import { pool } from './pool.ts';
import type { Wanted } from './proof-facts.ts';
import { ways } from './ways.ts';

/** How long a label we set counts as set before its row shows it, and one that failed is left alone, ms. */
const memory = 30_000;
const width = 16;

/** What a delivery does to the hub; every act may be repeated without harm. */
export function createDeliveryActs({ store, clock }: { store: Store; clock: Clock }) {
  const uidOf = store.db.prepare<[string, string], { uid: string }>('select uid from spoke where hub = ? and name = ?');
  const set = new Map<string, number>();
  const failed = new Map<string, number>();
  const parsed = new Map<string, { selector: Record<string, string>; wanted(kernel: string): Wanted }>();

  /** Applies (or takes away) our label alone; with the uid, so that no cluster can come into being by it. */
  async function label(client: KubeClient, hub: string, module: string, spoke: string, on: boolean): Promise<void> {
    const uid = uidOf.get(hub, spoke)?.uid;
    if (!uid) return;
    const labels = on ? { [deliverLabel(module)]: 'true' } : {};
    await client.apply(
      {
        apiVersion: 'cluster.open-cluster-management.io/v1',
        kind: 'ManagedCluster',
        metadata: { name: spoke, uid, labels },
      },
      { fieldManager: deliverManager(module), force: on },
    );
  }
  return {
    /** The module as the user wrote it: its selector, and the image it wants for each kernel. */
    intended(row: DeliveryRecord) {
      let known = parsed.get(row.id);
      if (!known) {
        const { spec } = parseModule(row.yaml);
        const moduleSpec = (spec?.moduleSpec ?? {}) as ModuleSpec;
        known = {
          selector: spec?.selector ?? {},
          wanted: wantedBy(moduleSpec, row.module, spec?.spokeNamespace ?? ''),
        };
        parsed.set(row.id, known);
      }
      return known;
    },
    labelledNow: (hub: string, module: string, spoke: string): boolean =>
      (set.get(`${hub} ${module} ${spoke}`) ?? 0) > clock.now(),
    /** Sets our label on these spokes, 16 at a time; returns how many were set. Throws when the right is missing. */
    async label(client: KubeClient, hub: string, module: string, spokes: readonly string[]): Promise<number> {
      const due = spokes.filter((spoke) => (failed.get(`${hub} ${module} ${spoke}`) ?? 0) <= clock.now());
      const results = await pool(due, width, (spoke) => label(client, hub, module, spoke, true));
      results.forEach((result, index) => {
        const key = `${hub} ${module} ${due[index]}`;
        (result.status === 'fulfilled' ? set : failed).set(key, clock.now() + memory);
      });
      for (const result of results) {
        if (result.status === 'rejected' && toFault(result.reason).code === 'kube.forbidden') throw result.reason;
      }
      return results.filter(({ status }) => status === 'fulfilled').length;
    },
    /** Takes our label from these spokes; returns those that refused. */
    async unlabel(client: KubeClient, hub: string, module: string, spokes: readonly string[]): Promise<string[]> {
      for (const spoke of spokes) set.delete(`${hub} ${module} ${spoke}`);
      const results = await pool(spokes, width, (spoke) => label(client, hub, module, spoke, false));
      return spokes.filter((_, index) => results[index]?.status === 'rejected');
    },
    /** Applies the module itself; `at` is the hub's own time of it. Throws conflicts with their owners. */
    async apply(client: KubeClient, row: DeliveryRecord): Promise<{ generation: number; at: string | undefined }> {
      const object = await client.apply(ways[row.way].intended(row.yaml), { fieldManager: names.fieldManager });
      return { generation: object.metadata.generation ?? 1, at: appliedTime(object) };
    },
  };
}
export type DeliveryActs = ReturnType<typeof createDeliveryActs>;
