import type { Query, QueryClient } from '@tanstack/react-query';
import type { CallName, Event } from '../../shared/contract.ts';
import type { Client } from '../client.ts';

/** Tables of the store each answer is made of (main/store/migrations). A change in one makes the answer old. */
const sources: Partial<Record<CallName, readonly string[]>> = {
  'fleet.page': ['spoke', 'proof', 'addon', 'spoke_label', 'spoke_kernel'],
  'fleet.facets': ['spoke', 'proof', 'spoke_label', 'spoke_kernel'],
  'fleet.labelValues': ['spoke_label'],
  'fleet.counts': ['spoke', 'addon'],
  'fleet.spoke': ['spoke', 'work', 'proof', 'addon', 'policy'],
  'fleet.timeline': ['timeline'],
  'fleet.object': ['object', 'spoke'],
  'install.status': ['spoke', 'policy', 'operator', 'addon', 'work'],
  'install.spokes': ['spoke', 'policy', 'addon', 'work'],
  'modules.list': ['module', 'work', 'proof', 'spoke', 'delivery'],
  'modules.get': ['module', 'work', 'proof', 'build', 'delivery'],
  'modules.check': ['spoke', 'spoke_label', 'spoke_kernel'],
  'modules.proof': ['proof', 'work', 'spoke'],
  'deliveries.list': ['delivery', 'proof'],
  'deliveries.get': ['delivery', 'proof'],
  'reports.summary': ['proof', 'spoke', 'build', 'timeline', 'delivery'],
  'hubs.tables': ['*'],
};

/** Answers of the mirror by what changed there. */
const mirrored: Record<Event<'mirror.changed'>['what'], readonly CallName[]> = {
  sets: ['mirror.sets', 'mirror.set'],
  runs: ['mirror.runs', 'mirror.run', 'mirror.runImages', 'mirror.history'],
  store: ['mirror.store', 'mirror.images', 'mirror.sets', 'mirror.history'],
  sites: ['mirror.sites', 'mirror.history', 'mirror.resources'],
  bundles: ['mirror.bundles', 'mirror.keys', 'mirror.history'],
  serving: ['mirror.serving'],
};

/** Whether this answer depends on the tables that changed. `*` (of either side) means all of them. */
export function dependsOn(call: CallName, tables: readonly string[]): boolean {
  const from = sources[call];
  if (!from) return false;
  return from.includes('*') || tables.includes('*') || from.some((table) => tables.includes(table));
}

/** The hub an answer is about, from its input. */
export function hubOf(query: Pick<Query, 'queryKey'>): string {
  const input = query.queryKey[1] as { hub?: unknown } | undefined;
  return typeof input?.hub === 'string' ? input.hub : '';
}

/**
 * Asks again for what changed, at most once every `pause` ms. An answer that is still on its way is not cut off (under a storm of
 * changes none would ever arrive): it stays marked and is asked again afterwards.
 */
export function keepFresh(client: Client, queries: QueryClient, pause = 500): () => void {
  const changed = new Map<string, Set<string>>();
  /** Answers of the mirror that were on their way when what they tell changed. */
  const outrun = new Set<Query>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = () => {
    timer ??= setTimeout(flush, pause);
  };
  function flush() {
    timer = undefined;
    const marks = [...changed];
    changed.clear();
    for (const [hub, tables] of marks) {
      const names = [...tables];
      const old = (query: Query) => hubOf(query) === hub && dependsOn(query.queryKey[0] as CallName, names);
      const busy = queries
        .getQueryCache()
        .findAll({ predicate: (query) => old(query) && query.state.fetchStatus === 'fetching' });
      void queries.invalidateQueries({ predicate: (query) => old(query) && query.state.fetchStatus !== 'fetching' });
      if (busy.length > 0) mark(hub, names);
    }
    askAgain();
  }
  function askAgain() {
    const arrived = new Set([...outrun].filter((query) => query.state.fetchStatus !== 'fetching'));
    for (const query of arrived) outrun.delete(query);
    if (arrived.size > 0) void queries.invalidateQueries({ predicate: (query) => arrived.has(query) });
    if (outrun.size > 0) later();
  }
  function mark(hub: string, tables: readonly string[]) {
    const set = changed.get(hub) ?? new Set();
    for (const table of tables) set.add(table);
    changed.set(hub, set);
    later();
  }
  const stops = [
    client.on('rows.changed', ({ hub, tables }) => mark(hub, tables)),
    client.on('delivery.changed', ({ hub }) => mark(hub, ['delivery'])),
    client.on('hub.changed', ({ hub }) => {
      const about = new Set<unknown>(['hubs.get', 'hubs.feeds', 'hubs.access', 'hubs.questions', 'modules.schema']);
      void queries.invalidateQueries({ queryKey: ['hubs.list'] });
      void queries.invalidateQueries({ predicate: (query) => hubOf(query) === hub && about.has(query.queryKey[0]) });
    }),
    client.on('job.changed', () => void queries.invalidateQueries({ queryKey: ['jobs.list'] })),
    client.on('mirror.changed', ({ what }) => {
      const old = queries
        .getQueryCache()
        .findAll({ predicate: (query) => mirrored[what].includes(query.queryKey[0] as CallName) });
      for (const query of old) if (query.state.fetchStatus === 'fetching') outrun.add(query);
      void queries.invalidateQueries({ predicate: (query) => old.includes(query) && !outrun.has(query) });
      if (outrun.size > 0) later();
    }),
    client.on('lab.changed', () => void queries.invalidateQueries({ queryKey: ['lab.status'] })),
    client.link.watch(() => {
      if (client.link.state().up) void queries.invalidateQueries();
    }),
  ];
  return () => {
    clearTimeout(timer);
    for (const stop of stops) stop();
  };
}
