import { createHash } from 'node:crypto';
import type { Informer } from '../ocm/informer.ts';
import type { Node } from './objects.ts';

/**
 * The driver toolkit image for a kernel, as the Red Hat edition finds it: by the *hub's* nodes only. Throws the words of
 * the real operator for a kernel that no hub node runs (real-hub.md 2, no. 6). The digest stands for the release's image.
 */
export function createDtkLookup(nodes: Informer): (kernel: string) => string {
  return (kernel) => {
    for (const node of nodes.all() as Iterable<Node>) {
      const info = node.status?.nodeInfo;
      if (info?.kernelVersion !== kernel) continue;
      const digest = createHash('sha256').update(`driver-toolkit of ${info.osImage}`).digest('hex');
      return `quay.io/openshift-release-dev/ocp-v4.0-art-dev@sha256:${digest}`;
    }
    throw new Error(
      `could not get DTK image for kernel ${kernel}: could not find kernel ${kernel} in kernel --> OS mapping`,
    );
  };
}
