import type { Store } from './open.ts';

/** What a hub was last seen to serve of what installs KMM, as JSON beside the hub's row; undefined before it was ever asked. */
export function createServed<T>({ db }: Store) {
  const put = db.prepare('update hub set served_json = ? where id = ? and served_json <> ?');
  const get = db.prepare<[string], string>('select served_json from hub where id = ?').pluck();
  return {
    put(hub: string, said: T): void {
      const json = JSON.stringify(said);
      put.run(json, hub, json);
    },
    get(hub: string): T | undefined {
      const json = get.get(hub) as string | undefined;
      return json ? (JSON.parse(json) as T) : undefined;
    },
  };
}
