import type { KubeObject } from '../../../shared/kube.ts';
import type { Api, KindRef } from '../../api.ts';

/** An object on the spoke that a work holds or reads. */
export interface Held {
  kind: KindRef;
  name: string;
  namespace: string;
  /** Its feedback comes by watch instead of poll. */
  immediate: boolean;
}

/** Watches of a work agent on its spoke: one a (kind, namespace), for all works that look there. */
export interface SpokeWatches {
  /** Replaces what `work` holds. */
  hold(work: string, objects: readonly Held[]): void;
  stop(): void;
}

interface Place {
  holders: Map<string, Map<string, { immediate: boolean }>>;
  stop: () => void;
}

const placeOf = ({ kind, namespace }: Held) => `${kind.plural}.${kind.group}/${namespace}`;

/**
 * `changed` hears for each work of each change to an object it holds; `immediate` when any work has asked for a watch in
 * that kind and namespace: the agent's informers are shared (real-ocm.md B8).
 */
export function createSpokeWatches(
  api: Api,
  changed: (work: string, object: KubeObject | undefined, gone: KubeObject | undefined, immediate: boolean) => void,
): SpokeWatches {
  const places = new Map<string, Place>();
  const placesOf = new Map<string, readonly string[]>();

  function open({ kind, namespace }: Held): Place {
    const holders: Place['holders'] = new Map();
    const stop = api.watch(
      kind,
      (event) => {
        if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
        const { object } = event;
        const those = holders.get(object.metadata.name ?? '');
        if (!those) return;
        let immediate = false;
        for (const holder of holders.values()) for (const one of holder.values()) immediate ||= one.immediate;
        const gone = event.type === 'DELETED';
        for (const work of [...those.keys()]) {
          changed(work, gone ? undefined : object, gone ? object : undefined, immediate && !gone);
        }
      },
      namespace ? { namespace } : {},
    );
    return { holders, stop };
  }
  function release(work: string): void {
    for (const key of placesOf.get(work) ?? []) {
      const place = places.get(key);
      if (!place) continue;
      for (const [name, works] of place.holders) {
        works.delete(work);
        if (works.size === 0) place.holders.delete(name);
      }
    }
    placesOf.delete(work);
  }
  function close(keys: readonly string[]): void {
    for (const key of keys) {
      const place = places.get(key);
      if (place?.holders.size !== 0) continue;
      place.stop();
      places.delete(key);
    }
  }
  return {
    hold(work, objects) {
      const before = placesOf.get(work) ?? [];
      release(work);
      for (const one of objects) {
        const key = placeOf(one);
        let place = places.get(key);
        if (!place) {
          place = open(one);
          places.set(key, place);
        }
        let works = place.holders.get(one.name);
        if (!works) {
          works = new Map();
          place.holders.set(one.name, works);
        }
        works.set(work, { immediate: one.immediate });
      }
      if (objects.length > 0) placesOf.set(work, [...new Set(objects.map(placeOf))]);
      close(before);
    },
    stop() {
      for (const place of places.values()) place.stop();
      places.clear();
    },
  };
}
