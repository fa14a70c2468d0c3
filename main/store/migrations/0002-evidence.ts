/**
 * What tells how old feedback is (work), and evidence read by ManagedClusterViews
 * (node_evidence; `kind` is Node or NodeModulesConfig, `read_at` the hub's time, `refusal` the reason where it could not be read).
 * Works are listed anew, so that rows of before get the new columns.
 */
export const evidence = `
alter table work add column taken_at text;
alter table work add column status_at text;
alter table work add column unread text not null default '';
alter table work add column scrape text not null default 'poll';
update feed set resource_version = '' where kind = 'ManifestWork';
create table node_evidence (
  hub text not null references hub on delete cascade, spoke text not null, node text not null, kind text not null,
  read_at text not null, facts_json text not null default '{}', refusal text not null default '',
  primary key (hub, spoke, node, kind)
) strict, without rowid;
`;
