import { isoSeconds } from '../../../shared/clock.ts';
import type { KubeObject } from '../../../shared/kube.ts';
import type { CatalogPackage } from './olm-types.ts';

const group = 'operators.coreos.com';

/** The InstallPlan of one Subscription. */
export function installPlanObject(name: string, subscription: KubeObject, csv: string, manual: boolean): KubeObject {
  const { name: owner = '', namespace = '', uid = '' } = subscription.metadata;
  return {
    apiVersion: `${group}/v1alpha1`,
    kind: 'InstallPlan',
    metadata: {
      name,
      namespace,
      ownerReferences: [
        {
          apiVersion: `${group}/v1alpha1`,
          kind: 'Subscription',
          name: owner,
          uid,
          blockOwnerDeletion: false,
          controller: false,
        },
      ],
    },
    spec: {
      approval: manual ? 'Manual' : 'Automatic',
      approved: !manual,
      clusterServiceVersionNames: [csv],
      generation: 1,
    },
  };
}

/** The ClusterServiceVersion of a package. */
export function csvObject(name: string, namespace: string, pkg: CatalogPackage): KubeObject {
  return {
    apiVersion: `${group}/v1alpha1`,
    kind: 'ClusterServiceVersion',
    metadata: { name, namespace, labels: { [`${group}/${pkg.name}.${namespace}`]: '' } },
    spec: {
      displayName: pkg.displayName,
      version: pkg.version,
      provider: { name: 'Red Hat' },
      install: {
        strategy: 'deployment',
        spec: {
          deployments: pkg.deployments.map((deployment) => ({ name: deployment, spec: deploymentSpec(deployment) })),
        },
      },
    },
  };
}

const deploymentSpec = (name: string) => ({
  replicas: 1,
  selector: { matchLabels: { app: name } },
  template: {
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: 'manager', image: `registry.redhat.io/kmm/${name}` }] },
  },
});

/** A Deployment that a ClusterServiceVersion brings. */
export function deploymentObject(name: string, namespace: string, csv: string): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels: { 'olm.owner': csv, 'olm.owner.kind': 'ClusterServiceVersion' } },
    spec: deploymentSpec(name),
  };
}

/** One replica, available. */
export function deploymentStatus(now: number): Record<string, unknown> {
  const at = isoSeconds(now);
  return {
    observedGeneration: 1,
    replicas: 1,
    updatedReplicas: 1,
    readyReplicas: 1,
    availableReplicas: 1,
    conditions: [
      {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
        lastTransitionTime: at,
        lastUpdateTime: at,
      },
    ],
  };
}

/** A CatalogSource whose registry pod answers. */
export function catalogSource(name: string, namespace: string, image: string): KubeObject {
  return {
    apiVersion: `${group}/v1alpha1`,
    kind: 'CatalogSource',
    metadata: { name, namespace },
    spec: { sourceType: 'grpc', image, displayName: name, publisher: 'Red Hat' },
  };
}

/** Its status while it answers. */
export function catalogReady(name: string, namespace: string, now: number): Record<string, unknown> {
  const at = isoSeconds(now);
  return {
    connectionState: {
      address: `${name}.${namespace}.svc:50051`,
      lastConnect: at,
      lastObservedState: 'READY',
    },
    registryService: {
      createdAt: at,
      port: '50051',
      protocol: 'grpc',
      serviceName: name,
      serviceNamespace: namespace,
    },
  };
}
