import { isoSeconds } from '../../shared/clock.ts';
import { type KubeObject, names } from '../../shared/kube.ts';
import type { Hub } from '../api.ts';
import { kinds } from '../kinds.ts';
import { furnishCatalogs, furnishConfig } from '../world/furnish.ts';
import { type Machine, nodeOf, nodeStatus } from '../world/node.ts';
import type { World } from '../world/world.ts';
import { runs } from './releases.ts';

/** The hub's own three nodes and catalogs: a compact cluster on the spokes' first release. */
export async function furnishHub(world: World<Hub>): Promise<void> {
  const { hub, clock, random } = world;
  const kubelet = hub.as('kubelet');
  const { kernel, rhcos } = runs('4.12.3');
  for (const name of ['hub-0', 'hub-1', 'hub-2']) {
    const machine: Machine = { name, kernel, rhcos, arch: 'amd64', bootId: random.uuid(), systemUuid: random.uuid() };
    const node = await kubelet.create(nodeOf(machine));
    await kubelet.update({ ...node, status: nodeStatus(machine, true, isoSeconds(clock.now())) }, 'status');
  }
  await furnishConfig(hub);
  await furnishCatalogs(hub, clock.now());
  // The hub runs the operator of the OpenShift Update Service; its kind is served from the start.
  const admin = hub.as('kubectl');
  await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'openshift-update-service' } });
}

/** The Dockerfile of kmm-kmod: build in the driver toolkit image of the kernel, then copy the module out. */
const dockerfile = `ARG DTK_AUTO
FROM \${DTK_AUTO} as builder
ARG KERNEL_FULL_VERSION
WORKDIR /usr/src/kmm-kmod
COPY . .
RUN make KERNEL_SRC_DIR=/lib/modules/\${KERNEL_FULL_VERSION}/build all
FROM registry.bastion.example:5000/ubi9/ubi-minimal
ARG KERNEL_FULL_VERSION
COPY --from=builder /usr/src/kmm-kmod/kmm_ci_a.ko /opt/lib/modules/\${KERNEL_FULL_VERSION}/
RUN depmod -b /opt \${KERNEL_FULL_VERSION}
`;

/** The user of the lab: puts the module's Dockerfile beside the operator as soon as its namespace is there. */
export function startUser(world: World<Hub>): () => void {
  const api = world.hub.as('kubectl');
  const configMap: KubeObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kmm-kmod-dockerfile', namespace: names.hubNamespace },
    data: { dockerfile },
  };
  return api.watch(kinds.Namespace, (event) => {
    if (event.type !== 'ADDED' || event.object.metadata.name !== names.hubNamespace) return;
    void api.create(configMap).catch((error: Error) => {
      // It is there already, or the namespace is going away again.
      if (error.name !== 'ApiError') throw error;
    });
  });
}
