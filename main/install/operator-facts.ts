import type { KubeObject } from '../../shared/kube.ts';
import type { OperatorRow } from '../store/operators.ts';
import { at, conditions, text } from './names.ts';
import { kmmPackage } from './policy-facts.ts';

/** The row of a Subscription or ClusterServiceVersion of KMM; undefined for those of other operators. */
export function operatorRow(hub: string, object: KubeObject): OperatorRow | undefined {
  const wanted = kmmPackage(object);
  if (wanted === undefined) return undefined;
  const { namespace = '', name = '' } = object.metadata;
  const base = { hub, namespace, name, kind: object.kind, package: wanted };
  if (object.kind === 'ClusterServiceVersion') {
    return {
      ...base,
      version: text(at(object, 'spec', 'version')) || name.replace(/^[^.]*\.v?/, ''),
      phase: text(at(object, 'status', 'phase')),
      message: text(at(object, 'status', 'message')),
      since: text(at(object, 'status', 'lastTransitionTime')) || null,
    };
  }
  // OLM says on the Subscription why nothing comes of it (operators/v1alpha1 SubscriptionConditionType).
  const complaint = conditions(object).find(
    ({ type, status }) =>
      status === 'True' &&
      ['CatalogSourcesUnhealthy', 'ResolutionFailed', 'InstallPlanFailed', 'BundleUnpackFailed'].includes(type),
  );
  return {
    ...base,
    version: text(at(object, 'status', 'installedCSV')).replace(/^[^.]*\.v?/, ''),
    phase: text(at(object, 'status', 'state')),
    message: complaint ? `${complaint.type}: ${complaint.message || complaint.reason}` : '',
    since: text(at(object, 'status', 'lastUpdated')) || null,
  };
}
