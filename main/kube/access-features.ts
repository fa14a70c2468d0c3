import { names } from '../../shared/kube.ts';
import { type KindName, resources } from './resources.ts';

/** A right that a thing we do needs: some verbs on one kind. */
export interface Need {
  kind: KindName;
  verbs: readonly string[];
  namespace?: string;
  subresource?: string;
  /** Where it is not given, the feature does less but works: without it the answer is "partly". */
  extra?: boolean;
}

/** A thing the application does, as a person says it after "may". */
export interface Feature {
  feature: string;
  does: string;
  needs: readonly Need[];
}

/** Plural of what OCM's webhook asks about when a cluster set is bound; not a kind we read. */
export const clusterSets = { group: resources.Placement.group, plural: 'managedclustersets' } as const;

const read = ['list', 'watch'] as const;
/** Server-side apply is a patch, and a create where nothing was. */
const write = ['create', 'patch'] as const;

/** What the application does on a hub and needs rights for. `operatorNamespace` is where KMM-Hub builds. */
export function featuresOf(operatorNamespace: string = names.hubNamespace): Feature[] {
  const namespace = operatorNamespace;
  const apply = (kind: KindName, at?: string): Need => ({
    kind,
    verbs: write,
    ...(at !== undefined && { namespace: at }),
  });
  return [
    {
      feature: 'seeFleet',
      does: 'see the fleet',
      needs: [
        { kind: 'ManagedCluster', verbs: read },
        { kind: 'ManagedClusterInfo', verbs: read, extra: true },
        { kind: 'ManagedClusterAddOn', verbs: read, extra: true },
      ],
    },
    {
      feature: 'seeModules',
      does: 'see modules and their images',
      needs: [
        { kind: 'ManagedClusterModule', verbs: read },
        { kind: 'ModuleImagesConfig', verbs: read, extra: true },
        { kind: 'ModuleBuildSignConfig', verbs: read, extra: true },
      ],
    },
    {
      feature: 'seeHubKernels',
      does: 'check that the hub can build for a kernel',
      needs: [
        { kind: 'Node', verbs: ['list'] },
        { kind: 'ConfigMap', verbs: ['list'], namespace },
      ],
    },
    { feature: 'seeLoads', does: 'see where modules are loaded', needs: [{ kind: 'ManifestWork', verbs: read }] },
    {
      feature: 'seeBuilds',
      does: 'follow builds',
      needs: [
        { kind: 'Build', verbs: read, namespace },
        { kind: 'Pod', verbs: read, namespace, extra: true },
        { kind: 'Event', verbs: read, namespace, extra: true },
      ],
    },
    {
      feature: 'readLogs',
      does: 'read build logs',
      needs: [{ kind: 'Pod', verbs: ['get'], subresource: 'log', namespace }],
    },
    {
      feature: 'seeInstall',
      does: 'see how KMM is installed',
      needs: [
        { kind: 'Policy', verbs: read, extra: true },
        { kind: 'Subscription', verbs: read },
        { kind: 'ClusterServiceVersion', verbs: read },
      ],
    },
    { feature: 'applyModules', does: 'apply modules', needs: [apply('ManagedClusterModule')] },
    { feature: 'deleteModules', does: 'delete modules', needs: [{ kind: 'ManagedClusterModule', verbs: ['delete'] }] },
    { feature: 'labelSpokes', does: 'label spokes', needs: [{ kind: 'ManagedCluster', verbs: ['patch'] }] },
    {
      feature: 'deliverWorks',
      does: 'deliver works and ask for proof of load',
      needs: [apply('ManifestWork'), { kind: 'ManifestWork', verbs: ['delete'], extra: true }],
    },
    {
      feature: 'viewLoads',
      does: 'read the proof of load by views where works may not be written',
      needs: [{ kind: 'ManagedClusterView', verbs: ['create', 'list', 'delete'] }],
    },
    {
      feature: 'nudge',
      does: 'make a spoke look at its nodes again',
      needs: [
        { kind: 'ManagedClusterAction', verbs: ['create'] },
        { kind: 'ManagedClusterAction', verbs: ['delete'], extra: true },
      ],
    },
    {
      feature: 'installHub',
      does: 'install KMM on the hub',
      needs: [apply('Namespace'), apply('OperatorGroup', namespace), apply('Subscription', namespace)],
    },
    {
      feature: 'installByPolicy',
      does: 'install KMM on spokes by policy',
      needs: [
        apply('Namespace'),
        apply('Policy'),
        apply('Placement'),
        apply('PlacementBinding'),
        apply('ManagedClusterSetBinding'),
      ],
    },
    { feature: 'installByWorks', does: 'install KMM on spokes by works', needs: [apply('ManifestWork')] },
  ];
}
