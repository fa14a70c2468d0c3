import { closeSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { fault } from '../../../shared/fault.ts';
import { diskFault } from './disk-fault.ts';

/**
 * Takes the store for writing. The lock is the operating system's (SQLite's file lock), so it ends with the process however that
 * dies; readers don't ask for it. Fault store.busy.
 */
export function lockStore(path: string, root: string): () => void {
  let db: Database.Database | undefined;
  try {
    closeSync(openSync(path, 'a', 0o600));
    db = new Database(path, { timeout: 0 });
    db.exec('begin exclusive');
  } catch (error) {
    db?.close();
    if (!(error instanceof Database.SqliteError) || !error.code.startsWith('SQLITE_BUSY')) throw diskFault(error, root);
    throw fault(
      'store.busy',
      `Another program writes to the store ${root}.`,
      'Wait for it, close it, or choose another folder.',
      { field: 'root', cause: error },
    );
  }
  const held = db;
  return () => {
    if (held.open) held.close();
  };
}
