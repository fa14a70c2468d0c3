import type { Transport } from '../../shared/contract.ts';

/** Whether the engine can be asked now; `since` is local time in ms. */
export interface LinkState {
  up: boolean;
  since: number;
  sentence: string;
}

/** A Transport whose line may break and come back: `watch` is told each change. */
export interface Link extends Transport {
  state(): LinkState;
  watch(listener: () => void): () => void;
}

/** A small observable value: what both kinds of link keep their state in. */
export function createState(first: LinkState) {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    state: () => value,
    set(next: LinkState) {
      if (next.up === value.up && next.sentence === value.sentence) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    watch(listener: () => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
