import type { KubeObject } from '../../../shared/kube.ts';

const prefix = 'policy.open-cluster-management.io/';

/** Labels of a replicated policy. */
export const policyLabels = {
  root: `${prefix}root-policy`,
  clusterName: `${prefix}cluster-name`,
  clusterNamespace: `${prefix}cluster-namespace`,
} as const;

export type Compliance = 'Compliant' | 'NonCompliant' | 'Pending';

export interface ObjectTemplate {
  complianceType: string;
  metadataComplianceType?: string;
  objectDefinition: KubeObject;
}

export interface PolicyTemplate {
  objectDefinition: KubeObject & {
    spec?: { remediationAction?: string; 'object-templates'?: ObjectTemplate[] };
  };
}

export interface PolicySpec extends Record<string, unknown> {
  disabled?: boolean;
  remediationAction?: string;
  'policy-templates'?: PolicyTemplate[];
}

/** One entry of a replicated policy's status.details. */
export interface TemplateStatus {
  templateMeta: { name: string; creationTimestamp: null };
  compliant: Compliance;
  history: { lastTimestamp: string; message: string; eventName: string }[];
}

/** `spec` of a Policy. */
export const policySpec = (policy: KubeObject): PolicySpec => (policy.spec ?? {}) as PolicySpec;

/** `<namespace>.<name>` of a root policy, which is the name of its copies. */
export const rootName = (policy: KubeObject): string => `${policy.metadata.namespace}.${policy.metadata.name}`;
