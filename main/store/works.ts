import type { Store } from './open.ts';

/** A ManifestWork as screens and the proof of load ask for it. `spoke` is its namespace; 0/1 are booleans. */
export interface WorkRow {
  hub: string;
  spoke: string;
  name: string;
  purpose: 'module' | 'proof' | 'install' | 'other';
  module: string;
  generation: number;
  /** Status of the condition Applied ('' before the agent's first word) and the generation it speaks of. */
  applied: string;
  applied_generation: number;
  applied_reason: string;
  applied_message: string;
  available: string;
  available_message: string;
  /** Applied is True at the present generation, and the work is not being deleted. */
  delivered: number;
  deleting: number;
  /** JSON `{kernel: image}` of the Module in it, {} where it holds none. */
  kernels_json: string;
  /** JSON list of `{manifest, name, value}`, manifest as `Kind/name`. */
  feedback_json: string;
  feedback_at: string | null;
  /** Which nodes our proof work reads: the JSON list of names, '' for other works. */
  nodes_key: string;
  changed_at: string | null;
  created_at: string;
}

const columns = [
  'hub',
  'spoke',
  'name',
  'purpose',
  'module',
  'generation',
  'applied',
  'applied_generation',
  'applied_reason',
  'applied_message',
  'available',
  'available_message',
  'delivered',
  'deleting',
  'kernels_json',
  'feedback_json',
  'feedback_at',
  'nodes_key',
  'changed_at',
  'created_at',
] as const;

/** Queries on ManifestWork rows. */
export function createWorks({ db }: Store) {
  const put = db.prepare(
    `insert or replace into work (${columns.join(', ')}) values (${columns.map((name) => `@${name}`).join(', ')})`,
  );
  const one = db.prepare<[string, string, string], WorkRow>(
    'select * from work where hub = ? and spoke = ? and name = ?',
  );
  const pair = db.prepare<[string, string, string], WorkRow>(
    `select * from work where hub = ? and spoke = ? and module = ? and purpose in ('module', 'proof')`,
  );
  const remove = db.prepare('delete from work where hub = ? and spoke = ? and name = ?');
  const ofPurpose = db.prepare<[string, string, string], { spoke: string; name: string; nodes_key: string }>(
    'select spoke, name, nodes_key from work where hub = ? and module = ? and purpose = ? and deleting = 0',
  );
  return {
    put: (row: WorkRow): void => void put.run(row),
    get: (hub: string, spoke: string, name: string) => one.get(hub, spoke, name),
    /** The works of one module on one spoke: at most KMM-Hub's, ours in its place, and our proof work. */
    ofPair: (hub: string, module: string, spoke: string) => pair.all(hub, spoke, module),
    ofModule: (hub: string, module: string, purpose: WorkRow['purpose']) => ofPurpose.all(hub, module, purpose),
    remove: (hub: string, spoke: string, name: string): void => void remove.run(hub, spoke, name),
  };
}
export type Works = ReturnType<typeof createWorks>;
