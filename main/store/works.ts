import { type FeedbackAge, feedbackAge } from '../../shared/rules/feedback-age.ts';
import type { Store } from './open.ts';

/** One value fed back. `gone`: its object is not there any more; the agent keeps the last value. */
export interface WorkFeedback {
  manifest: string;
  name: string;
  value: string;
  gone?: true;
}

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
  /** JSON list of WorkFeedback, manifest as `Kind/name`. */
  feedback_json: string;
  feedback_at: string | null;
  /** When the agent first tried the present spec, and when it last wrote the status. */
  taken_at: string | null;
  status_at: string | null;
  /** The agent's words where it can't read what it feeds back, '' where it can: the values are those of before. */
  unread: string;
  scrape: 'watch' | 'poll';
  /** Which nodes our proof work reads: the JSON list of names, '' for other works. */
  nodes_key: string;
  changed_at: string | null;
  created_at: string;
}

/** How far the feedback of a work may be relied on. `now` in ms by the hub's clock. */
export function workAge(
  work: WorkRow,
  { reachable, watched, now }: { reachable: boolean; watched: boolean; now: number },
): FeedbackAge {
  const values = JSON.parse(work.feedback_json) as WorkFeedback[];
  return feedbackAge(
    {
      delivered: work.delivered === 1,
      takenAt: work.taken_at ?? undefined,
      statusAt: work.status_at ?? undefined,
      values: values.length > 0,
      gone: values.some(({ gone }) => gone),
      unread: work.unread,
      scrape: work.scrape,
      reachable,
      watched,
    },
    now,
  );
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
  'taken_at',
  'status_at',
  'unread',
  'scrape',
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
