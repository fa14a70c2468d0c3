import type { z } from 'zod';
import type { HubInstall } from '../../shared/contract/install.ts';
import { resources } from '../kube/resources.ts';
import type { KubeClient } from '../kube/types.ts';
import type { OperatorRow } from '../store/operators.ts';
import { at, hubPackage } from './names.ts';

/** What the hub serves of KMM: kinds and the shape of their schema. undefined = the hub cannot be asked now. */
export interface ServedKmm {
  kinds: boolean;
  schema: string;
}

/**
 * Asks the hub. The served schema tells more than a version: `dra` in moduleSpec came after 2.6.0 (kmm.md 1.3), and a hub may
 * have got its CRDs without OLM.
 */
export async function askServed(client: KubeClient): Promise<ServedKmm> {
  if (!(await client.served(resources.ManagedClusterModule))) {
    client.refresh();
    if (!(await client.served(resources.ManagedClusterModule))) return { kinds: false, schema: '' };
  }
  const schema = await client.schema(resources.ManagedClusterModule).catch(() => undefined);
  const moduleSpec = at(schema, 'properties', 'spec', 'properties', 'moduleSpec', 'properties');
  if (moduleSpec === undefined) return { kinds: true, schema: 'not published by this hub' };
  return {
    kinds: true,
    schema: at(moduleSpec, 'dra') === undefined ? 'without dra (2.6.0 or older)' : 'has dra (newer than 2.6.0)',
  };
}

/** KMM-Hub on this hub, from OLM's objects and from what is served. */
export function hubInstall(
  rows: readonly OperatorRow[],
  served: ServedKmm | undefined,
  namespace: string,
): z.infer<typeof HubInstall> {
  const csvs = rows.filter((row) => row.kind === 'ClusterServiceVersion' && row.package === hubPackage);
  const csv = csvs.find(({ phase }) => phase === 'Succeeded') ?? csvs[0];
  const subscription = rows.find((row) => row.kind === 'Subscription' && row.package === hubPackage);
  const be = (state: z.infer<typeof HubInstall>['state'], sentence: string): z.infer<typeof HubInstall> => ({
    state,
    version: csv?.version ?? '',
    namespace: csv?.namespace ?? subscription?.namespace ?? namespace,
    schema: served?.schema ?? '',
    sentence,
  });
  if (csv?.phase === 'Succeeded') {
    if (served && !served.kinds) {
      return be('installing', `KMM-Hub ${csv.version} is installed; the hub does not serve its kinds yet.`);
    }
    return be('installed', `KMM-Hub ${csv.version} runs in ${csv.namespace}.`);
  }
  if (csv?.phase === 'Failed') return be('failed', `KMM-Hub ${csv.version} could not be installed: ${csv.message}`);
  if (subscription?.message) return be('failed', `OLM cannot install KMM-Hub: ${subscription.message}`);
  if (csv) return be('installing', `OLM installs KMM-Hub ${csv.version} (${csv.phase || 'not started'}).`);
  if (subscription) return be('installing', 'KMM-Hub is ordered; OLM has not chosen a version yet.');
  if (served?.kinds)
    return be('installed', 'The hub serves ManagedClusterModules, installed without OLM; its version is not known.');
  if (served) return be('absent', 'KMM-Hub is not installed on this hub.');
  return be('unknown', 'Not connected, and nothing is known of KMM on this hub from before.');
}
