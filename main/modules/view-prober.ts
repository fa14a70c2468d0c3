import type { Clock } from '../../shared/clock.ts';
import { toFault } from '../../shared/fault.ts';
import type { Sessions } from '../hubs/sessions.ts';
import { resources } from '../kube/resources.ts';
import type { KubeClient } from '../kube/types.ts';
import type { NodeEvidenceRow, NodeEvidences } from '../store/node-evidence.ts';
import type { Store } from '../store/open.ts';
import type { Proofs } from '../store/proofs.ts';
import type { PairQueue } from './pair-queue.ts';
import { pool } from './pool.ts';
import type { ProofKeeper } from './proof-keeper.ts';
import { factsOf, freshMs } from './view-evidence.ts';
import { nodeView, type ViewAnswer, viewAnswer, viewLabel } from './view-object.ts';

/** Hub time, ms, after which a node is read again: where the module is not proven yet, and where it is. */
const soonAgain = 60_000;
const laterAgain = 5 * 60_000;
/** A view without an answer for so long (hub time, ms) is taken away: the add-on is silent. */
const patience = 120_000;
/** Views that wait for an answer at one time, and writes at once. */
const most = 200;
const width = 16;
/** Local pause after a refusal of the hub, and between looks at a hub where works are the rule, ms. */
const refusedFor = 60_000;
const idle = 5_000;

interface Due {
  spoke: string;
  nodes: string;
  since: string;
  proven: number;
}

/**
 * Reads the evidence by ManagedClusterViews where our read-only works may not be written: on a hub that refuses them to us, and on
 * spokes whose agent refuses them. Each view is made, read once and deleted, so that what it shows is known to be new.
 */
