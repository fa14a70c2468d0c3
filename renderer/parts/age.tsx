import { useSyncExternalStore } from 'react';
import { age, clockTime } from '../words/format.ts';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let second = Math.floor(Date.now() / 1000);

// One timer for all ages on the page, running only while there is one.
function subscribe(listener: () => void) {
  listeners.add(listener);
  timer ??= setInterval(() => {
    second = Math.floor(Date.now() / 1000);
    for (const each of [...listeners]) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The present second, local, ms; renders again each second. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => second) * 1000;

/** How long ago, counting on; the exact time is in the tooltip. Nothing where there is no time. */
export function Age({ at, before = '', after = '' }: { at: string | undefined; before?: string; after?: string }) {
  const now = useNow();
  const text = age(at, now);
  if (text === '') return null;
  return (
    <time className="kb-num" dateTime={at} title={clockTime(at)}>
      {before}
      {text}
      {text === 'now' ? '' : after}
    </time>
  );
}
