import { type KubeObject, names } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import type { Informer } from '../ocm/informer.ts';
import type { Node } from './objects.ts';
import type { Writer } from './writer.ts';

/** KMM with KMM_MANAGED: the kernels of all nodes, sorted, a line each, as a ClusterClaim (kmm.md 2.2). */
export function createClaimReconcile(nodes: Informer, claims: Informer, write: Writer): () => Promise<void> {
  return async () => {
    const kernels = new Set<string>();
    for (const node of nodes.all() as Iterable<Node>) {
      const kernel = node.status?.nodeInfo?.kernelVersion;
      if (kernel) kernels.add(kernel);
    }
    if (kernels.size === 0) return;
    const spec = { value: [...kernels].sort().join('\n') };
    const found = claims.get(names.kernelClaim);
    if (found) {
      await write.patch(kinds.ClusterClaim, found, { ...found, spec });
      return;
    }
    const claim: KubeObject = {
      apiVersion: 'cluster.open-cluster-management.io/v1alpha1',
      kind: 'ClusterClaim',
      metadata: { name: names.kernelClaim },
      spec,
    };
    await write.create(claim);
  };
}
