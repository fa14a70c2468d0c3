import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import { type Clock, isoSeconds } from '../../shared/clock.ts';
import { fault } from '../../shared/fault.ts';
import { storeFault } from './errors.ts';
import { applicationId } from './inspect.ts';
import { first } from './migrations/0001-first.ts';
import { evidence } from './migrations/0002-evidence.ts';
import { claims } from './migrations/0003-claims.ts';
import { mirror } from './migrations/0004-mirror.ts';
import { served } from './migrations/0005-served.ts';
import { uploads } from './migrations/0006-uploads.ts';
import { siteRecord } from './migrations/0007-site-record.ts';
import { giveStatistics } from './statistics.ts';

/** Migrations in order; the number of a migration is its place, counted from 1, and `user_version` of the file. */
export const migrations: readonly string[] = [first, evidence, claims, mirror, served, uploads, siteRecord];

/**
 * Brings the schema up to the newest migration, all or nothing. A file that already holds something is first copied to
 * `backups/` beside it; returns that copy's path. Faults: store.newer, store.backupFailed, store.diskFull.
 */
export function migrate(
  db: Database.Database,
  path: string,
  clock: Pick<Clock, 'now'>,
  steps: readonly string[] = migrations,
): string | undefined {
  const version = db.pragma('user_version', { simple: true }) as number;
  if (version > steps.length) {
    throw fault(
      'store.newer',
      `${path} was written by a newer version of this application (schema ${version}; this one knows ${steps.length}).`,
      'Start the newer version, or choose another home with --home. Nothing was changed.',
      { field: path },
    );
  }
  if (version === steps.length) return undefined;
  const copy = version > 0 && path !== ':memory:' ? backup(db, path, version, clock) : undefined;
  db.transaction(() => {
    for (const step of steps.slice(version)) db.exec(step);
    giveStatistics(db);
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${steps.length}`);
  }).immediate();
  return copy;
}

function backup(db: Database.Database, path: string, version: number, clock: Pick<Clock, 'now'>): string {
  const folder = join(dirname(path), 'backups');
  const copy = join(folder, `schema-${version}-${isoSeconds(clock.now()).replaceAll(':', '')}.db`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    rmSync(copy, { force: true });
    db.prepare('vacuum into ?').run(copy);
    return copy;
  } catch (error) {
    try {
      rmSync(copy, { force: true });
    } catch {
      // Where nothing could be written there is nothing to take away.
    }
    const reason = storeFault(error, copy);
    throw fault(
      'store.backupFailed',
      `The database must be brought up to a newer schema, and the copy before it failed: ${reason instanceof Error ? reason.message : String(reason)}`,
      `Make room for a copy in ${folder}, then start again. Nothing was changed.`,
      { field: folder, cause: error },
    );
  }
}
