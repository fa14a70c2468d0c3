import type { KindSchema } from './kind-schema.ts';
import type { Registry } from './registry.ts';
import type { Store } from './store.ts';
import type { Writer } from './writer.ts';

export interface CustomKinds {
  serve(kinds: readonly KindSchema[]): void;
  withdraw(kinds: readonly KindSchema[]): void;
}

export function createCustomKinds({
  store,
  registry,
}: {
  store: Store;
  registry: Registry;
  writer: Writer;
  now: () => number;
}): CustomKinds {
  return {
    serve(kinds) {
      for (const kind of kinds) registry.add(kind);
    },
    withdraw(kinds) {
      for (const kind of kinds) {
        for (const object of store.collection(kind).list()) store.drop(kind, object);
        registry.remove(kind);
      }
    },
  };
}
