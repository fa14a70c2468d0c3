import type { KubeObject, Status, WatchEvent } from '../../shared/kube.ts';
import { ApiError } from '../api.ts';

/** How a kind is read from a real server. */
export interface RemoteSource {
  list(): Promise<{ items: readonly KubeObject[]; resourceVersion: string }>;
  /** Events after `resourceVersion`, until the server ends the watch. Rejects with ApiError or the connection's error. */
  stream(resourceVersion: string, event: (event: WatchEvent) => void, signal: AbortSignal): Promise<void>;
}

const againMs = 250;
const keyOf = ({ metadata }: KubeObject) => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
const gone = (status: Status | undefined) => status?.code === 410;

/**
 * What client-go's reflector does: list, watch, watch again where it ended, list again after 410. A kind that is not
 * served yet is waited for. `listener` hears of each object once as ADDED, and of what a gap hid as MODIFIED or DELETED;
 * `listed` is called after every full list. Returns the stopper.
 */
export function followRemote(
  source: RemoteSource,
  listener: (event: WatchEvent) => void,
  listed: () => void,
): () => void {
  const known = new Map<string, KubeObject>();
  const end = new AbortController();
  const { signal } = end;

  function take(event: WatchEvent): void {
    if (event.type === 'ERROR' || event.type === 'BOOKMARK') return;
    const key = keyOf(event.object);
    if (event.type === 'DELETED') known.delete(key);
    else known.set(key, event.object);
    listener(event);
  }
  function compare(items: readonly KubeObject[]): void {
    const there = new Set(items.map(keyOf));
    for (const [key, object] of known) if (!there.has(key)) take({ type: 'DELETED', object });
    for (const object of items) {
      const old = known.get(keyOf(object));
      if (old?.metadata.resourceVersion === object.metadata.resourceVersion) continue;
      take({ type: old ? 'MODIFIED' : 'ADDED', object });
    }
  }
  async function run(): Promise<void> {
    let version: string | undefined;
    while (!signal.aborted) {
      try {
        if (version === undefined) {
          const { items, resourceVersion } = await source.list();
          if (signal.aborted) return;
          compare(items);
          version = resourceVersion;
          listed();
        }
        await source.stream(
          version,
          (event) => {
            if (signal.aborted) return;
            if (event.type === 'ERROR') {
              version = gone(event.object) ? undefined : version;
              return;
            }
            version = event.object.metadata.resourceVersion ?? version;
            take(event);
          },
          signal,
        );
      } catch (error) {
        if (error instanceof ApiError && error.status === 410) version = undefined;
      }
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, againMs));
    }
  }
  void run();
  return () => end.abort();
}
