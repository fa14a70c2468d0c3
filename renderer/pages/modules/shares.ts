import type { Share } from '../../parts/stacked-bar.tsx';
import { loadOrder, loadWords } from '../../words/states.ts';

/** The states of a module's targets as shares of a bar, in the usual order; spokes that are not targeted are no share. */
export function sharesOf(states: Readonly<Record<string, number>>): Share[] {
  return loadOrder
    .filter((state) => state !== 'none')
    .map((state) => ({
      key: state,
      word: loadWords[state].word,
      tone: loadWords[state].tone,
      value: states[state] ?? 0,
    }));
}
