import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type Clock, isoSeconds } from '../../shared/clock.ts';
import { fault } from '../../shared/fault.ts';
import { homeFault } from './errors.ts';

/** A home in our hands. */
export interface HomeLock {
  release(): void;
}

/**
 * Takes the home for this process; makes the folder if it is missing. The lock itself is the operating system's (SQLite's file lock on `lock.db`), so it ends with
 * the process however that dies, and nothing stale is ever left; `holder.json` beside it only says who.
 * Fault home.held names process, program, machine and time; others: home.readOnly, home.notFolder, store.diskFull.
 */
export function lockHome(home: string, options: { clock: Pick<Clock, 'now'>; host: string }): HomeLock {
  const path = join(home, 'lock.db');
  const note = join(home, 'holder.json');
  let db: Database.Database | undefined;
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
    db = new Database(path, { timeout: 0 });
    db.exec('begin exclusive');
  } catch (error) {
    db?.close();
    if (!(error instanceof Database.SqliteError) || !error.code.startsWith('SQLITE_BUSY')) throw homeFault(error, home);
    throw fault(
      'home.held',
      `The home ${home} is in use by ${holder(note)}.`,
      'Use that window, close it first (or wait for that command), or choose another home with --home.',
      { field: '--home' },
    );
  }
  const held = db;
  try {
    const who = { pid: process.pid, host: options.host, machine: hostname(), since: isoSeconds(options.clock.now()) };
    writeFileSync(`${note}.new`, JSON.stringify(who), { mode: 0o600 });
    renameSync(`${note}.new`, note);
  } catch (error) {
    held.close();
    throw homeFault(error, home);
  }
  return {
    release() {
      if (!held.open) return;
      rmSync(note, { force: true });
      held.close();
    },
  };
}

function holder(note: string): string {
  try {
    const who = JSON.parse(readFileSync(note, 'utf8')) as Record<string, unknown>;
    return `process ${who.pid} (${who.host}) on ${who.machine} since ${who.since}`;
  } catch {
    return 'another program';
  }
}
