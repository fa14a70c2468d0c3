import type { Store } from './open.ts';

/** What the user answered to a question; it belongs to the key (a hash of what would run), not to a hub. */
export function createAnswers({ db }: Store) {
  const put = db.prepare(
    `insert into answer (key, kind, detail, allowed, decided_at) values (?, ?, ?, ?, ?)
     on conflict (key) do update set allowed = excluded.allowed, decided_at = excluded.decided_at`,
  );
  const one = db.prepare<[string], number>('select allowed from answer where key = ?').pluck();
  return {
    put: (key: string, allowed: boolean, at: string, kind = '', detail = ''): void =>
      void put.run(key, kind, detail, allowed ? 1 : 0, at),
    get(key: string): 'yes' | 'no' | 'undecided' {
      const allowed = one.get(key);
      return allowed === undefined ? 'undecided' : allowed === 1 ? 'yes' : 'no';
    },
  };
}
export type Answers = ReturnType<typeof createAnswers>;
