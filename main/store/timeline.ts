import type { TimelineEntry } from '../../shared/contract/fleet.ts';
import type { Store } from './open.ts';

/** What happened, as a room writes it. `at` is the hub object's own time where it has one, else when it was seen. */
export interface NewEntry {
  hub: string;
  at: string;
  seenAt: string;
  spoke?: string;
  module?: string;
  event: string;
  sentence: string;
  tone: TimelineEntry['tone'];
}

export interface TimelineQuery {
  hub: string;
  /** '' or left out: all. */
  spoke?: string;
  module?: string;
  events?: readonly string[];
  /** Only entries with a smaller id: the next page. */
  before?: number | undefined;
  limit: number;
}

type Row = Omit<TimelineEntry, 'seenAt'> & { seen_at: string };
const view = ({ seen_at, ...row }: Row): TimelineEntry => ({ ...row, seenAt: seen_at });

/** The timeline table: appended in the transaction that changes the rows it tells of; only a time may be corrected later. */
export function createTimeline({ db }: Store) {
  const add = db.prepare(
    'insert into timeline (hub, at, seen_at, spoke, module, event, sentence, tone) values (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const redate = db.prepare(
    'update timeline set at = ? where hub = ? and spoke = ? and module = ? and event = ? and at = ?',
  );
  return {
    /** Gives entries that were dated by when they were seen the time the object itself told later. */
    redate(entry: Pick<NewEntry, 'hub' | 'event'> & { spoke: string; module: string }, from: string, to: string): void {
      redate.run(to, entry.hub, entry.spoke, entry.module, entry.event, from);
    },
    /** Writes one entry; call it inside the transaction of the row. */
    add(entry: NewEntry): void {
      const { hub, at, seenAt, spoke = '', module = '', event, sentence, tone } = entry;
      add.run(hub, at, seenAt, spoke, module, event, sentence, tone);
    },
    /** Newest first. */
    page(query: TimelineQuery): TimelineEntry[] {
      const { hub, spoke = '', module = '', events = [], before, limit } = query;
      const where = ['hub = ?'];
      const values: (string | number)[] = [hub];
      if (spoke) where.push('spoke = ?') && values.push(spoke);
      if (module) where.push('module = ?') && values.push(module);
      if (events.length > 0) {
        where.push(`event in (${events.map(() => '?').join(', ')})`);
        values.push(...events);
      }
      if (before !== undefined) where.push('id < ?') && values.push(before);
      return db
        .prepare<unknown[], Row>(
          `select id, at, seen_at, spoke, module, event, sentence, tone from timeline
           where ${where.join(' and ')} order by id desc limit ?`,
        )
        .all(...values, limit)
        .map(view);
    },
    /** The earliest entry of this event by its own time, e.g. the first `loaded` of a module. */
    first: (hub: string, event: string, module = ''): TimelineEntry | undefined => edge(hub, event, module, 'asc'),
    last: (hub: string, event: string, module = ''): TimelineEntry | undefined => edge(hub, event, module, 'desc'),
  };

  function edge(hub: string, event: string, module: string, direction: 'asc' | 'desc') {
    const row = db
      .prepare<unknown[], Row>(
        `select id, at, seen_at, spoke, module, event, sentence, tone from timeline
         where hub = ? and event = ? and (? = '' or module = ?) order by at ${direction}, id ${direction} limit 1`,
      )
      .get(hub, event, module, module);
    return row && view(row);
  }
}
export type Timeline = ReturnType<typeof createTimeline>;
