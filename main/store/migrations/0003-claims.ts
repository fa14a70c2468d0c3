/**
 * Spokes whose claims are cut off become a thing that groups agree in, so that they can be counted and filtered like the rest:
 * spoke_group gets the column claims_cut, and its triggers are written anew.
 */
export const claims = `
drop trigger spoke_grouped;
drop trigger spoke_regrouped;
drop trigger spoke_ungrouped;
drop table spoke_group;
create table spoke_group (
  id integer primary key, hub text not null references hub on delete cascade,
  availability text not null, operative integer not null, openshift text not null, openshift_sort text not null,
  kernels text not null, kmm text not null, load text not null, loads text not null, label_keys text not null,
  claims_cut integer not null, n integer not null,
  unique (hub, availability, operative, openshift, kernels, kmm, load, loads, label_keys, claims_cut, openshift_sort)
) strict;
insert into spoke_group (hub, availability, operative, openshift, openshift_sort, kernels, kmm, load, loads, label_keys, claims_cut, n)
  select hub, availability, operative, openshift, openshift_sort, kernels, kmm, load, loads, label_keys, claims_cut, count(*)
  from spoke group by hub, availability, operative, openshift, openshift_sort, kernels, kmm, load, loads, label_keys, claims_cut;
update spoke set grp = (select id from spoke_group g where g.hub = spoke.hub and g.availability = spoke.availability
  and g.operative = spoke.operative and g.openshift = spoke.openshift and g.kernels = spoke.kernels and g.kmm = spoke.kmm
  and g.load = spoke.load and g.loads = spoke.loads and g.label_keys = spoke.label_keys and g.claims_cut = spoke.claims_cut
  and g.openshift_sort = spoke.openshift_sort);
create trigger spoke_grouped after insert on spoke begin
  insert into spoke_group (hub, availability, operative, openshift, openshift_sort, kernels, kmm, load, loads, label_keys, claims_cut, n)
    select new.hub, new.availability, new.operative, new.openshift, new.openshift_sort, new.kernels, new.kmm, new.load, new.loads, new.label_keys, new.claims_cut, 0
    where not exists (select 1 from spoke_group where hub = new.hub and availability = new.availability and operative = new.operative
      and openshift = new.openshift and kernels = new.kernels and kmm = new.kmm and load = new.load and loads = new.loads
      and label_keys = new.label_keys and claims_cut = new.claims_cut and openshift_sort = new.openshift_sort);
  update spoke set grp = (select id from spoke_group where hub = new.hub and availability = new.availability and operative = new.operative
      and openshift = new.openshift and kernels = new.kernels and kmm = new.kmm and load = new.load and loads = new.loads
      and label_keys = new.label_keys and claims_cut = new.claims_cut and openshift_sort = new.openshift_sort) where id = new.id;
  update spoke_group set n = n + 1 where id = (select grp from spoke where id = new.id);
end;
create trigger spoke_regrouped
after update of availability, operative, openshift, openshift_sort, kernels, kmm, load, loads, label_keys, claims_cut on spoke
when (old.availability, old.operative, old.openshift, old.openshift_sort, old.kernels, old.kmm, old.load, old.loads, old.label_keys, old.claims_cut)
  is not (new.availability, new.operative, new.openshift, new.openshift_sort, new.kernels, new.kmm, new.load, new.loads, new.label_keys, new.claims_cut)
begin
  insert into spoke_group (hub, availability, operative, openshift, openshift_sort, kernels, kmm, load, loads, label_keys, claims_cut, n)
    select new.hub, new.availability, new.operative, new.openshift, new.openshift_sort, new.kernels, new.kmm, new.load, new.loads, new.label_keys, new.claims_cut, 0
    where not exists (select 1 from spoke_group where hub = new.hub and availability = new.availability and operative = new.operative
      and openshift = new.openshift and kernels = new.kernels and kmm = new.kmm and load = new.load and loads = new.loads
      and label_keys = new.label_keys and claims_cut = new.claims_cut and openshift_sort = new.openshift_sort);
  update spoke set grp = (select id from spoke_group where hub = new.hub and availability = new.availability and operative = new.operative
      and openshift = new.openshift and kernels = new.kernels and kmm = new.kmm and load = new.load and loads = new.loads
      and label_keys = new.label_keys and claims_cut = new.claims_cut and openshift_sort = new.openshift_sort) where id = new.id;
  update spoke_group set n = n + 1 where id = (select grp from spoke where id = new.id);
  update spoke_group set n = n - 1 where id = old.grp;
  delete from spoke_group where id = old.grp and n <= 0;
end;
create trigger spoke_ungrouped after delete on spoke begin
  update spoke_group set n = n - 1 where id = old.grp;
  delete from spoke_group where id = old.grp and n <= 0;
end;
`;
