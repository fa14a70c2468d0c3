import type { Store } from './open.ts';

export interface SiteRecord {
  id: string;
  name: string;
  /** `site`: we push to it. `source`: we only read from it. */
  role: 'site' | 'source';
  address: string;
  ca: string;
  plain_http: 0 | 1;
  insecure_tls: 0 | 1;
  user: string;
  health: 'ok' | 'warning' | 'failed' | 'unknown';
  sentence: string;
  checked_at: string | null;
  certificate_until: string | null;
  free_bytes: number | null;
  abilities_json: string;
  verified_at: string | null;
  created_at: string;
}
export interface SiteImageRecord {
  repository: string;
  tag: string;
  digest: string;
  image_json: string;
  pushed_at: string;
  seen_at: string | null;
  /** 1: gone, or its tag names another image; 2: not whole when it was verified. */
  missing: 0 | 1 | 2;
  /** Public key of the other laptop whose record tells of it; '' = this one. */
  pushed_by: string;
}

/** Queries on registries we know and on what lies at sites. */
export function createSites(store: Store) {
  const { db } = store;
  const put = db.prepare(
    `insert into site (id, name, role, address, ca, plain_http, insecure_tls, user, created_at)
     values (@id, @name, @role, @address, @ca, @plain_http, @insecure_tls, @user, @created_at)
     on conflict (id) do update set name = excluded.name, role = excluded.role, address = excluded.address, ca = excluded.ca,
       plain_http = excluded.plain_http, insecure_tls = excluded.insecure_tls, user = excluded.user`,
  );
  const checked = db.prepare(
    `update site set health = @health, sentence = @sentence, checked_at = @checked_at, certificate_until = @certificate_until,
       free_bytes = @free_bytes, abilities_json = @abilities_json where id = @id`,
  );
  const verified = db.prepare('update site set verified_at = ? where id = ?');
  const remove = db.prepare('delete from site where id = ?');
  const one = db.prepare<[string], SiteRecord>('select * from site where id = ?');
  const all = db.prepare<[], SiteRecord>('select * from site order by role, name');
  const putImage = db.prepare(
    `insert into site_image (site, repository, tag, digest, image_json, pushed_at, seen_at, missing)
     values (@site, @repository, @tag, @digest, @image_json, @at, @at, 0)
     on conflict do update set image_json = excluded.image_json, pushed_at = excluded.pushed_at, seen_at = excluded.seen_at, missing = 0`,
  );
  const moved = db.prepare('delete from site_image where site = ? and repository = ? and tag = ? and digest <> ?');
  const seen = db.prepare(
    `update site_image set missing = @missing, seen_at = case when @missing = 0 then @at else seen_at end
     where site = @site and repository = @repository and tag = @tag and digest = @digest`,
  );
  const images = db.prepare<[string], SiteImageRecord>(
    'select * from site_image where site = ? order by repository, tag, digest, pushed_by',
  );
  const count = db
    .prepare<[string], number>(
      'select count(*) from (select distinct repository, tag, digest from site_image where site = ? and missing = 0)',
    )
    .pluck();
  const unseen = db
    .prepare<[string, string], number>(
      `select count(*) from site_image where site = ? and (missing <> 0 or coalesce(seen_at, '') < ?)`,
    )
    .pluck();
  return {
    put: (
      row: Pick<
        SiteRecord,
        'id' | 'name' | 'role' | 'address' | 'ca' | 'plain_http' | 'insecure_tls' | 'user' | 'created_at'
      >,
    ): void => void put.run(row),
    checked: (
      row: Pick<
        SiteRecord,
        'id' | 'health' | 'sentence' | 'checked_at' | 'certificate_until' | 'free_bytes' | 'abilities_json'
      >,
    ): void => void checked.run(row),
    verified: (id: string, at: string): void => void verified.run(at, id),
    remove: (id: string): boolean => remove.run(id).changes > 0,
    get: (id: string): SiteRecord | undefined => one.get(id),
    all: (): SiteRecord[] => all.all(),
    /** What was pushed; a tag that moved leaves its old digest behind, as in the registry. */
    putImage(
      site: string,
      image: { repository: string; tag: string; digest: string; image: unknown; at: string },
    ): void {
      const { repository, tag, digest, at } = image;
      store.transaction(() => {
        if (tag !== '') moved.run(site, repository, tag, digest);
        putImage.run({ site, repository, tag, digest, at, image_json: JSON.stringify(image.image) });
      });
    },
    /** What a look found of an image, whoever pushed it. */
    seen: (
      site: string,
      image: Pick<SiteImageRecord, 'repository' | 'tag' | 'digest'>,
      missing: SiteImageRecord['missing'],
      at: string,
    ): void => {
      const { repository, tag, digest } = image;
      seen.run({ site, repository, tag, digest, missing, at });
    },
    /** Whether every image that was pushed there was seen there since then (ISO 8601). */
    allSeenSince: (site: string, time: string): boolean => unseen.get(site, time) === 0,
    /** Several of one place and digest where several laptops pushed it, this one first. */
    images: (site: string): SiteImageRecord[] => images.all(site),
    imageCount: (site: string): number => count.get(site) ?? 0,
  };
}
export type Sites = ReturnType<typeof createSites>;
