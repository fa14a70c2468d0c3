import { closeSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { type Clock, systemClock } from '../../shared/clock.ts';
import { storeFault } from './errors.ts';
import { inspectFile } from './inspect.ts';
import { migrate, migrations } from './migrate.ts';

export type Db = Database.Database;

/** The open store. */
export interface Store {
  readonly db: Db;
  readonly path: string;
  /** Path of the copy made before a migration at this opening. */
  readonly backup?: string;
  /** Everything in it is written or nothing; nests. What SQLite refuses (full disk …) is thrown as a store.* fault. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/**
 * Opens (makes, migrates) the SQLite file at `path`; ':memory:' for tests. Faults: store.newer, store.damaged, store.foreign,
 * store.readOnly, store.diskFull, store.backupFailed; in each case the file is as it was.
 */
export function openStore(
  path: string,
  options: { clock?: Pick<Clock, 'now'>; migrations?: readonly string[] } = {},
): Store {
  const clock = options.clock ?? systemClock();
  if (path !== ':memory:') {
    inspectFile(path);
    makePrivate(path);
  }
  let db: Db | undefined;
  try {
    db = new Database(path, { timeout: 2000 });
    // Read before anything is written: a newer or damaged file must stay untouched.
    db.pragma('schema_version');
    db.prepare('select count(*) from sqlite_schema').get();
    const backup = migrate(db, path, clock, options.migrations ?? migrations);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    db.pragma('temp_store = MEMORY');
    db.pragma('cache_size = -24000');
    // SQLite opens a file it may not write without a word; only asking to write tells.
    db.prepare('update hub set name = name where id = (select id from hub limit 1)').run();
    return open(db, path, backup);
  } catch (error) {
    db?.close();
    throw storeFault(error, path);
  }
}

/** A new file is for this user alone: it tells of clusters. SQLite gives its side files the same mode. */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'a', 0o600));
  } catch {
    // SQLite says what is wrong, in its own codes.
  }
}

function open(db: Db, path: string, backup: string | undefined): Store {
  return {
    db,
    path,
    ...(backup !== undefined && { backup }),
    transaction(work) {
      try {
        return db.transaction(work)();
      } catch (error) {
        throw storeFault(error, path);
      }
    },
    close: () => db.close(),
  };
}
