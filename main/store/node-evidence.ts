import type { Store } from './open.ts';

/** What a ManagedClusterView showed of one node, by its Node or its NodeModulesConfig. `read_at` is the hub's time. */
export interface NodeEvidenceRow {
  hub: string;
  spoke: string;
  node: string;
  kind: 'Node' | 'NodeModulesConfig';
  read_at: string;
  /** JSON of what was read, `{}` where it was refused. */
  facts_json: string;
  /** The add-on's words where it could not read, '' where it could. */
  refusal: string;
}

/** Queries on evidence that was read by views. */
export function createNodeEvidence({ db }: Store) {
  const put = db.prepare(
    `insert or replace into node_evidence (hub, spoke, node, kind, read_at, facts_json, refusal)
     values (@hub, @spoke, @node, @kind, @read_at, @facts_json, @refusal)`,
  );
  const ofSpoke = db.prepare<[string, string], NodeEvidenceRow>(
    'select * from node_evidence where hub = ? and spoke = ? order by node, kind',
  );
  const outdated = db.prepare<[string, string], { module: string; spoke: string }>(
    `select p.module, p.spoke from proof p where p.hub = ? and p.evidence = 'view' and exists
       (select 1 from node_evidence e where e.hub = p.hub and e.spoke = p.spoke and e.read_at < ?)`,
  );
  return {
    put: (row: NodeEvidenceRow): void => void put.run(row),
    ofSpoke: (hub: string, spoke: string) => ofSpoke.all(hub, spoke),
    /** Pairs that were judged by evidence which is from before `time` by now. */
    outdated: (hub: string, time: string) => outdated.all(hub, time),
  };
}
export type NodeEvidences = ReturnType<typeof createNodeEvidence>;
