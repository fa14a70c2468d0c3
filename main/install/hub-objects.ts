import type { InstallParams } from '../../shared/contract/install.ts';
import { type KubeObject, names } from '../../shared/kube.ts';
import { hubPackage } from './names.ts';

const labels = { [names.installLabel]: 'hub' };

/** Namespace, OperatorGroup and Subscription of KMM-Hub; its install mode is OwnNamespace only (kmm.md 4). */
export function hubObjects(params: InstallParams): KubeObject[] {
  const { hubNamespace: namespace } = params;
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } },
    {
      apiVersion: 'operators.coreos.com/v1',
      kind: 'OperatorGroup',
      metadata: { name: hubPackage, namespace, labels },
      spec: { targetNamespaces: [namespace] },
    },
    {
      apiVersion: 'operators.coreos.com/v1alpha1',
      kind: 'Subscription',
      metadata: { name: hubPackage, namespace, labels },
      spec: subscriptionSpec(hubPackage, params),
    },
  ];
}

/** spec of a Subscription (operators/v1alpha1): the CatalogSource is what a disconnected site changes. */
export function subscriptionSpec(name: string, { channel, source, sourceNamespace, startingCsv }: InstallParams) {
  return {
    name,
    channel,
    source,
    sourceNamespace,
    installPlanApproval: 'Automatic',
    ...(startingCsv !== '' && { startingCSV: startingCsv }),
  };
}
