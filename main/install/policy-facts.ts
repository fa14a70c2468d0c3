import type { KubeObject } from '../../shared/kube.ts';
import type { PolicyRow } from '../store/policies.ts';
import { at, hubPackage, list, spokePackage, text } from './names.ts';

const label = 'policy.open-cluster-management.io';

/** The row of a Policy (GRC api/v1 policy_types.go). Only copies in spoke namespaces carry history. */
export function policyRow(hub: string, policy: KubeObject): PolicyRow {
  const { namespace = '', name = '', labels = {}, creationTimestamp = '' } = policy.metadata;
  const root = labels[`${label}/root-policy`];
  const history = list(at(policy, 'status', 'details'))
    .flatMap((detail) => list(at(detail, 'history')))
    .map((entry) => ({ at: text(at(entry, 'lastTimestamp')), message: text(at(entry, 'message')) }))
    .sort((a, b) => b.at.localeCompare(a.at));
  const compliant = text(at(policy, 'status', 'compliant'));
  // With several templates the newest word may be another template's "Compliant": the complaint is what explains the state.
  const telling =
    compliant === 'NonCompliant' ? history.find((entry) => !/^Compliant\b/.test(entry.message)) : undefined;
  const newest = telling ?? history[0];
  return {
    hub,
    namespace,
    name,
    root: root ?? `${namespace}.${name}`,
    spoke: root === undefined ? '' : (labels[`${label}/cluster-name`] ?? namespace),
    compliant,
    message: newest?.message.replace(/^NonCompliant;\s*/, '') ?? '',
    since: newest?.at || null,
    installs_kmm: installsKmm(policy) ? 1 : 0,
    created_at: creationTimestamp,
  };
}

/** Whether a template orders the spoke operator, by ConfigurationPolicy (a Subscription) or by OperatorPolicy. */
export function installsKmm(policy: KubeObject): boolean {
  if (at(policy, 'spec', 'disabled') === true) return false;
  return list(at(policy, 'spec', 'policy-templates')).some((template) => {
    const definition = at(template, 'objectDefinition');
    if (at(definition, 'spec', 'subscription', 'name') === spokePackage) return true;
    return list(at(definition, 'spec', 'object-templates')).some((entry) => {
      const object = at(entry, 'objectDefinition');
      const unwanted = /mustnothave/i.test(text(at(entry, 'complianceType')));
      return !unwanted && at(object, 'kind') === 'Subscription' && at(object, 'spec', 'name') === spokePackage;
    });
  });
}

/** The package of KMM that a Subscription or CSV stands for; undefined for anything else and for OLM's copies of CSVs. */
export function kmmPackage(object: KubeObject): string | undefined {
  const { name = '', labels = {} } = object.metadata;
  if (object.kind === 'Subscription') {
    const wanted = text(at(object, 'spec', 'name'));
    return wanted === hubPackage || wanted === spokePackage ? wanted : undefined;
  }
  if (labels['olm.copiedFrom'] !== undefined) return undefined;
  return [hubPackage, spokePackage].find((known) => name === known || name.startsWith(`${known}.`));
}
