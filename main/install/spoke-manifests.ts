import type { InstallParams } from '../../shared/contract/install.ts';
import type { KubeObject } from '../../shared/kube.ts';
import { subscriptionSpec } from './hub-objects.ts';
import { spokePackage } from './names.ts';

const rbac = 'rbac.authorization.k8s.io';
const allVerbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
/** A ClusterRole with this label adds to the rights of the spoke's work agent (OCM klusterlet-work-clusterrole-aggregate). */
export const aggregateToWork = { 'open-cluster-management.io/aggregate-to-work': 'true' };

/** Namespace, OperatorGroup (all namespaces: KMM's only install mode there) and Subscription with KMM_MANAGED=1, without which no claim is written. */
export function spokeOperator(params: InstallParams): KubeObject[] {
  const { spokeNamespace: namespace } = params;
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      apiVersion: 'operators.coreos.com/v1',
      kind: 'OperatorGroup',
      metadata: { name: 'kmm', namespace },
      spec: { upgradeStrategy: 'Default' },
    },
    {
      apiVersion: 'operators.coreos.com/v1alpha1',
      kind: 'Subscription',
      metadata: { name: spokePackage, namespace },
      spec: {
        ...subscriptionSpec(spokePackage, params),
        config: { env: [{ name: 'KMM_MANAGED', value: '1' }] },
      },
    },
  ];
}

/** What the work agent needs: to handle Modules (KMM docs hub_spoke.md), and to read what proves a load. */
export function spokeRights(): KubeObject[] {
  return [
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: { name: 'kmm-module-manager' },
      rules: [{ apiGroups: ['kmm.sigs.x-k8s.io'], resources: ['modules'], verbs: allVerbs }],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'klusterlet-kmm' },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'kmm-module-manager' },
      subjects: [{ kind: 'ServiceAccount', name: 'klusterlet-work-sa', namespace: 'open-cluster-management-agent' }],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: { name: 'kmm-bastion-reader', labels: aggregateToWork },
      rules: [
        { apiGroups: ['kmm.sigs.x-k8s.io'], resources: ['nodemodulesconfigs'], verbs: ['get', 'list', 'watch'] },
        { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
      ],
    },
  ];
}

/** The agent may not handle OLM's kinds by itself (it is `admin`, which lacks OperatorGroups); a work must bring that right first. */
export function workRights(): KubeObject {
  return {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRole',
    metadata: { name: 'kmm-bastion-install', labels: aggregateToWork },
    rules: [
      { apiGroups: ['operators.coreos.com'], resources: ['operatorgroups', 'subscriptions'], verbs: allVerbs },
      { apiGroups: [''], resources: ['namespaces'], verbs: ['create', 'get', 'list', 'patch', 'update', 'watch'] },
    ],
  };
}
