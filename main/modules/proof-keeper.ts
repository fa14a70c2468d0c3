import type { Clock } from '../../shared/clock.ts';
import { toFault } from '../../shared/fault.ts';
import type { Sessions } from '../hubs/sessions.ts';
import { resources } from '../kube/resources.ts';
import type { KubeClient } from '../kube/types.ts';
import type { Store } from '../store/open.ts';
import { pool } from './pool.ts';
import { proofWork } from './proof-work.ts';

interface Wish {
  module: string;
  spoke: string;
  nodes: string;
}
interface Leftover {
  spoke: string;
  name: string;
  module: string;
}

/** How many writes run at once, and how long a write that failed is left alone, ms. */
const width = 16;
const pause = 30_000;

/**
 * Keeps a proof work on every selected, reachable spoke, and nowhere else. What the rows show as there is not written again;
 * a write under way or refused a moment ago isn't either.
 */
export function createProofKeeper(deps: { store: Store; sessions: Sessions; clock: Clock }) {
  const { store, sessions, clock } = deps;
  // Without node names (no ManagedClusterInfo) the spoke's own name is tried: on a single node it usually is the host's.
  const missing = store.db.prepare<[string], Wish>(
    `select p.module, p.spoke, case s.node_names_json when '[]' then json_array(s.name) else s.node_names_json end as nodes
     from proof p join spoke s on s.hub = p.hub and s.name = p.spoke
     join module m on m.hub = p.hub and m.name = p.module and m.deleting = 0
     left join work w on w.hub = p.hub and w.spoke = p.spoke and w.module = p.module and w.purpose = 'proof'
     where p.hub = ? and p.selected_at is not null and s.availability = 'available' and s.kernels <> ''
       and (w.name is null or (w.deleting = 0 and
         w.nodes_key <> case s.node_names_json when '[]' then json_array(s.name) else s.node_names_json end))`,
  );
  const leftover = store.db.prepare<[string], Leftover>(
    `select w.spoke, w.name, w.module from work w
     left join proof p on p.hub = w.hub and p.spoke = w.spoke and p.module = w.module and p.selected_at is not null
     where w.hub = ? and w.purpose = 'proof' and w.deleting = 0 and p.module is null`,
  );
  const recent = new Map<string, { nodes: string; until: number }>();
  const running = new Set<string>();
  const denied = new Set<string>();

  function due(key: string, nodes: string): boolean {
    const last = recent.get(key);
    return !last || last.nodes !== nodes || last.until < clock.now();
  }
  /** A write is remembered until the feed shows it, or for `pause`: then it is tried again. */
  async function once(key: string, nodes: string, write: () => Promise<unknown>): Promise<void> {
    recent.set(key, { nodes, until: clock.now() + pause });
    await write();
  }
  async function pass(hub: string, client: KubeClient): Promise<number> {
    const wishes = missing.all(hub).filter(({ module, spoke, nodes }) => due(`${hub} ${spoke} ${module}`, nodes));
    const gone = leftover.all(hub).filter(({ spoke, name }) => due(`${hub} ${spoke} ${name}`, 'gone'));
    const writes = [
      ...wishes.map(
        ({ module, spoke, nodes }) =>
          () =>
            once(`${hub} ${spoke} ${module}`, nodes, () =>
              client.apply(proofWork(module, spoke, JSON.parse(nodes) as string[])),
            ),
      ),
      ...gone.map(
        ({ spoke, name }) =>
          () =>
            once(`${hub} ${spoke} ${name}`, 'gone', () =>
              client.remove(resources.ManifestWork, name, { namespace: spoke, propagation: 'Background' }),
            ),
      ),
    ];
    const results = await pool(writes, width, (write) => write());
    if (writes.length === 0) return 0;
    const last = results.findLast((result) => result.status === 'rejected');
    const refused = last?.status === 'rejected' && toFault(last.reason).code === 'kube.forbidden';
    if (refused && results.every(({ status }) => status === 'rejected')) denied.add(hub);
    else denied.delete(hub);
    return writes.length;
  }
  return {
    /** This identity may not write works on the hub: there will be no evidence. */
    denied: (hub: string): boolean => denied.has(hub),
    /** One pass over a hub; returns how many works were written. Does nothing while another runs, or while rows may be old. */
    async keep(hub: string): Promise<number> {
      const client = sessions.peek(hub);
      const live = ['ManagedCluster', 'ManagedClusterModule', 'ManifestWork'].every((kind) =>
        sessions.isLive(hub, kind),
      );
      if (!client || !live || running.has(hub)) return 0;
      running.add(hub);
      try {
        return await pass(hub, client);
      } finally {
        running.delete(hub);
        for (const [key, { until }] of recent) if (until < clock.now()) recent.delete(key);
      }
    },
  };
}
export type ProofKeeper = ReturnType<typeof createProofKeeper>;
