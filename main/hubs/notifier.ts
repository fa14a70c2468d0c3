import type { Emit } from '../../shared/contract.ts';

/** Rows change by the thousand; windows ask again at most four times a second. */
const gapMs = 250;

/** Collects changed tables by hub and tells them together. */
export interface Notifier {
  changed(hub: string, tables: readonly string[]): void;
  close(): void;
}

export function createNotifier(emit: Emit, gap = gapMs): Notifier {
  const pending = new Map<string, Set<string>>();
  let timer: NodeJS.Timeout | undefined;
  const tell = () => {
    timer = undefined;
    for (const [hub, tables] of pending) emit('rows.changed', { hub, tables: [...tables].sort() });
    pending.clear();
  };
  return {
    changed(hub, tables) {
      if (tables.length === 0) return;
      const known = pending.get(hub) ?? new Set();
      for (const table of tables) known.add(table);
      pending.set(hub, known);
      timer ??= setTimeout(tell, gap);
    },
    close() {
      if (timer) clearTimeout(timer);
      pending.clear();
    },
  };
}
