import { toFault } from '../../../shared/fault.ts';
import type { KubeObject } from '../../../shared/kube.ts';
import type { KubeClient } from '../../kube/types.ts';
import { mirrorLabel } from './names.ts';

/**
 * Words on objects of ours that stand on a cluster from earlier and would not be made now, of the given kinds. They are never taken away by
 * themselves: a mirror set that goes restarts nodes, a catalog that goes stops updates.
 */
export async function leftovers(
  client: KubeClient,
  kinds: readonly (readonly [apiVersion: string, kind: string, namespace?: string])[],
  made: readonly KubeObject[],
): Promise<string[]> {
  const known = new Set(made.map(keyOf));
  const words: string[] = [];
  for (const [apiVersion, kind, namespace] of kinds) {
    for (const object of await ours(client, apiVersion, kind, namespace)) {
      if (known.has(keyOf({ ...object, kind }))) continue;
      words.push(
        `${kind} ${object.metadata.name} is there from earlier and would not be made now; it stays until you delete it.`,
      );
    }
  }
  return words;
}

const keyOf = ({ kind, metadata: { name, namespace = '' } }: KubeObject): string => `${kind} ${namespace}/${name}`;

/** Objects with our label; none where they may not be listed: that is no reason to keep the rest back. */
async function ours(client: KubeClient, apiVersion: string, kind: string, namespace?: string): Promise<KubeObject[]> {
  const resource = await client.resourceOf(apiVersion, kind);
  if (!resource) return [];
  const { version, ...ref } = resource;
  const found: KubeObject[] = [];
  try {
    for await (const { items } of client.list(
      { ...ref, versions: [version] },
      { labelSelector: `${mirrorLabel}=true`, ...(namespace !== undefined && { namespace }) },
    )) {
      found.push(...items);
    }
  } catch (error) {
    if (toFault(error).code !== 'kube.forbidden') throw error;
  }
  return found;
}
