/**
 * The first shape of the store. Times are RFC 3339 UTC text; `*_json` is JSON text; booleans are 0/1.
 * Tables named after hub objects hold what screens ask for; `object` holds the object itself, zstd-compressed JSON.
 *
 * spoke_group counts the spokes that agree in everything a facet shows (n of them); triggers keep it, so that counts, facets and
 * totals over 100,000 spokes read a few hundred rows. `kernels` is newline-separated and sorted, `loads` is
 * `module:state,…` sorted by module, `label_keys` newline-separated and sorted.
 */
export const first = `
create table hub (
  id text primary key, name text not null, context text not null, server text not null, tls text not null,
  practice integer not null, source_json text not null, kubernetes text not null default '', identity text not null default '',
  operator_namespace text not null default 'openshift-kmm-hub', created_at text not null
) strict, without rowid;
create table answer (
  key text primary key, kind text not null, detail text not null, allowed integer not null, decided_at text not null
) strict, without rowid;
create table feed (
  hub text not null references hub on delete cascade, kind text not null, state text not null,
  resource_version text not null default '', fresh_at text, listed_at text, fault_json text,
  primary key (hub, kind)
) strict, without rowid;
create table object (
  id integer primary key, hub text not null references hub on delete cascade, kind text not null, namespace text not null, name text not null,
  uid text not null, resource_version text not null, seen_at text not null, raw blob not null,
  unique (hub, kind, namespace, name)
) strict;

create table spoke_group (
  id integer primary key, hub text not null references hub on delete cascade,
  availability text not null, operative integer not null, openshift text not null, openshift_sort text not null,
  kernels text not null, kmm text not null, load text not null, loads text not null, label_keys text not null, n integer not null,
  unique (hub, availability, operative, openshift, kernels, kmm, load, loads, label_keys, openshift_sort)
) strict;
create table spoke (
  id integer primary key, hub text not null references hub on delete cascade, name text not null,
  availability text not null, operative integer not null, reason text not null,
  openshift text not null default '', openshift_sort text not null default '', kubernetes text not null default '',
  kernels text not null default '', claims_cut integer not null default 0,
  kmm text not null default 'unknown', kmm_reason text not null default '', kmm_since text, kmm_started text,
  load text not null default 'none', loads text not null default '', nodes integer not null default 0,
  node_names_json text not null default '[]', label_keys text not null default '', labels_json text not null default '{}',
  uid text not null default '', since text not null, created_at text not null, grp integer not null default 0,
  unique (hub, name)
) strict;
create index spoke_by_group on spoke (hub, grp, name);
create index spoke_by_name on spoke (hub, name, grp);
create index spoke_by_since on spoke (hub, since, name, grp);
create index spoke_by_id on spoke (id, grp);
create index spoke_broken on spoke (hub, reason, name) where operative = 0;
create index spoke_kmm on spoke (hub, kmm);
create trigger spoke_grouped after insert on spoke begin
  insert into spoke_group (hub, availability, operative, openshift, openshift_sort, kernels, kmm, load, loads, label_keys, n)
    select new.hub, new.availability, new.operative, new.openshift, new.openshift_sort, new.kernels, new.kmm, new.load, new.loads, new.label_keys, 0
    where not exists (select 1 from spoke_group where hub = new.hub and availability = new.availability and operative = new.operative
      and openshift = new.openshift and kernels = new.kernels and kmm = new.kmm and load = new.load and loads = new.loads
      and label_keys = new.label_keys and openshift_sort = new.openshift_sort);
  update spoke set grp = (select id from spoke_group where hub = new.hub and availability = new.availability and operative = new.operative
      and openshift = new.openshift and kernels = new.kernels and kmm = new.kmm and load = new.load and loads = new.loads
      and label_keys = new.label_keys and openshift_sort = new.openshift_sort) where id = new.id;
  update spoke_group set n = n + 1 where id = (select grp from spoke where id = new.id);
end;
create trigger spoke_regrouped
after update of availability, operative, openshift, openshift_sort, kernels, kmm, load, loads, label_keys on spoke
when (old.availability, old.operative, old.openshift, old.openshift_sort, old.kernels, old.kmm, old.load, old.loads, old.label_keys)
  is not (new.availability, new.operative, new.openshift, new.openshift_sort, new.kernels, new.kmm, new.load, new.loads, new.label_keys)
begin
  insert into spoke_group (hub, availability, operative, openshift, openshift_sort, kernels, kmm, load, loads, label_keys, n)
    select new.hub, new.availability, new.operative, new.openshift, new.openshift_sort, new.kernels, new.kmm, new.load, new.loads, new.label_keys, 0
    where not exists (select 1 from spoke_group where hub = new.hub and availability = new.availability and operative = new.operative
      and openshift = new.openshift and kernels = new.kernels and kmm = new.kmm and load = new.load and loads = new.loads
      and label_keys = new.label_keys and openshift_sort = new.openshift_sort);
  update spoke set grp = (select id from spoke_group where hub = new.hub and availability = new.availability and operative = new.operative
      and openshift = new.openshift and kernels = new.kernels and kmm = new.kmm and load = new.load and loads = new.loads
      and label_keys = new.label_keys and openshift_sort = new.openshift_sort) where id = new.id;
  update spoke_group set n = n + 1 where id = (select grp from spoke where id = new.id);
  update spoke_group set n = n - 1 where id = old.grp;
  delete from spoke_group where id = old.grp and n <= 0;
end;
create trigger spoke_ungrouped after delete on spoke begin
  update spoke_group set n = n - 1 where id = old.grp;
  delete from spoke_group where id = old.grp and n <= 0;
end;
create table spoke_label (
  hub text not null references hub on delete cascade, key text not null, value text not null, spoke text not null,
  primary key (hub, key, value, spoke)
) strict, without rowid;
create index spoke_label_spoke on spoke_label (hub, spoke);
create table spoke_kernel (
  hub text not null references hub on delete cascade, kernel text not null, spoke text not null,
  primary key (hub, kernel, spoke)
) strict, without rowid;
create index spoke_kernel_spoke on spoke_kernel (hub, spoke);
create table addon (
  hub text not null references hub on delete cascade, spoke text not null, name text not null,
  available text not null, reason text not null, message text not null, since text,
  primary key (hub, spoke, name)
) strict, without rowid;

create table policy (
  hub text not null references hub on delete cascade, namespace text not null, name text not null,
  root text not null, spoke text not null, compliant text not null, message text not null, since text,
  installs_kmm integer not null default 0, created_at text not null,
  primary key (hub, namespace, name)
) strict, without rowid;
create index policy_spoke on policy (hub, spoke);
create table operator (
  hub text not null references hub on delete cascade, namespace text not null, name text not null, kind text not null,
  package text not null, version text not null, phase text not null, message text not null, since text,
  primary key (hub, kind, namespace, name)
) strict, without rowid;

create table work (
  hub text not null references hub on delete cascade, spoke text not null, name text not null,
  purpose text not null, module text not null, generation integer not null,
  applied text not null, applied_generation integer not null, applied_reason text not null, applied_message text not null,
  available text not null, available_message text not null, delivered integer not null, deleting integer not null,
  kernels_json text not null default '{}', feedback_json text not null default '[]', feedback_at text,
  nodes_key text not null default '', changed_at text, created_at text not null,
  primary key (hub, spoke, name)
) strict, without rowid;
create index work_module on work (hub, module, purpose);
create table module (
  hub text not null references hub on delete cascade, name text not null, uid text not null,
  spoke_namespace text not null, selector_json text not null, spec_json text not null, generation integer not null,
  desired integer not null, applied integer not null, degraded integer not null, deleting integer not null, created_at text not null,
  primary key (hub, name)
) strict, without rowid;
create table image_config (
  hub text not null references hub on delete cascade, namespace text not null, name text not null, module text not null, spoke text not null,
  images_json text not null, states_json text not null, pull text not null default '',
  primary key (hub, namespace, name)
) strict, without rowid;
create index image_config_module on image_config (hub, module, spoke);
create table build (
  hub text not null references hub on delete cascade, namespace text not null, name text not null, uid text not null,
  module text not null, spoke text not null, kernel text not null, image text not null, action text not null,
  state text not null, started_at text, ended_at text, message text not null default '',
  primary key (hub, namespace, name, uid)
) strict, without rowid;
create index build_module on build (hub, module, spoke);
create table proof (
  hub text not null references hub on delete cascade, module text not null, spoke text not null,
  state text not null, cause text not null, reason text not null, remedy text not null,
  kernel text not null default '', image text not null default '', loaded_kernel text not null default '',
  loaded_image text not null default '', loaded_boot text not null default '', node_boot text not null default '',
  evidence text not null default 'none', selected_at text, since text not null, proven_at text,
  primary key (hub, module, spoke)
) strict, without rowid;
create index proof_state on proof (hub, module, state);
create index proof_spoke on proof (hub, spoke, module, state);
create trigger proof_told after insert on proof begin
  update spoke set loads = (select coalesce(group_concat(module || ':' || state, ','), '') from
      (select module, state from proof where hub = new.hub and spoke = new.spoke and state <> 'none' order by module))
    where hub = new.hub and name = new.spoke;
end;
create trigger proof_changed after update of state on proof when old.state is not new.state begin
  update spoke set loads = (select coalesce(group_concat(module || ':' || state, ','), '') from
      (select module, state from proof where hub = new.hub and spoke = new.spoke and state <> 'none' order by module))
    where hub = new.hub and name = new.spoke;
end;
create trigger proof_gone after delete on proof begin
  update spoke set loads = (select coalesce(group_concat(module || ':' || state, ','), '') from
      (select module, state from proof where hub = old.hub and spoke = old.spoke and state <> 'none' order by module))
    where hub = old.hub and name = old.spoke;
end;
create table delivery (
  id text primary key, hub text not null references hub on delete cascade, module text not null, way text not null, phase text not null,
  yaml text not null, canaries_json text not null default '[]', started_at text not null, ended_at text, sentence text not null default '',
  state_json text not null default '{}'
) strict, without rowid;
create index delivery_module on delivery (hub, module);

create table timeline (
  id integer primary key, hub text not null references hub on delete cascade, at text not null, seen_at text not null,
  spoke text not null default '', module text not null default '', event text not null, sentence text not null, tone text not null
) strict;
create index timeline_spoke on timeline (hub, spoke, id);
create index timeline_module on timeline (hub, module, event, id);
create table intent (
  id text primary key, hub text not null references hub on delete cascade, at text not null, who text not null, what text not null,
  input_json text not null, diff text not null, state text not null, result text not null default ''
) strict, without rowid;
create table job (
  id text primary key, hub text not null, kind text not null, title text not null, state text not null,
  done integer not null, total integer not null, unit text not null, sentence text not null,
  started_at text not null, ended_at text, fault_json text
) strict;
create table view (
  id integer primary key, name text not null unique, filter_json text not null, sort text not null, descending integer not null
) strict;
`;
