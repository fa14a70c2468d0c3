import type { KubeObject } from '../../../shared/kube.ts';
import { type Api, ApiError, type KindRef } from '../../api.ts';
import type { LabClock } from '../../clock.ts';
import { mergeDiff } from './merge-diff.ts';

/** How controller-runtime's client writes: merge patches of what changed, nothing when nothing did. */
export interface Writer {
  create(object: KubeObject): Promise<KubeObject>;
  /**
   * From `before` to `after`, which share their name; gives what stands then. `always`: the real controller sends this
   * patch even when it is empty, so it takes its turn though nothing is written.
   */
  patch<T extends KubeObject>(
    kind: KindRef,
    before: T,
    after: T,
    subresource?: 'status',
    always?: 'always',
  ): Promise<T>;
  /** Fine when it is gone already. */
  remove(kind: KindRef, object: KubeObject): Promise<void>;
}

/** client-go's default for a controller: 20 requests a second and a burst of 30, for each kind on its own. */
export const controllerPace = { perSecond: 20, burst: 30 };

/**
 * A writer whose requests wait for their turn in lab time (real-hub.md 2, no. 12). Without a pace, at once.
 * Refusals are ApiErrors.
 */
export function createWriter(api: Api, clock: LabClock, pace?: { perSecond: number; burst: number }): Writer {
  const free = new Map<string, number>();
  async function turn(kind: string): Promise<void> {
    if (!pace) return;
    const gap = 1_000 / pace.perSecond;
    const now = clock.now();
    const at = Math.max(free.get(kind) ?? 0, now - (pace.burst - 1) * gap);
    free.set(kind, at + gap);
    if (at > now) await clock.sleep(at - now);
  }
  return {
    async create(object) {
      await turn(object.kind);
      return api.create(object);
    },
    async patch(kind, before, after, subresource, always) {
      const body = mergeDiff(before, after);
      if (body || always) await turn(kind.kind);
      if (!body) return before;
      const { name = '', namespace = '' } = before.metadata;
      const how = { type: 'merge' as const, ...(subresource && { subresource }) };
      return (await api.patch(kind, name, namespace, body, how)) as typeof before;
    },
    async remove(kind, { metadata }) {
      await turn(kind.kind);
      try {
        await api.remove(kind, metadata.name!, metadata.namespace);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 404) throw error;
      }
    },
  };
}
