import Database from 'better-sqlite3';
import { FaultError, fault } from '../../shared/fault.ts';

const remedies: Record<string, { code: string; says: string; remedy: string }> = {
  SQLITE_FULL: {
    code: 'store.diskFull',
    says: 'The disk that holds the database is full; nothing of this step was written.',
    remedy: 'Free some space on that disk; the work goes on by itself.',
  },
  SQLITE_READONLY: {
    code: 'store.readOnly',
    says: 'The database cannot be written.',
    remedy: 'Give this user the right to write the file and its folder, or choose another home with --home.',
  },
  SQLITE_CANTOPEN: {
    code: 'store.readOnly',
    says: 'The database cannot be opened or made.',
    remedy: 'Give this user the right to write the file and its folder, or choose another home with --home.',
  },
  SQLITE_CORRUPT: {
    code: 'store.damaged',
    says: 'The database is damaged.',
    remedy:
      'Close the application and put a copy from the backups beside it in its place, or move the file away: the next start reads the hubs again.',
  },
  SQLITE_NOTADB: {
    code: 'store.damaged',
    says: 'The file is not a database of this application.',
    remedy: 'Move the file away; the next start makes a new one.',
  },
  SQLITE_IOERR: {
    code: 'store.unreachable',
    says: 'The disk that holds the database does not answer properly.',
    remedy: 'Check the disk (and its connection), then start again.',
  },
  SQLITE_BUSY: {
    code: 'store.busy',
    says: 'Another program holds the database.',
    remedy: 'Close the other program that has this file open.',
  },
};

/** What SQLite refused, as a fault with field = path; anything else is given back as it is. */
export function storeFault(error: unknown, path: string): unknown {
  if (error instanceof FaultError || !(error instanceof Database.SqliteError)) return error;
  // Extended codes (SQLITE_READONLY_DBMOVED …) share the remedy of their family.
  const family = Object.keys(remedies).find((code) => error.code.startsWith(code));
  const known = family && remedies[family];
  if (!known) return error;
  return fault(known.code, `${known.says} (${path}: ${error.message})`, known.remedy, { field: path, cause: error });
}

/** What the file system refused in the home, as a fault; what SQLite refused too; anything else is given back as it is. */
export function homeFault(error: unknown, home: string): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (['EACCES', 'EROFS', 'EPERM'].includes(code)) {
    return fault('home.readOnly', `The home ${home} cannot be written.`, 'Choose another home with --home.', {
      field: '--home',
      cause: error,
    });
  }
  if (['EEXIST', 'ENOTDIR'].includes(code)) {
    return fault('home.notFolder', `${home} is no folder: a file is in its way.`, 'Choose another home with --home.', {
      field: '--home',
      cause: error,
    });
  }
  if (code === 'ENOSPC') {
    return fault('store.diskFull', `The disk of ${home} is full.`, 'Free some space on that disk and try again.', {
      field: '--home',
      cause: error,
    });
  }
  return storeFault(error, home);
}