export function createViewProber(deps: {
  store: Store;
  sessions: Sessions;
  clock: Clock;
  keeper: ProofKeeper;
  queue: PairQueue;
  proofs: Proofs;
  evidence: NodeEvidences;
}) {
  const { store, sessions, clock, keeper, queue, proofs, evidence } = deps;
  const due = store.db.prepare<[string, number], Due>(
    `select s.name as spoke, s.since, case s.node_names_json when '[]' then json_array(s.name) else s.node_names_json end as nodes,
       min(p.state = 'proven') as proven
     from proof p join spoke s on s.hub = p.hub and s.name = p.spoke and s.availability = 'available' and s.kernels <> ''
     join work w on w.hub = p.hub and w.spoke = p.spoke and w.module = p.module and w.purpose = 'module' and w.delivered = 1
     where p.hub = ? and p.selected_at is not null and (? or exists (select 1 from work r where r.hub = p.hub and r.spoke = p.spoke
       and r.module = p.module and r.purpose = 'proof' and r.applied = 'False' and r.applied_generation >= r.generation))
     group by s.name`,
  );
  /** Hubs that do not let us make views, until when (ms, our clock). */
  const refused = new Map<string, number>();
  /** Hubs on which the last attempt came to nothing. */
  const unable = new Set<string>();
  const lookedAt = new Map<string, number>();
  const running = new Set<string>();

  /** Keeps what a view showed, and has the modules of the spoke judged anew. */
  function record(hub: string, { spoke, node, kind, askedAt, object, refusal }: ViewAnswer): void {
    const facts = object && factsOf(object);
    evidence.put({
      ...{ hub, spoke, node, kind, read_at: askedAt, refusal: facts ? '' : refusal || 'The answer was empty.' },
      facts_json: JSON.stringify(facts ?? {}),
    });
    const seen = { seenAt: new Date(clock.now()).toISOString(), hubAt: sessions.hubNow(hub), news: true };
    for (const module of proofs.modulesOf(hub, spoke)) queue.add(hub, module, [spoke], seen);
  }

  /** Reads the views that are there; gives back those that still wait, as `spoke kind node`. */
  async function collect(hub: string, client: KubeClient, now: number): Promise<Set<string>> {
    const waiting = new Set<string>();
    const done: ViewAnswer[] = [];
    // Small pages: each item holds a whole Node.
    const options = { labelSelector: `${viewLabel}=proof`, limit: 50 };
    for await (const { items } of client.list(resources.ManagedClusterView, options)) {
      for (const item of items) {
        const answer = viewAnswer(item);
        if (!answer) continue;
        const silent = now - Date.parse(answer.askedAt) > patience;
        if (answer.object || answer.refusal !== '') done.push(answer);
        else if (silent) done.push({ ...answer, refusal: 'The work-manager add-on of the spoke gives no answer.' });
        else waiting.add(`${answer.spoke} ${answer.kind} ${answer.node}`);
      }
    }
    store.transaction(() => {
      for (const answer of done) record(hub, answer);
    });
    await pool(done, width, ({ spoke, name }) =>
      client.remove(resources.ManagedClusterView, name, { namespace: spoke, propagation: 'Background' }),
    );
    return waiting;
  }

  function wanted(hub: string, everywhere: boolean, waiting: ReadonlySet<string>, now: number) {
    const views: { spoke: string; node: string; kind: NodeEvidenceRow['kind'] }[] = [];
    for (const { spoke, nodes, since, proven } of due.all(hub, everywhere ? 1 : 0)) {
      if (views.length + waiting.size >= most) break;
      const rows = evidence.ofSpoke(hub, spoke);
      const oldest = Math.max(now - (proven ? laterAgain : soonAgain), Date.parse(since) || 0);
      for (const node of JSON.parse(nodes) as string[]) {
        for (const kind of ['NodeModulesConfig', 'Node'] as const) {
          const last = rows.find((row) => row.node === node && row.kind === kind);
          if (last && Date.parse(last.read_at) >= oldest) continue;
          if (!waiting.has(`${spoke} ${kind} ${node}`)) views.push({ spoke, node, kind });
        }
      }
    }
    return views;
  }

  async function pass(hub: string, client: KubeClient): Promise<void> {
    const now = Date.parse(sessions.hubNow(hub));
    const seen = { seenAt: new Date(clock.now()).toISOString(), hubAt: sessions.hubNow(hub), news: true };
    for (const { module, spoke } of evidence.outdated(hub, new Date(now - freshMs).toISOString())) {
      queue.add(hub, module, [spoke], seen);
    }
    const everywhere = keeper.denied(hub);
    if (due.all(hub, everywhere ? 1 : 0).length === 0) return;
    if (!(await client.served(resources.ManagedClusterView))) {
      refuse(hub);
      return;
    }
    const waiting = await collect(hub, client, now);
    const views = wanted(hub, everywhere, waiting, now);
    const results = await pool(views, width, ({ spoke, node, kind }) => client.create(nodeView(spoke, node, kind)));
    const no = results.find(
      (result) => result.status === 'rejected' && toFault(result.reason).code === 'kube.forbidden',
    );
    if (no) refuse(hub);
    else unable.delete(hub);
  }
  function refuse(hub: string): void {
    refused.set(hub, clock.now() + refusedFor);
    unable.add(hub);
  }
  return {
    /** Views can be made on this hub, as far as is known: evidence may still come where works are refused. */
    able: (hub: string): boolean => !unable.has(hub),
    /** One look at a hub; does nothing while another runs, or while rows may be old. */
    async look(hub: string): Promise<void> {
      const client = sessions.peek(hub);
      const live = ['ManagedCluster', 'ManagedClusterModule', 'ManifestWork'].every((kind) =>
        sessions.isLive(hub, kind),
      );
      if (!client || !live || running.has(hub) || (refused.get(hub) ?? 0) > clock.now()) return;
      if (!keeper.denied(hub) && clock.now() - (lookedAt.get(hub) ?? 0) < idle) return;
      running.add(hub);
      lookedAt.set(hub, clock.now());
      try {
        await pass(hub, client);
      } catch (error) {
        if (toFault(error).code !== 'kube.forbidden') throw error;
        refuse(hub);
      } finally {
        running.delete(hub);
      }
    },
  };
}
export type ViewProber = ReturnType<typeof createViewProber>;
