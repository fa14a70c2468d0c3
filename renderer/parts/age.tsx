import { useSyncExternalStore } from 'react';
import { hubTime, useHubClock } from '../state/hub-clock.ts';
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

const forms = {
  plain: (text: string) => text,
  ago: (text: string) => (text === 'now' ? 'just now' : `${text} ago`),
  old: (text: string) => (text === 'now' ? 'current' : `${text} old`),
  for: (text: string) => (text === 'now' ? 'just now' : `for ${text}`),
};

/**
 * How long ago, counting on; the exact time is in the tooltip. Nothing where there is no time. Times that a hub wrote are compared with
 * the hub's clock (`by="hub"`), those of this application with the laptop's.
 */
export function Age({
  at,
  as = 'ago',
  by = 'laptop',
}: {
  at: string | undefined;
  as?: keyof typeof forms;
  by?: 'laptop' | 'hub';
}) {
  const now = useNow();
  const clock = useHubClock();
  const text = age(at, by === 'hub' ? hubTime(clock, now) : now);
  if (text === '') return null;
  return (
    <time className="kb-num" dateTime={at} title={clockTime(at)}>
      {forms[as](text)}
    </time>
  );
}
