import type { Store } from './open.ts';
import type { SiteImageRecord } from './sites.ts';

export interface SiteFileRecord {
  path: string;
  /** As of SiteImageRecord. */
  pushed_by: string;
  media_type: string;
  bytes: Buffer;
}

type Row = Omit<SiteImageRecord, 'seen_at'>;

/** Queries on what a look at a site brings to light: images that other laptops pushed, what is gone, and files beside images. */
export function createSiteContent(store: Store) {
  const { db } = store;
  // A push that came between the look and this row knows better.
  const keep = db.prepare(
    `insert into site_image (site, repository, tag, digest, image_json, pushed_at, seen_at, missing, pushed_by)
     values (@site, @repository, @tag, @digest, @image_json, @pushed_at, iif(@missing = 0, @at, null), @missing, @pushed_by)
     on conflict do update set image_json = excluded.image_json, pushed_at = excluded.pushed_at, missing = excluded.missing,
       seen_at = coalesce(excluded.seen_at, seen_at)
     where excluded.pushed_at >= pushed_at`,
  );
  const drop = db.prepare(
    `delete from site_image where site = @site and repository = @repository and tag = @tag and digest = @digest
       and pushed_by = @pushed_by and pushed_at <= @pushed_at`,
  );
  const images = db.prepare<[string], Row>(
    'select repository, tag, digest, pushed_by, missing, image_json from site_image where site = ? order by 1, 2, 3, 4',
  );
  const clearImages = db.prepare('delete from site_image where site = ?');
  const clearFiles = db.prepare('delete from site_file where site = ?');
  const clearBy = db.prepare('delete from site_file where site = ? and pushed_by = ?');
  const putFile = db.prepare(
    'insert or replace into site_file (site, path, pushed_by, media_type, bytes) values (@site, @path, @pushed_by, @media_type, @bytes)',
  );
  const files = db.prepare<[string], SiteFileRecord>(
    'select path, pushed_by, media_type, bytes from site_file where site = ? order by path, pushed_by',
  );
  const unverify = db.prepare('update site set verified_at = null where id = ?');
  return {
    /** Writes down what a look found; true where that is something new. */
    settle(site: string, found: { keep: readonly Row[]; drop: readonly Row[]; at: string }): boolean {
      return store.transaction(() => {
        const before = JSON.stringify(images.all(site));
        for (const row of found.drop) drop.run({ site, ...row });
        for (const row of found.keep) keep.run({ site, ...row, at: found.at });
        return before !== JSON.stringify(images.all(site));
      });
    },
    /** All files that one laptop's record carries. */
    putFiles(site: string, by: string, all: readonly Omit<SiteFileRecord, 'pushed_by'>[]): void {
      store.transaction(() => {
        clearBy.run(site, by);
        for (const file of all) putFile.run({ site, pushed_by: by, ...file });
      });
    },
    files: (site: string): SiteFileRecord[] => files.all(site),
    /** The site is another registry, or another place in it: nothing is known of what lies there. */
    forget(site: string): void {
      store.transaction(() => {
        clearImages.run(site);
        clearFiles.run(site);
        unverify.run(site);
      });
    },
  };
}
export type SiteContentRows = ReturnType<typeof createSiteContent>;
