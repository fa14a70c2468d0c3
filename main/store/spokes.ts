import type { Availability, LoadState, SpokeRow } from '../../shared/contract/fleet.ts';
import type { Store } from './open.ts';

/** A spoke as stored. Booleans are 0/1; `kernels` newline-separated and sorted; install owns kmm*, modules owns load. */
export interface SpokeRecord {
  id: number;
  hub: string;
  name: string;
  availability: Availability;
  operative: number;
  reason: string;
  openshift: string;
  openshift_sort: string;
  kubernetes: string;
  kernels: string;
  claims_cut: number;
  kmm: SpokeRow['kmm'];
  kmm_reason: string;
  kmm_since: string | null;
  kmm_started: string | null;
  load: LoadState;
  /** `module:state,…` of the proof rows, kept by triggers. */
  loads: string;
  nodes: number;
  node_names_json: string;
  label_keys: string;
  labels_json: string;
  uid: string;
  since: string;
  created_at: string;
}

/** What the fleet's projector writes of a spoke; the columns of other rooms are not among them. */
export type SpokeFacts = Omit<
  SpokeRecord,
  'id' | 'kmm' | 'kmm_reason' | 'kmm_since' | 'kmm_started' | 'load' | 'loads'
>;

const factColumns = [
  'availability',
  'operative',
  'reason',
  'openshift',
  'openshift_sort',
  'kubernetes',
  'kernels',
  'claims_cut',
  'nodes',
  'node_names_json',
  'label_keys',
  'labels_json',
  'uid',
  'since',
  'created_at',
] as const;

/** Queries on single spokes; questions over the whole fleet are in fleet/. */
export function createSpokes({ db }: Store) {
  const one = db.prepare<[string, string], SpokeRecord>('select * from spoke where hub = ? and name = ?');
  const insert = db.prepare(
    `insert into spoke (hub, name, ${factColumns.join(', ')}, loads)
     values (@hub, @name, ${factColumns.map((name) => `@${name}`).join(', ')},
       (select coalesce(group_concat(module || ':' || state, ','), '') from
         (select module, state from proof where hub = @hub and spoke = @name and state <> 'none' order by module)))`,
  );
  const update = db.prepare(
    `update spoke set ${factColumns.map((name) => `${name} = @${name}`).join(', ')} where hub = @hub and name = @name`,
  );
  const removeOne = db.prepare('delete from spoke where hub = ? and name = ?');
  const names = db.prepare<[string], string>('select name from spoke where hub = ? order by name').pluck();
  const count = db.prepare<[string], number>('select coalesce(sum(n), 0) from spoke_group where hub = ?').pluck();
  const clearLabels = db.prepare('delete from spoke_label where hub = ? and spoke = ?');
  const addLabel = db.prepare('insert into spoke_label (hub, key, value, spoke) values (?, ?, ?, ?)');
  const clearKernels = db.prepare('delete from spoke_kernel where hub = ? and spoke = ?');
  const addKernel = db.prepare('insert into spoke_kernel (hub, kernel, spoke) values (?, ?, ?)');
  const joined = db.prepare<[string], { name: string; openshift: string; labels_json: string }>(
    `select name, openshift, labels_json from spoke where hub = ? and availability not in ('notAccepted', 'joining', 'deleting') order by name`,
  );
  return {
    get: (hub: string, name: string) => one.get(hub, name),
    /** Inserts or updates the fleet's columns only. */
    put(facts: SpokeFacts, exists: boolean): void {
      (exists ? update : insert).run(facts);
    },
    remove(hub: string, name: string): void {
      clearLabels.run(hub, name);
      clearKernels.run(hub, name);
      removeOne.run(hub, name);
    },
    setLabels(hub: string, name: string, labels: Record<string, string>): void {
      clearLabels.run(hub, name);
      for (const [key, value] of Object.entries(labels)) addLabel.run(hub, key, value, name);
    },
    setKernels(hub: string, name: string, kernels: readonly string[]): void {
      clearKernels.run(hub, name);
      for (const kernel of kernels) addKernel.run(hub, kernel, name);
    },
    /** All names in order. */
    /** Accepted spokes with what says which cluster resources they take. */
    joined: (hub: string) => joined.all(hub),
    names: (hub: string) => names.all(hub),
    count: (hub: string): number => count.get(hub) ?? 0,
  };
}
export type Spokes = ReturnType<typeof createSpokes>;

/** Kernels of the column: empty list for ''. */
export const splitKernels = (kernels: string): string[] => (kernels === '' ? [] : kernels.split('\n'));
