/**
 * The mirror: what is wanted (image_set), what was found out about it (plan, plan_image), long work and its images (run, run_image),
 * registries we know (site), what lies there (site_image), bundles made and read, keys we trust, and the history of it all.
 * Blobs are not here: the content store is a folder of its own, and its index says which images it holds. No secret is stored here.
 */
export const mirror = `
create table image_set (
  name text primary key, yaml text not null, saved_at text not null, sentence text not null default '',
  names_json text not null default '[]', planned_at text
) strict, without rowid;

create table plan (
  id text primary key, set_name text not null, site text not null, made_at text not null, facts_json text not null
) strict, without rowid;
create table plan_image (
  plan text not null references plan on delete cascade, seq integer not null, name text not null, category text not null,
  digest text not null, target text not null, blobs integer not null, bytes integer not null, new_bytes integer not null,
  here_bytes integer not null, site_bytes integer, fault_json text,
  primary key (plan, seq)
) strict, without rowid;

create table run (
  id text primary key, kind text not null, state text not null, set_name text not null, place text not null,
  bytes integer not null default 0, bytes_done integer not null default 0, bytes_moved integer not null default 0, rate real,
  started_at text not null, ended_at text, sentence text not null default '', fault_json text, input_json text not null
) strict, without rowid;
create index run_newest on run (started_at desc, id);
create table run_image (
  run text not null references run on delete cascade, seq integer not null, name text not null, state text not null,
  bytes integer not null default 0, bytes_done integer not null default 0, fault_json text, wanted_json text not null default '{}',
  primary key (run, seq)
) strict, without rowid;
create index run_image_state on run_image (run, state, seq);

create table site (
  id text primary key, name text not null, role text not null, address text not null, ca text not null, plain_http integer not null,
  insecure_tls integer not null, user text not null, health text not null default 'unknown', sentence text not null default '',
  checked_at text, certificate_until text, free_bytes integer, abilities_json text not null default '[]', verified_at text,
  created_at text not null
) strict, without rowid;
create table site_image (
  site text not null references site on delete cascade, repository text not null, tag text not null, digest text not null,
  image_json text not null, pushed_at text not null, seen_at text, missing integer not null default 0,
  primary key (site, repository, tag, digest)
) strict, without rowid;

create table bundle (
  id text not null, direction text not null, parent text not null, site text not null, path text not null, at text not null,
  acknowledged_at text, facts_json text not null,
  primary key (id, direction)
) strict, without rowid;
create table inventory (
  site text primary key, at text not null, path text not null, digests integer not null, acknowledges_json text not null
) strict, without rowid;
create table trusted_key (
  id text primary key, name text not null, public_key text not null, added_at text not null
) strict, without rowid;

create table mirror_event (
  id integer primary key, at text not null, what text not null, place text not null, sentence text not null
) strict;
`;
