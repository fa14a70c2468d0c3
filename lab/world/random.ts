/** Chance that repeats: the same seed gives the same run. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A number in [from, to). */
  between(from: number, to: number): number;
  /** A whole number in [from, to]. */
  whole(from: number, to: number): number;
  pick<T>(items: readonly T[]): T;
  /** `length` characters as Kubernetes uses in generated names. */
  suffix(length?: number): string;
  uuid(): string;
  /** A generator of its own for `name`, independent of how much was drawn from this one. */
  fork(name: string): Random;
}

const letters = 'bcdfghjklmnpqrstvwxz2456789';

/** FNV-1a over the text, so that close seeds give far-apart generators. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}

/** A mulberry32 generator: 32 bits of state, plenty for delays and names. */
export function createRandom(seed: string | number): Random {
  const origin = String(seed);
  let state = hash(origin);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  const hex = (length: number) => {
    let text = '';
    while (text.length < length) text += whole(0, 15).toString(16);
    return text;
  };
  return {
    next,
    whole,
    between: (from, to) => from + next() * (to - from),
    pick: (items) => items[whole(0, items.length - 1)]!,
    suffix(length = 5) {
      let text = '';
      while (text.length < length) text += letters[whole(0, letters.length - 1)];
      return text;
    },
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[whole(0, 3)]}${hex(3)}-${hex(12)}`,
    fork: (name) => createRandom(`${origin}/${name}`),
  };
}
