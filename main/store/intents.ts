import { randomUUID } from 'node:crypto';
import type { Store } from './open.ts';

/** What a command was about to do, written before it acted. `diff` is for people; `result` a sentence or a fault's message. */
export interface Intent {
  id: string;
  hub: string;
  at: string;
  who: string;
  what: string;
  input: unknown;
  diff: string;
  state: 'begun' | 'done' | 'failed' | 'interrupted';
  result: string;
}
export type NewIntent = Pick<Intent, 'hub' | 'at' | 'who' | 'what' | 'input' | 'diff'>;

/** The intent table: written first, so that after a crash it is known what was under way. */
export function createIntents({ db }: Store) {
  const insert = db.prepare(
    `insert into intent (id, hub, at, who, what, input_json, diff, state) values (?, ?, ?, ?, ?, ?, ?, 'begun')`,
  );
  const finish = db.prepare(`update intent set state = ?, result = ? where id = ? and state = 'begun'`);
  const interrupt = db.prepare(
    `update intent set state = 'interrupted', result = 'The application ended before this did.' where state = 'begun'`,
  );
  const select = `select id, hub, at, who, what, input_json, diff, state, result from intent`;
  type Row = Omit<Intent, 'input'> & { input_json: string };
  const all = db.prepare<[string, number], Row>(`${select} where hub = ? order by at desc, id desc limit ?`);
  const open = db.prepare<[], Row>(`${select} where state = 'begun' order by at`);
  const view = ({ input_json, ...row }: Row): Intent => ({ ...row, input: JSON.parse(input_json) });
  return {
    /** Writes the intent and returns its id; act only after this has returned. */
    begin({ hub, at, who, what, input, diff }: NewIntent): string {
      const id = randomUUID();
      insert.run(id, hub, at, who, what, JSON.stringify(input ?? null), diff);
      return id;
    },
    /** Says how it ended; a second end of the same intent is ignored. */
    finish: (id: string, state: 'done' | 'failed' | 'interrupted', result = ''): void =>
      void finish.run(state, result, id),
    /** Newest first. */
    list: (hub: string, limit = 100) => all.all(hub, limit).map(view),
    /** Begun and never ended: what a crash cut short. */
    unfinished: () => open.all().map(view),
    /** At the start of an engine: nothing can still be under way, so what was begun counts as interrupted. */
    interruptOpen: (): void => void interrupt.run(),
  };
}
export type Intents = ReturnType<typeof createIntents>;
