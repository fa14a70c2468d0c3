import type { LoadState } from '../../shared/contract/fleet.ts';
import type { ProofRow } from '../../shared/contract/modules.ts';
import type { Store } from './open.ts';

/** One module on one targeted spoke. `selected_at` is null until KMM-Hub's selector takes the spoke in. */
export interface ProofRecord {
  hub: string;
  module: string;
  spoke: string;
  state: LoadState;
  cause: string;
  reason: string;
  remedy: string;
  kernel: string;
  image: string;
  loaded_kernel: string;
  loaded_image: string;
  loaded_boot: string;
  node_boot: string;
  evidence: ProofRow['evidence'];
  selected_at: string | null;
  since: string;
  proven_at: string | null;
}

/** What a person must see first; the worst state of a spoke's modules is its badge. */
export const worstFirst: readonly LoadState[] = [
  'failed',
  'staleBoot',
  'unknown',
  'claimed',
  'loading',
  'waiting',
  'proven',
  'none',
];

/** Queries on proofs of load. */
export function createProofs({ db }: Store) {
  const one = db.prepare<[string, string, string], ProofRecord>(
    'select * from proof where hub = ? and module = ? and spoke = ?',
  );
  const put = db.prepare(
    `insert into proof (hub, module, spoke, state, cause, reason, remedy, kernel, image, loaded_kernel, loaded_image,
       loaded_boot, node_boot, evidence, selected_at, since, proven_at)
     values (@hub, @module, @spoke, @state, @cause, @reason, @remedy, @kernel, @image, @loaded_kernel, @loaded_image,
       @loaded_boot, @node_boot, @evidence, @selected_at, @since, @proven_at)
     on conflict (hub, module, spoke) do update set state = @state, cause = @cause, reason = @reason, remedy = @remedy,
       kernel = @kernel, image = @image, loaded_kernel = @loaded_kernel, loaded_image = @loaded_image,
       loaded_boot = @loaded_boot, node_boot = @node_boot, evidence = @evidence, selected_at = @selected_at, since = @since,
       proven_at = @proven_at`,
  );
  const remove = db.prepare('delete from proof where hub = ? and module = ? and spoke = ?');
  const statesOfSpoke = db.prepare<[string, string], { state: LoadState }>(
    'select distinct state from proof where hub = ? and spoke = ?',
  );
  const modulesOfSpoke = db.prepare<[string, string], { module: string }>(
    'select module from proof where hub = ? and spoke = ?',
  );
  const spokesOfModule = db.prepare<[string, string], { spoke: string }>(
    'select spoke from proof where hub = ? and module = ?',
  );
  const setLoad = db.prepare('update spoke set load = ? where hub = ? and name = ? and load <> ?');
  const counts = db.prepare<[string, string], { state: LoadState; n: number }>(
    'select state, count(*) as n from proof where hub = ? and module = ? group by state',
  );
  const page = db.prepare<unknown[], ProofRecord>(
    `select * from proof where hub = ? and module = ? and (? = '[]' or state in (select value from json_each(?)))
       and (? = '' or instr(spoke, ?) > 0) order by spoke limit ? offset ?`,
  );
  const total = db.prepare<unknown[], { n: number }>(
    `select count(*) as n from proof where hub = ? and module = ? and (? = '[]' or state in (select value from json_each(?)))
       and (? = '' or instr(spoke, ?) > 0)`,
  );
  return {
    get: (hub: string, module: string, spoke: string) => one.get(hub, module, spoke),
    put: (row: ProofRecord): void => void put.run(row),
    remove: (hub: string, module: string, spoke: string): void => void remove.run(hub, module, spoke),
    modulesOf: (hub: string, spoke: string) => modulesOfSpoke.all(hub, spoke).map(({ module }) => module),
    spokesOf: (hub: string, module: string) => spokesOfModule.all(hub, module).map(({ spoke }) => spoke),
    /** Sets spoke.load to the worst state of its modules; returns whether it changed. */
    refreshLoad(hub: string, spoke: string): boolean {
      const states = new Set(statesOfSpoke.all(hub, spoke).map(({ state }) => state));
      const worst = worstFirst.find((state) => states.has(state)) ?? 'none';
      return setLoad.run(worst, hub, spoke, worst).changes > 0;
    },
    counts: (hub: string, module: string): Record<string, number> =>
      Object.fromEntries(counts.all(hub, module).map(({ state, n }) => [state, n])),
    page(hub: string, module: string, states: readonly string[], search: string, offset: number, limit: number) {
      const json = JSON.stringify(states);
      return {
        total: total.get(hub, module, json, json, search, search)?.n ?? 0,
        rows: page.all(hub, module, json, json, search, search, limit, offset),
      };
    },
  };
}
export type Proofs = ReturnType<typeof createProofs>;
