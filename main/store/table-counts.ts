import type { Store } from './open.ts';

/** Tables whose rows belong to one hub, as `rows.changed` names them. */
const tables = [
  'object',
  'spoke',
  'addon',
  'policy',
  'operator',
  'work',
  'module',
  'image_config',
  'build',
  'proof',
  'delivery',
  'timeline',
  'intent',
] as const;

/** Rows of one hub, by table. */
export const tableCounts = ({ db }: Store, hub: string): Record<string, number> =>
  Object.fromEntries(
    tables.map((table) => [
      table,
      db.prepare(`select count(*) from ${table} where hub = ?`).pluck().get(hub) as number,
    ]),
  );
