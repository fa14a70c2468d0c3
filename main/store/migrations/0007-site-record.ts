/**
 * What several laptops pushed to one site. `pushed_by` is the public key of another laptop whose record in the registry told of the image, ''
 * for this one. `missing`: 0 there, 1 gone or another image under the tag, 2 there but not whole when it was verified. site_file: release
 * signatures that such records carry.
 */
export const siteRecord = `
create table site_image_by (
  site text not null references site on delete cascade, repository text not null, tag text not null, digest text not null,
  image_json text not null, pushed_at text not null, seen_at text, missing integer not null default 0, pushed_by text not null default '',
  primary key (site, repository, tag, digest, pushed_by)
) strict, without rowid;
insert into site_image_by (site, repository, tag, digest, image_json, pushed_at, seen_at, missing)
  select site, repository, tag, digest, image_json, pushed_at, seen_at, missing from site_image;
drop table site_image;
alter table site_image_by rename to site_image;
create table site_file (
  site text not null references site on delete cascade, path text not null, pushed_by text not null, media_type text not null,
  bytes blob not null,
  primary key (site, path, pushed_by)
) strict, without rowid;
`;
