import type { Clock } from '../../shared/clock.ts';
import { FaultError } from '../../shared/fault.ts';
import type { Resource } from '../../shared/kube.ts';
import { joinApiVersion, splitApiVersion } from './paths.ts';
import type { Transport } from './transport.ts';
import type { ResourceRef } from './types.ts';

/** What the server serves, asked for by group version and remembered until `refresh()`; what is missing, for 10 s. */
export interface Discovery {
  served(ref: ResourceRef): Promise<Resource | undefined>;
  resourceOf(apiVersion: string, kind: string): Promise<Resource | undefined>;
  refresh(): void;
}

interface ResourceList {
  resources?: { name: string; kind: string; namespaced: boolean }[];
}

interface Known {
  asked: Promise<Resource[]>;
  at: number;
}

/** A "no" is believed for so long, ms: operators bring kinds while we are connected. */
const missAgeMs = 10_000;

/** Faults: kube.* of the transport. A group version that is not served is no fault. */
export function createDiscovery(transport: Transport, clock: Pick<Clock, 'now'>): Discovery {
  let known = new Map<string, Known>();

  async function ask(apiVersion: string): Promise<Resource[]> {
    const { group, version } = splitApiVersion(apiVersion);
    try {
      const path = group === '' ? `/api/${version}` : `/apis/${apiVersion}`;
      const list = (await transport.json({ method: 'GET', path, reads: true })) as ResourceList;
      return (list.resources ?? [])
        .filter(({ name }) => !name.includes('/'))
        .map(({ name, kind, namespaced }) => ({ group, version, plural: name, kind, namespaced }));
    } catch (error) {
      if (error instanceof FaultError && error.fault.code === 'kube.notFound') return [];
      throw error;
    }
  }

  function remember(apiVersion: string): Known {
    const entry = { asked: ask(apiVersion), at: clock.now() };
    const here = known;
    here.set(apiVersion, entry);
    // A failure is not remembered: the next question asks again.
    entry.asked.catch(() => here.get(apiVersion) === entry && here.delete(apiVersion));
    return entry;
  }

  async function find(apiVersion: string, is: (one: Resource) => boolean): Promise<Resource | undefined> {
    const before = known.get(apiVersion);
    const found = (await (before ?? remember(apiVersion)).asked).find(is);
    if (found || !before || clock.now() - before.at < missAgeMs) return found;
    const current = known.get(apiVersion);
    return (await (current && current !== before ? current : remember(apiVersion)).asked).find(is);
  }

  return {
    async served({ group, versions, plural }) {
      for (const version of versions) {
        const found = await find(joinApiVersion({ group, version }), (one) => one.plural === plural);
        if (found) return found;
      }
      return undefined;
    },
    resourceOf: (apiVersion, kind) => find(apiVersion, (one) => one.kind === kind),
    refresh() {
      known = new Map();
    },
  };
}
