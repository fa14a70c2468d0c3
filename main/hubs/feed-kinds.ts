import { names } from '../../shared/kube.ts';
import type { KindName } from '../kube/resources.ts';

/** What one feed reads. */
export interface FeedKind {
  kind: KindName;
  /** Only this namespace; left out: all. */
  namespace?: string;
  labelSelector?: string;
}

/**
 * Everything we watch on a hub. The first is listed before the others start: their rows hang on it. The rest comes in the order
 * given, small and telling kinds before large ones.
 */
export function feedKinds(operatorNamespace: string = names.hubNamespace): FeedKind[] {
  const namespace = operatorNamespace;
  return [
    { kind: 'ManagedCluster' },
    { kind: 'ManagedClusterModule' },
    { kind: 'Subscription' },
    // OLM copies a CSV into every namespace; on a hub that is one for each spoke.
    { kind: 'ClusterServiceVersion', labelSelector: '!olm.copiedFrom' },
    { kind: 'ModuleImagesConfig' },
    { kind: 'ModuleBuildSignConfig' },
    { kind: 'Build', namespace },
    { kind: 'Pod', namespace },
    { kind: 'Event', namespace },
    { kind: 'ManagedClusterInfo' },
    { kind: 'ManagedClusterAddOn' },
    { kind: 'Policy' },
    { kind: 'ManifestWork' },
  ];
}
