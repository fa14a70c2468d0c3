import { toFault } from '../../shared/fault.ts';
import { mappingFor } from '../../shared/rules/kernel-mapping.ts';
import type { ModuleSpec } from '../../shared/rules/module-spec.ts';
import type { ModuleRecord, ModuleRecords } from '../store/modules.ts';
import { deliverLabel } from './naming.ts';
import type { Wanted } from './proof-facts.ts';

/** A module of the hub, parsed once for each of its generations. */
export interface LiveModule {
  name: string;
  uid: string;
  spokeNamespace: string;
  spec: ModuleSpec;
  /** What KMM-Hub selects by. */
  selector: Record<string, string>;
  /** The user's part of it: without our delivery label. These spokes are the targets. */
  base: Record<string, string>;
  /** Our delivery label is part of the selector. */
  staged: boolean;
  deleting: boolean;
  createdAt: string;
  wanted(kernel: string): Wanted;
}

/** The image a module wants for each kernel; a mapping that KMM cannot use is an error in words. Remembers its answers. */
export function wantedBy(spec: ModuleSpec, name: string, namespace: string): (kernel: string) => Wanted {
  const known = new Map<string, Wanted>();
  return (kernel) => {
    if (known.has(kernel)) return known.get(kernel);
    let wanted: Wanted;
    try {
      const mapped = mappingFor(spec, kernel, { name, namespace });
      wanted = mapped && { image: mapped.image, build: mapped.build !== undefined, sign: mapped.sign !== undefined };
    } catch (error) {
      wanted = { error: toFault(error).message };
    }
    known.set(kernel, wanted);
    return wanted;
  };
}

/** The selector without our delivery label. */
export function withoutLabel(selector: Record<string, string>, module: string): Record<string, string> {
  const { [deliverLabel(module)]: ours, ...base } = selector;
  return ours === undefined ? selector : base;
}

function parse(row: ModuleRecord): LiveModule {
  const spec = JSON.parse(row.spec_json) as ModuleSpec;
  const selector = JSON.parse(row.selector_json) as Record<string, string>;
  return {
    name: row.name,
    uid: row.uid,
    spokeNamespace: row.spoke_namespace,
    spec,
    selector,
    base: withoutLabel(selector, row.name),
    staged: Object.hasOwn(selector, deliverLabel(row.name)),
    deleting: row.deleting === 1,
    createdAt: row.created_at,
    wanted: wantedBy(spec, row.name, row.spoke_namespace),
  };
}

/** The modules of each hub in memory: a few, asked for at every change of every spoke. `forget` after a module row changed. */
export function createModuleIndex(records: ModuleRecords) {
  const hubs = new Map<string, Map<string, LiveModule>>();
  function of(hub: string): Map<string, LiveModule> {
    let modules = hubs.get(hub);
    if (!modules) {
      modules = new Map(records.all(hub).map((row) => [row.name, parse(row)]));
      hubs.set(hub, modules);
    }
    return modules;
  }
  return {
    all: (hub: string): Iterable<LiveModule> => of(hub).values(),
    get: (hub: string, name: string): LiveModule | undefined => of(hub).get(name),
    forget: (hub: string): void => void hubs.delete(hub),
  };
}
export type ModuleIndex = ReturnType<typeof createModuleIndex>;
