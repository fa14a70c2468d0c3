import type { Store } from './open.ts';

/** A ManagedClusterModule as it stands on the hub. `selector_json` is what KMM-Hub selects by, our delivery label included. */
export interface ModuleRecord {
  hub: string;
  name: string;
  uid: string;
  spoke_namespace: string;
  selector_json: string;
  /** spec.moduleSpec as JSON. */
  spec_json: string;
  generation: number;
  desired: number;
  applied: number;
  degraded: number;
  deleting: number;
  created_at: string;
}

/** A ModuleImagesConfig of the hub: which images one spoke needs, and what KMM-Hub knows of them. */
export interface ImageConfigRow {
  hub: string;
  namespace: string;
  name: string;
  module: string;
  spoke: string;
  /** JSON `[{image, kernel, build, sign}]`. */
  images_json: string;
  /** JSON `{image: Exists|DoesNotExist|NeedsBuilding|NeedsSigning}`. */
  states_json: string;
  /** Why a pull pod cannot pull, '' if none complains. */
  pull: string;
}

/** Queries on modules and their images on the hub. */
export function createModuleRecords({ db }: Store) {
  const put = db.prepare(
    `insert or replace into module (hub, name, uid, spoke_namespace, selector_json, spec_json, generation, desired, applied,
       degraded, deleting, created_at)
     values (@hub, @name, @uid, @spoke_namespace, @selector_json, @spec_json, @generation, @desired, @applied, @degraded,
       @deleting, @created_at)`,
  );
  const one = db.prepare<[string, string], ModuleRecord>('select * from module where hub = ? and name = ?');
  const all = db.prepare<[string], ModuleRecord>('select * from module where hub = ? order by name');
  const remove = db.prepare('delete from module where hub = ? and name = ?');
  const putImages = db.prepare(
    `insert into image_config (hub, namespace, name, module, spoke, images_json, states_json)
     values (@hub, @namespace, @name, @module, @spoke, @images_json, @states_json)
     on conflict (hub, namespace, name) do update set module = excluded.module, spoke = excluded.spoke,
       images_json = excluded.images_json, states_json = excluded.states_json`,
  );
  const setPull = db.prepare(
    'update image_config set pull = ? where hub = ? and namespace = ? and name = ? and pull <> ?',
  );
  const images = db.prepare<[string, string, string], ImageConfigRow>(
    'select * from image_config where hub = ? and namespace = ? and name = ?',
  );
  const imagesOf = db.prepare<[string, string, string], ImageConfigRow>(
    'select * from image_config where hub = ? and module = ? and spoke = ?',
  );
  const removeImages = db.prepare('delete from image_config where hub = ? and namespace = ? and name = ?');
  return {
    put: (row: ModuleRecord): void => void put.run(row),
    get: (hub: string, name: string) => one.get(hub, name),
    all: (hub: string) => all.all(hub),
    remove: (hub: string, name: string): void => void remove.run(hub, name),
    putImages: (row: Omit<ImageConfigRow, 'pull'>): void => void putImages.run(row),
    /** Returns whether it changed. */
    setPull: (hub: string, namespace: string, name: string, pull: string): boolean =>
      setPull.run(pull, hub, namespace, name, pull).changes > 0,
    images: (hub: string, namespace: string, name: string) => images.get(hub, namespace, name),
    imagesOf: (hub: string, module: string, spoke: string) => imagesOf.get(hub, module, spoke),
    removeImages: (hub: string, namespace: string, name: string): void => void removeImages.run(hub, namespace, name),
  };
}
export type ModuleRecords = ReturnType<typeof createModuleRecords>;
