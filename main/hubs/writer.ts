import { isoSeconds } from '../../shared/clock.ts';
import type { KubeObject } from '../../shared/kube.ts';
import type { KindName } from '../kube/resources.ts';
import { createFeedRecords } from '../store/feeds.ts';
import { createObjects } from '../store/objects.ts';
import type { Store } from '../store/open.ts';
import type { Notifier } from './notifier.ts';
import type { Projector } from './projector.ts';

/** One object as a feed saw it; `gone` carries at least namespace and name. */
export interface Sighting {
  object: KubeObject;
  gone: boolean;
}

/** Which feed writes, and its clocks. */
export interface Source {
  hub: string;
  kind: KindName;
  /** Our time and the hub's, ms. */
  now(): number;
  hubNow(): number;
}

export interface Writer {
  /** Writes what a watch brought, and how far it has come. */
  events(source: Source, sightings: readonly Sighting[], resourceVersion: string): Promise<void>;
  /** Writes a page of a full list; the row ids of all its objects are added to `seen`. */
  page(source: Source, items: readonly KubeObject[], seen: Set<number>): Promise<void>;
  /** Ends a full list: what was not seen is gone from the hub. */
  sweep(source: Source, seen: ReadonlySet<number>, resourceVersion: string): Promise<void>;
}

/** The longest the event loop is held, ms: other hubs, windows and sockets are served in between. */
const sliceMs = 20;

/**
 * Writes objects, the rows that projectors make of them, and the feed's place, each slice in one transaction: after a crash at any
 * instant the store is at a point that the feed can go on from. Faults: store.*.
 */
export function createWriter(store: Store, projectors: () => readonly Projector[], notifier: Notifier): Writer {
  const objects = createObjects(store);
  const feeds = createFeedRecords(store);
  const byKind = new Map<KindName, readonly Projector[]>();

  function projectorsOf(kind: KindName): readonly Projector[] {
    let known = byKind.get(kind);
    if (!known) {
      known = projectors().filter(({ kinds }) => kinds.includes(kind));
      byKind.set(kind, known);
    }
    return known;
  }

  function project(source: Source, sighting: Sighting, listing: boolean, tables: Set<string>) {
    const { hub, kind } = source;
    const { namespace = '', name = '' } = sighting.object.metadata;
    const seenAt = isoSeconds(source.now());
    const hubAt = isoSeconds(source.hubNow());
    const object = sighting.gone ? undefined : sighting.object;
    const change = { hub, kind, namespace, name, object, seenAt, hubAt, listing };
    for (const projector of projectorsOf(kind)) for (const table of projector.project(change)) tables.add(table);
  }

  /** Runs `step` over all items, a slice of time in each transaction, and `last` in the final one. */
  async function inSlices<T>(
    source: Source,
    items: readonly T[],
    step: (item: T, tables: Set<string>) => void,
    last: () => void,
  ) {
    let at = 0;
    do {
      const tables = new Set<string>();
      store.transaction(() => {
        const until = performance.now() + sliceMs;
        while (at < items.length && performance.now() < until) step(items[at++]!, tables);
        if (at >= items.length) last();
      });
      notifier.changed(source.hub, [...tables]);
      await new Promise((resolve) => setImmediate(resolve));
    } while (at < items.length);
  }

  return {
    events(source, sightings, resourceVersion) {
      const { hub, kind } = source;
      return inSlices(
        source,
        sightings,
        (sighting, tables) => {
          const { namespace = '', name = '' } = sighting.object.metadata;
          if (sighting.gone) objects.remove({ hub, kind, namespace, name });
          else if (!objects.put(hub, kind, sighting.object, isoSeconds(source.now())).changed) return;
          project(source, sighting, false, tables);
        },
        () => feeds.progress(hub, kind, resourceVersion, isoSeconds(source.now())),
      );
    },
    page(source, items, seen) {
      const { hub, kind } = source;
      return inSlices(
        source,
        items,
        (object, tables) => {
          const { id, changed } = objects.put(hub, kind, object, isoSeconds(source.now()));
          seen.add(id);
          if (changed) project(source, { object, gone: false }, true, tables);
        },
        () => {},
      );
    },
    sweep(source, seen, resourceVersion) {
      const { hub, kind } = source;
      const left = objects.keys(hub, kind).filter(({ id }) => !seen.has(id));
      return inSlices(
        source,
        left,
        ({ namespace, name }, tables) => {
          objects.remove({ hub, kind, namespace, name });
          const metadata = { name, ...(namespace && { namespace }) };
          project(source, { object: { apiVersion: '', kind, metadata }, gone: true }, true, tables);
        },
        () => feeds.listed(hub, kind, resourceVersion, isoSeconds(source.now())),
      );
    },
  };
}
