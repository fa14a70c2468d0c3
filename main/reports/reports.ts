import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Clock, isoSeconds } from '../../shared/clock.ts';
import type { ReportModel } from '../../shared/contract/install.ts';
import type { Handlers } from '../../shared/contract.ts';
import { fault } from '../../shared/fault.ts';
import type { Sessions } from '../hubs/sessions.ts';
import { createHubRecords } from '../store/hubs.ts';
import type { Store } from '../store/open.ts';
import { reportCsv } from './csv.ts';
import { reportHtml } from './html.ts';
import { reportModel } from './model.ts';
import { createReportRows } from './rows.ts';

type ReportCall = 'reports.summary' | 'reports.write' | 'reports.read';
type Format = 'html' | 'json' | 'csv';

/** What a window takes over the contract, bytes. */
const mostToRead = 20_000_000;

const mediaTypes: Record<Format, string> = { html: 'text/html', json: 'application/json', csv: 'text/csv' };

/** Reports of a module's deployment, counted from the store at the moment they are asked for. */
export function createReports(deps: { store: Store; sessions: Sessions; clock: Clock; home: string }): {
  handlers: Pick<Handlers, ReportCall>;
} {
  const { store, sessions, clock, home } = deps;
  const rows = createReportRows(store);
  const hubs = createHubRecords(store);

  function count(hubId: string, module: string): ReportModel {
    const hub = hubs.get(hubId);
    if (!hub)
      throw fault('hub.unknown', `There is no hub ${hubId}.`, 'List the hubs and choose one.', { field: 'hub' });
    if (!rows.known(hubId, module)) {
      throw fault(
        'object.unknown',
        `The hub ${hub.name} has no module ${module}.`,
        'Choose one from the list of modules.',
        {
          field: 'module',
        },
      );
    }
    const live = sessions.peek(hubId) !== undefined && sessions.isLive(hubId, 'ManifestWork');
    // One transaction: the numbers of a report are of one moment.
    return store.transaction(() =>
      reportModel(rows, hub, module, { hubNow: sessions.hubNow(hubId), now: clock.now(), live }),
    );
  }

  return {
    handlers: {
      'reports.summary': ({ hub, module }) => ({ ...count(hub, module), spokes: [] }),
      'reports.write'({ hub, module, format, path }) {
        const model = count(hub, module);
        const text = render(model, format);
        const file = path === undefined ? join(home, 'reports', fileName(model, format)) : resolve(path);
        // Our own folder is made; a folder of the user's that is not there is more likely a slip of the pen.
        if (path === undefined) mkdirSync(dirname(file), { recursive: true });
        else if (!existsSync(dirname(file))) throw noFolder(dirname(file));
        write(file, text);
        return { path: file, bytes: Buffer.byteLength(text) };
      },
      'reports.read'({ hub, module, format }) {
        const model = count(hub, module);
        const text = render(model, format);
        const bytes = Buffer.byteLength(text);
        if (bytes > mostToRead) {
          throw fault(
            'report.tooLarge',
            `The report has ${Math.ceil(bytes / 1_000_000)} MB; a window takes at most ${mostToRead / 1_000_000}.`,
            'Write it to a file on the bastion instead.',
            { field: 'format' },
          );
        }
        return { name: fileName(model, format), mediaType: mediaTypes[format], text };
      },
    },
  };
}

/** e.g. kmm-kmod_hub-1_20261122T185443Z.html, with nothing in it that a file system minds. */
export function fileName({ module, hub, writtenAt }: ReportModel, format: Format): string {
  const stem = [module, hub, isoSeconds(Date.parse(writtenAt)).replace(/[-:]/g, '')].join('_');
  return `${stem.replace(/[^\w.-]+/g, '-').slice(0, 120)}.${format}`;
}

function render(model: ReportModel, format: Format): string {
  if (format === 'html') return reportHtml(model);
  return format === 'csv' ? reportCsv(model) : `${JSON.stringify(model, null, 2)}\n`;
}

const noFolder = (folder: string) =>
  fault('report.unwritable', `There is no folder ${folder}.`, 'Make the folder first, or correct --path.', {
    field: 'path',
  });

/** Whole or not at all: a full disk leaves an older report as it was. */
function write(file: string, text: string): void {
  const part = `${file}.part`;
  try {
    writeFileSync(part, text, { mode: 0o600 });
    renameSync(part, file);
  } catch (error) {
    removeQuietly(part);
    const { code = '', message } = error as NodeJS.ErrnoException;
    const why = {
      ENOSPC: 'the disk is full',
      ENOTDIR: 'a part of its path is a file',
      EACCES: 'it may not be written',
      EROFS: 'the disk is read-only',
      EISDIR: 'it is a folder',
    }[code];
    throw fault('report.unwritable', `${file}: ${why ?? message}.`, 'Choose another path with --path, or make room.', {
      field: 'path',
      cause: error,
    });
  }
}

/** What cannot be removed either must not hide why the writing failed. */
function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // The first error is the one that counts.
  }
}
