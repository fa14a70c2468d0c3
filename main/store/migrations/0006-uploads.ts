/**
 * Where uploads of large blobs to sites stand, so that a push that was cut goes on. `address` is the site's when it began: a site that
 * moved begins anew. `location` is the registry's and may be signed: whoever has it may write there. It is read to go on, shown nowhere.
 */
export const uploads = `
create table site_upload (
  site text not null references site on delete cascade, address text not null, repository text not null, digest text not null,
  location text not null, bytes integer not null, at text not null,
  primary key (site, address, repository, digest)
) strict, without rowid;
`;
