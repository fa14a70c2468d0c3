import { type KubeObject, names } from '../shared/kube.ts';

const kernels = ['4.18.0-372.40.1.el8_6.x86_64', '4.18.0-372.43.1.el8_6.x86_64', '5.14.0-284.11.1.el9_2.x86_64'];
const versions = ['4.12.3', '4.12.6', '4.13.0', '4.14.2'];
const pick = (from: readonly string[], n: number): string => from[n % from.length] ?? '';

/** A made-up spoke that differs from its neighbours in everything a facet shows; the same number is always the same spoke. */
export function spokeObject(n: number, marks: Record<string, string> = {}): KubeObject {
  const name = `sno${String(n).padStart(6, '0')}`;
  const at = new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString().slice(0, 19).concat('Z');
  const available = n % 97 === 0 ? 'Unknown' : n % 89 === 0 ? 'False' : 'True';
  const condition = (type: string, status: string) => ({
    type,
    status,
    reason: type,
    message: type,
    lastTransitionTime: at,
  });
  const claims = n % 50 === 0 ? [] : [{ name: names.kernelClaim, value: pick(kernels, n * 7) }];
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1',
    kind: 'ManagedCluster',
    metadata: {
      name,
      uid: `uid-${n}`,
      creationTimestamp: at,
      labels: {
        vendor: 'OpenShift',
        cloud: 'BareMetal',
        name,
        'cluster.open-cluster-management.io/clusterset': 'default',
        openshiftVersion: pick(versions, n * 3),
        site: `site-${n % 40}`,
        hypervisor: `hv${n % 3700}`,
        'group-du-sno': '',
        ...marks,
      },
    },
    spec: { hubAcceptsClient: true, leaseDurationSeconds: 60 },
    status: {
      conditions: [
        condition('HubAcceptedManagedCluster', 'True'),
        condition('ManagedClusterJoined', 'True'),
        condition('ManagedClusterConditionAvailable', available),
        condition('ManagedClusterConditionClockSynced', 'True'),
      ],
      version: { kubernetes: 'v1.25.4' },
      clusterClaims: [...claims, { name: names.openshiftVersionClaim, value: pick(versions, n * 3) }],
    },
  };
}
