import type { Store } from './open.ts';

export interface MirrorEvent {
  at: string;
  what: string;
  place: string;
  sentence: string;
}

/** Queries on the mirror's history: what was brought where, and what was verified. */
export function createMirrorEvents({ db }: Store) {
  const add = db.prepare('insert into mirror_event (at, what, place, sentence) values (@at, @what, @place, @sentence)');
  const total = db.prepare<[], number>('select count(*) from mirror_event').pluck();
  const page = db.prepare<[number, number], MirrorEvent>(
    'select at, what, place, sentence from mirror_event order by id desc limit ? offset ?',
  );
  return {
    add: (event: MirrorEvent): void => void add.run(event),
    /** Newest first. */
    page: (offset: number, limit: number) => ({ total: total.get() ?? 0, rows: page.all(limit, offset) }),
  };
}
export type MirrorEvents = ReturnType<typeof createMirrorEvents>;
