import type { KubeObject } from '../../../shared/kube.ts';
import type { Informer } from '../ocm/informer.ts';
import { keyOf } from './objects.ts';

/** The objects of an informer by something they carry, such as a label or an owner. */
export interface IndexBy {
  of(key: string): KubeObject[];
  keys(): Iterable<string>;
}

/** Kept up to date by the informer's events; objects for which `read` gives undefined are left out. */
export function indexBy(informer: Informer, read: (object: KubeObject) => string | undefined): IndexBy {
  const groups = new Map<string, Map<string, KubeObject>>();
  const take = (object: KubeObject) => {
    const key = read(object);
    const group = key === undefined ? undefined : groups.get(key);
    if (group?.delete(keyOf(object)) && group.size === 0) groups.delete(key!);
  };
  informer.listen(({ object, old }) => {
    if (old && (!object || read(old) !== read(object))) take(old);
    const key = object && read(object);
    if (key === undefined) return;
    const group = groups.get(key) ?? new Map<string, KubeObject>();
    groups.set(key, group);
    group.set(keyOf(object!), object!);
  });
  return {
    of: (key) => [...(groups.get(key)?.values() ?? [])],
    keys: () => groups.keys(),
  };
}
