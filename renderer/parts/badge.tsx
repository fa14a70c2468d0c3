import type { Tone } from '../words/states.ts';

/** A state in one word with its dot (a ring while busy, a square when bad: colour is never the only sign). */
export function Badge({ tone, word, title }: { tone: Tone; word: string; title?: string }) {
  return (
    <span className="kb-state" data-tone={tone} {...(title && { title })}>
      {word}
    </span>
  );
}
