import type { Clock } from '../../shared/clock.ts';
import type { Sessions } from '../hubs/sessions.ts';
import { resources } from '../kube/resources.ts';
import type { KubeClient } from '../kube/types.ts';
import type { Store } from '../store/open.ts';

/** What builds on a hub depend on. undefined: not read, e.g. not connected since the start, or not allowed. */
export interface HubFacts {
  /** Kernels of the hub's own nodes: KMM-Hub finds a driver toolkit for these alone (kmm.md 2.7, 6). */
  kernels: ReadonlySet<string> | undefined;
  /** ConfigMaps with a Dockerfile beside the operator, and whether it asks for DTK_AUTO. */
  dockerfiles: ReadonlyMap<string, boolean> | undefined;
}

/** How old facts may be before a check asks again, and how long it waits for the answer, ms. */
const fresh = 10_000;
const patience = 500;

/** Reads the few objects of a hub that no feed watches; a check must not hang on them. */
export function createHubFacts({ store, sessions, clock }: { store: Store; sessions: Sessions; clock: Clock }) {
  const namespaceOf = store.db.prepare<[string], string>('select operator_namespace from hub where id = ?').pluck();
  const known = new Map<string, HubFacts>();
  const asked = new Map<string, number>();

  async function kernelsOf(client: KubeClient): Promise<Set<string>> {
    const kernels = new Set<string>();
    for await (const { items } of client.list(resources.Node)) {
      for (const { status } of items) {
        const { nodeInfo } = (status ?? {}) as { nodeInfo?: { kernelVersion?: string } };
        if (nodeInfo?.kernelVersion) kernels.add(nodeInfo.kernelVersion);
      }
    }
    return kernels;
  }
  async function dockerfilesOf(client: KubeClient, namespace: string): Promise<Map<string, boolean>> {
    const files = new Map<string, boolean>();
    for await (const { items } of client.list(resources.ConfigMap, { namespace })) {
      for (const object of items) {
        const { dockerfile } = ((object as { data?: unknown }).data ?? {}) as { dockerfile?: string };
        if (dockerfile !== undefined) files.set(object.metadata.name ?? '', dockerfile.includes('DTK_AUTO'));
      }
    }
    return files;
  }
  return {
    of: (hub: string): HubFacts => known.get(hub) ?? { kernels: undefined, dockerfiles: undefined },
    /** Asks the hub where what is known is old. Resolves at the latest after half a second; never rejects. */
    async refresh(hub: string): Promise<void> {
      const client = sessions.peek(hub);
      const namespace = namespaceOf.get(hub) as string | undefined;
      if (!client || !namespace || clock.now() - (asked.get(hub) ?? Number.NEGATIVE_INFINITY) < fresh) return;
      asked.set(hub, clock.now());
      const read = (async () => {
        const kernels = await kernelsOf(client).catch(() => undefined);
        const dockerfiles = await dockerfilesOf(client, namespace).catch(() => undefined);
        known.set(hub, { kernels, dockerfiles });
      })();
      const enough = new AbortController();
      await Promise.race([read, clock.sleep(patience, enough.signal).catch(() => undefined)]);
      enough.abort();
    },
  };
}
export type HubFactBook = ReturnType<typeof createHubFacts>;
