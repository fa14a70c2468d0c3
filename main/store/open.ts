import Database from 'better-sqlite3';
import { first } from './migrations/0001-first.ts';

/** Migrations in order; the number of a migration is its place, counted from 1, and `user_version` of the file. */
export const migrations: readonly string[] = [first];

export type Db = Database.Database;

/** The open store. `transaction` nests; everything in it is written or nothing. */
export interface Store {
  readonly db: Db;
  readonly path: string;
  transaction<T>(work: () => T): T;
  close(): void;
}

/** Opens (and migrates) the SQLite file at `path`; ':memory:' for tests. */
export function openStore(path: string): Store {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma('foreign_keys = ON');
  const version = db.pragma('user_version', { simple: true }) as number;
  db.transaction(() => {
    for (const migration of migrations.slice(version)) db.exec(migration);
    db.pragma(`user_version = ${migrations.length}`);
  })();
  return {
    db,
    path,
    transaction: (work) => db.transaction(work)(),
    close: () => db.close(),
  };
}
