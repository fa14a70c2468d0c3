import type { Store } from './open.ts';

/** One blob on its way to one repository of a site. */
interface Upload {
  site: string;
  /** The site's address as it is now. */
  address: string;
  repository: string;
  digest: string;
}
/** Where it stands; the location may hold a secret of the registry. */
interface Standing {
  location: string;
  /** Bytes the registry took. */
  offset: number;
}

/** Queries on uploads that are not finished: never of another site than asked for, nor of its former address. */
export function createSiteUploads({ db }: Store) {
  const get = db.prepare<[Upload], Standing>(
    `select location, bytes as offset from site_upload
     where site = @site and address = @address and repository = @repository and digest = @digest`,
  );
  const put = db.prepare(
    `insert into site_upload (site, address, repository, digest, location, bytes, at)
     values (@site, @address, @repository, @digest, @location, @offset, @at)
     on conflict do update set location = excluded.location, bytes = excluded.bytes, at = excluded.at`,
  );
  const remove = db.prepare<[Upload]>(
    'delete from site_upload where site = @site and address = @address and repository = @repository and digest = @digest',
  );
  const sweep = db.prepare('delete from site_upload where at < ?');
  return {
    get: (upload: Upload): Standing | undefined => get.get(upload),
    put: (upload: Upload, standing: Standing, at: string): void => void put.run({ ...upload, ...standing, at }),
    remove: (upload: Upload): void => void remove.run(upload),
    /** Lets go of those that got no further since then (ISO 8601). Gives how many. */
    sweep: (before: string): number => sweep.run(before).changes,
  };
}
export type SiteUploads = ReturnType<typeof createSiteUploads>;
