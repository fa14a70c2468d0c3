import type { KubeObject } from '../../shared/kube.ts';
import type { KindRef } from '../api.ts';
import { badRequest, unknownResource } from './errors.ts';
import { apiVersionOf, type KindSchema, resourceName, type Served } from './kind-schema.ts';

/** The kinds a core serves. */
export interface Registry {
  /** All kinds, in no order. */
  kinds(): readonly KindSchema[];
  /** Rises with every change: discovery and OpenAPI are made anew when it did. */
  readonly revision: number;
  byResource(group: string, plural: string): KindSchema | undefined;
  /** The kind under that path, or undefined when not served. */
  served(group: string, version: string, plural: string): Served | undefined;
  /** As `served`, by an actor's KindRef; NotFound when not served. */
  ref(ref: KindRef): Served;
  /** By an object's apiVersion and kind; refused when not served. */
  of(object: Pick<KubeObject, 'apiVersion' | 'kind'>): Served;
  add(kind: KindSchema): void;
  remove(kind: KindSchema): void;
}

interface Tables {
  byName: Map<string, KindSchema>;
  byPath: Map<string, Served>;
  byKind: Map<string, Served>;
}

const shared = new WeakMap<readonly KindSchema[], Tables>();

function enter(tables: Tables, kind: KindSchema): void {
  tables.byName.set(resourceName(kind), kind);
  for (const version of kind.versions) {
    if (version.served === false) continue;
    const served = { kind, version };
    tables.byPath.set(`${kind.group}/${version.name}/${kind.plural}`, served);
    tables.byKind.set(`${apiVersionOf(kind.group, version.name)} ${kind.kind}`, served);
  }
}

const empty = (): Tables => ({ byName: new Map(), byPath: new Map(), byKind: new Map() });

/** The tables of the kinds every core of a sort begins with are made once and shared. */
function base(kinds: readonly KindSchema[]): Tables {
  let tables = shared.get(kinds);
  if (!tables) {
    tables = empty();
    for (const kind of kinds) enter(tables, kind);
    shared.set(kinds, tables);
  }
  return tables;
}

/** A registry that begins with `builtins`, which can't be removed. */
export function createRegistry(builtins: readonly KindSchema[]): Registry {
  const ground = base(builtins);
  const own = empty();
  let revision = 1;
  const registry: Registry = {
    kinds: () => [...ground.byName.values(), ...own.byName.values()],
    get revision() {
      return revision;
    },
    byResource(group, plural) {
      const name = resourceName({ group, plural });
      return ground.byName.get(name) ?? own.byName.get(name);
    },
    served(group, version, plural) {
      const path = `${group}/${version}/${plural}`;
      return ground.byPath.get(path) ?? own.byPath.get(path);
    },
    ref(ref) {
      const found = registry.served(ref.group, ref.version, ref.plural);
      if (!found) throw unknownResource();
      return found;
    },
    of({ apiVersion, kind }) {
      if (!kind) throw badRequest(`Object 'Kind' is missing`);
      const key = `${apiVersion} ${kind}`;
      const found = ground.byKind.get(key) ?? own.byKind.get(key);
      if (!found) throw unknownResource();
      return found;
    },
    add(kind) {
      const old = own.byName.get(resourceName(kind));
      if (old) registry.remove(old);
      enter(own, kind);
      revision += 1;
    },
    remove(kind) {
      own.byName.delete(resourceName(kind));
      for (const table of [own.byPath, own.byKind]) {
        for (const [key, served] of table) if (served.kind === kind) table.delete(key);
      }
      revision += 1;
    },
  };
  return registry;
}
