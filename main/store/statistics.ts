import type Database from 'better-sqlite3';

/**
 * What the query planner shall believe of the tables that grow with the fleet (sqlite_stat1: rows, then rows per equal prefix of the
 * index). Without it SQLite takes `hub = ?` for selective and reads a whole hub where an index on the spoke would do; written by
 * hand, so that plans are the same on every machine and from the first row on.
 */
const fleetSized: readonly [table: string, index: string, stat: string][] = [
  ['object', 'sqlite_autoindex_object_1', '500000 500000 100000 5 1'],
  ['spoke', 'sqlite_autoindex_spoke_1', '100000 100000 1'],
  ['spoke', 'spoke_by_group', '100000 100000 1000 1'],
  ['spoke', 'spoke_by_name', '100000 100000 1 1'],
  ['spoke', 'spoke_by_since', '100000 100000 10 1 1'],
  ['spoke', 'spoke_by_id', '100000 1 1'],
  ['spoke', 'spoke_broken', '500 500 100 1'],
  ['spoke', 'spoke_kmm', '100000 100000 20000'],
  ['spoke_label', 'spoke_label', '2000000 2000000 100000 500 1'],
  ['spoke_label', 'spoke_label_spoke', '2000000 2000000 20 1 1'],
  ['spoke_kernel', 'spoke_kernel', '100000 100000 20000 1'],
  ['spoke_kernel', 'spoke_kernel_spoke', '100000 100000 1 1'],
  ['addon', 'addon', '300000 300000 3 1'],
  ['policy', 'policy', '300000 300000 3 1'],
  ['policy', 'policy_spoke', '300000 300000 3 1'],
  ['work', 'work', '300000 300000 3 1'],
  ['work', 'work_module', '300000 300000 60000 30000 1 1'],
  ['image_config', 'image_config', '200000 200000 200000 1'],
  ['image_config', 'image_config_module', '200000 200000 50000 1 1 1'],
  ['build', 'build', '100000 100000 100000 2 1'],
  ['build', 'build_module', '100000 100000 20000 2 1 1 1'],
  ['proof', 'proof', '200000 200000 50000 1'],
  ['proof', 'proof_state', '200000 200000 50000 10000 1'],
  ['proof', 'proof_spoke', '200000 200000 2 1 1'],
  ['timeline', 'timeline_spoke', '1000000 1000000 10 1'],
  ['timeline', 'timeline_module', '1000000 1000000 200000 50000 1'],
];

/** Gives the planner the figures above and loads them; entries of indexes that are not there do no harm. */
export function giveStatistics(db: Database.Database): void {
  db.exec('analyze sqlite_schema');
  db.exec('delete from sqlite_stat1');
  const insert = db.prepare('insert into sqlite_stat1 (tbl, idx, stat) values (?, ?, ?)');
  for (const entry of fleetSized) insert.run(...entry);
  db.exec('analyze sqlite_schema');
}
