import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { KubeObject } from '../../shared/kube.ts';
import type { Store } from './open.ts';

/** Where an object stands: kind is a feed's name, namespace '' for cluster-scoped kinds. */
export interface ObjectKey {
  hub: string;
  kind: string;
  namespace: string;
  name: string;
}

/** Most objects fit in so many bytes; Node's own 16 KiB for each would be 16 times the rubbish to collect. */
const chunkSize = 1024;

/** zstd-compressed JSON without metadata.managedFields, which nobody reads and which is half of the bytes. */
export function packObject(object: KubeObject): Buffer {
  const { managedFields: _, ...metadata } = object.metadata;
  return zstdCompressSync(JSON.stringify({ ...object, metadata }), { chunkSize });
}
export const unpackObject = (raw: Buffer): KubeObject => JSON.parse(zstdDecompressSync(raw).toString('utf8'));

/** The objects themselves, as last seen. */
export function createObjects({ db }: Store) {
  const find = db.prepare<[string, string, string, string], { id: number; resource_version: string }>(
    'select id, resource_version from object where hub = ? and kind = ? and namespace = ? and name = ?',
  );
  const insert = db.prepare(
    'insert into object (hub, kind, namespace, name, uid, resource_version, seen_at, raw) values (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const update = db.prepare('update object set uid = ?, resource_version = ?, seen_at = ?, raw = ? where id = ?');
  const removeOne = db.prepare('delete from object where hub = ? and kind = ? and namespace = ? and name = ?');
  const one = db.prepare<[string, string, string, string], { raw: Buffer; seen_at: string }>(
    'select raw, seen_at from object where hub = ? and kind = ? and namespace = ? and name = ?',
  );
  const keys = db.prepare<[string, string], { id: number; namespace: string; name: string }>(
    'select id, namespace, name from object where hub = ? and kind = ?',
  );
  const inNamespace = db.prepare<[string, string, string], { raw: Buffer }>(
    'select raw from object where hub = ? and kind = ? and namespace = ? order by name',
  );
  const ofKind = db.prepare<[string, string], { raw: Buffer }>(
    'select raw from object where hub = ? and kind = ? order by namespace, name',
  );
  const counted = db
    .prepare<[string, string], number>('select count(*) from object where hub = ? and kind = ?')
    .pluck();
  return {
    /** Keeps the object. `changed` is false when the same resourceVersion is there already; `id` names the row. */
    put(
      hub: string,
      kind: string,
      object: KubeObject,
      seenAt: string,
    ): { id: number; changed: boolean; isNew: boolean } {
      const { namespace = '', name = '', uid = '', resourceVersion = '' } = object.metadata;
      const row = find.get(hub, kind, namespace, name);
      if (row && row.resource_version === resourceVersion && resourceVersion !== '') {
        return { id: row.id, changed: false, isNew: false };
      }
      const raw = packObject(object);
      if (row) {
        update.run(uid, resourceVersion, seenAt, raw, row.id);
        return { id: row.id, changed: true, isNew: false };
      }
      const { lastInsertRowid } = insert.run(hub, kind, namespace, name, uid, resourceVersion, seenAt, raw);
      return { id: Number(lastInsertRowid), changed: true, isNew: true };
    },
    /** True when it was there. */
    remove: ({ hub, kind, namespace, name }: ObjectKey): boolean =>
      removeOne.run(hub, kind, namespace, name).changes > 0,
    get({ hub, kind, namespace, name }: ObjectKey): { object: KubeObject; seenAt: string } | undefined {
      const row = one.get(hub, kind, namespace, name);
      return row && { object: unpackObject(row.raw), seenAt: row.seen_at };
    },
    /** All objects of a kind in one namespace. */
    list: (hub: string, kind: string, namespace: string): KubeObject[] =>
      inNamespace.all(hub, kind, namespace).map((row) => unpackObject(row.raw)),
    /** One by one over all namespaces; do not write the object table meanwhile. */
    *each(hub: string, kind: string): Generator<KubeObject> {
      for (const row of ofKind.iterate(hub, kind)) yield unpackObject(row.raw);
    },
    /** Row id, namespace and name of everything kept of a kind: what a sweep compares with a full list. */
    keys: (hub: string, kind: string) => keys.all(hub, kind),
    count: (hub: string, kind: string): number => counted.get(hub, kind) ?? 0,
  };
}
export type Objects = ReturnType<typeof createObjects>;
