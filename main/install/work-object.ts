import type { InstallParams } from '../../shared/contract/install.ts';
import { type KubeObject, names } from '../../shared/kube.ts';
import { spokePackage, workName } from './names.ts';
import { spokeOperator, spokeRights, workRights } from './spoke-manifests.ts';
import { troubles } from './work-evidence.ts';

const operators = 'operators.coreos.com';

/** The ManifestWork that brings KMM to one spoke of a hub without policies. */
export function installWork(params: InstallParams, spoke: string): KubeObject {
  const namespace = params.spokeNamespace;
  // Other writers (OLM, the platform) own members of these objects: the agent's default, a full replace, would fight them.
  const updateStrategy = {
    type: 'ServerSideApply',
    serverSideApply: { force: true, fieldManager: 'work-agent-kmm-bastion' },
  };
  const jsonPaths = [
    { name: 'state', path: '.status.state' },
    { name: 'installedCSV', path: '.status.installedCSV' },
    ...troubles.flatMap((type) =>
      ['status', 'message'].map((member) => ({
        name: `${type}.${member}`,
        path: `.status.conditions[?(@.type=="${type}")].${member}`,
      })),
    ),
  ];
  return {
    apiVersion: 'work.open-cluster-management.io/v1',
    kind: 'ManifestWork',
    metadata: { name: workName, namespace: spoke, labels: { [names.installLabel]: 'spokes' } },
    spec: {
      // Losing the work must not uninstall KMM, and with it unload every module of the spoke.
      deleteOption: { propagationPolicy: 'Orphan' },
      workload: { manifests: [workRights(), ...spokeRights(), ...spokeOperator(params)] },
      manifestConfigs: [
        {
          resourceIdentifier: { group: operators, resource: 'subscriptions', name: spokePackage, namespace },
          updateStrategy,
          feedbackRules: [{ type: 'JSONPaths', jsonPaths }],
        },
        {
          resourceIdentifier: { group: operators, resource: 'operatorgroups', name: 'kmm', namespace },
          updateStrategy,
        },
        { resourceIdentifier: { group: '', resource: 'namespaces', name: namespace, namespace: '' }, updateStrategy },
      ],
    },
  };
}
