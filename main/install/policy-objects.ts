import type { InstallParams } from '../../shared/contract/install.ts';
import { type KubeObject, names } from '../../shared/kube.ts';
import { policyName } from './names.ts';
import { enforcedPolicy, policyGround, template } from './policy-shape.ts';
import { spokeOperator, spokeRights } from './spoke-manifests.ts';

const labels = { [names.installLabel]: 'spokes' };

/**
 * The Policy set that brings KMM to spokes. `sets` are the ManagedClusterSets to bind. `musthave` where OLM and the platform add members
 * of their own; `mustonlyhave` for rights, so that nobody's addition stays. KMM docs hub_spoke.md has the same objects.
 */
export function policyObjects(params: InstallParams, sets: readonly string[]): KubeObject[] {
  const { policyNamespace: namespace, spokeSelector } = params;
  const chosen = Object.keys(spokeSelector).length > 0;
  return [
    ...policyGround(namespace, sets, labels),
    ...enforcedPolicy(
      { name: policyName, namespace, labels },
      [...spokeOperator(params).map(template('musthave')), ...spokeRights().map(template('mustonlyhave'))],
      chosen ? { matchLabels: spokeSelector } : undefined,
    ),
  ];
}
