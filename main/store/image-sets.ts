import type { Store } from './open.ts';

export interface SetRecord {
  name: string;
  yaml: string;
  saved_at: string;
  sentence: string;
  /** Full references of its last resolution. */
  names: string[];
  planned_at: string | null;
}
/** Whether its text was saved after it was last resolved. */
export const changedSinceLook = ({ saved_at, planned_at }: Pick<SetRecord, 'saved_at' | 'planned_at'>): boolean =>
  planned_at !== null && saved_at > planned_at;

type Stored = Omit<SetRecord, 'names'> & { names_json: string };

const read = ({ names_json, ...row }: Stored): SetRecord => ({ ...row, names: JSON.parse(names_json) as string[] });

/** Queries on image sets. */
export function createImageSets({ db }: Store) {
  const put = db.prepare(
    `insert into image_set (name, yaml, saved_at, sentence) values (@name, @yaml, @saved_at, @sentence)
     on conflict (name) do update set yaml = excluded.yaml, saved_at = excluded.saved_at, sentence = excluded.sentence`,
  );
  const resolved = db.prepare('update image_set set names_json = ?, planned_at = ? where name = ?');
  const remove = db.prepare('delete from image_set where name = ?');
  const one = db.prepare<[string], Stored>('select * from image_set where name = ?');
  const all = db.prepare<[], Stored>('select * from image_set order by name');
  return {
    put: (row: Pick<SetRecord, 'name' | 'yaml' | 'saved_at' | 'sentence'>): void => void put.run(row),
    /**
     * What it came to when it was last resolved. With `whole` false something could not be looked up: what it named before still
     * counts, or a day without the source would free everything for prune.
     */
    resolved(name: string, names: readonly string[], whole: boolean, at: string): void {
      const before = whole ? [] : (JSON.parse(one.get(name)?.names_json ?? '[]') as string[]);
      resolved.run(JSON.stringify([...new Set([...names, ...before])]), at, name);
    },
    /** Whether there was one. */
    remove: (name: string): boolean => remove.run(name).changes > 0,
    get(name: string): SetRecord | undefined {
      const row = one.get(name);
      return row && read(row);
    },
    all: (): SetRecord[] => all.all().map(read),
  };
}
export type ImageSets = ReturnType<typeof createImageSets>;
