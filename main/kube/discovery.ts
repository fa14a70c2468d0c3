import { FaultError } from '../../shared/fault.ts';
import type { Resource } from '../../shared/kube.ts';
import { joinApiVersion, splitApiVersion } from './paths.ts';
import type { Transport } from './transport.ts';
import type { ResourceRef } from './types.ts';

/** What the server serves, asked for by group version and remembered until `refresh()`. */
export interface Discovery {
  served(ref: ResourceRef): Promise<Resource | undefined>;
  resourceOf(apiVersion: string, kind: string): Promise<Resource | undefined>;
  refresh(): void;
}

interface ResourceList {
  resources?: { name: string; kind: string; namespaced: boolean }[];
}

/** Faults: kube.* of the transport. A group version that is not served is no fault. */
export function createDiscovery(transport: Transport): Discovery {
  let known = new Map<string, Promise<Resource[]>>();

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

  function resources(apiVersion: string): Promise<Resource[]> {
    const before = known.get(apiVersion);
    if (before) return before;
    const asked = ask(apiVersion);
    const here = known;
    here.set(apiVersion, asked);
    // A failure is not remembered: the next question asks again.
    asked.catch(() => here.delete(apiVersion));
    return asked;
  }

  return {
    async served({ group, versions, plural }) {
      for (const version of versions) {
        const found = (await resources(joinApiVersion({ group, version }))).find((one) => one.plural === plural);
        if (found) return found;
      }
      return undefined;
    },
    resourceOf: async (apiVersion, kind) => (await resources(apiVersion)).find((one) => one.kind === kind),
    refresh() {
      known = new Map();
    },
  };
}
