/** The few Kubernetes shapes that both the application and the lab speak. Everything else is read from raw JSON. */

/** metadata of any object (apimachinery meta/v1 ObjectMeta); times are RFC 3339 UTC. */
export interface ObjectMeta {
  name?: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: ManagedFields[];
}

/** meta/v1 OwnerReference. */
export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** meta/v1 ManagedFieldsEntry. */
export interface ManagedFields {
  manager?: string;
  operation?: 'Apply' | 'Update';
  apiVersion?: string;
  time?: string;
  fieldsType?: 'FieldsV1';
  fieldsV1?: Record<string, unknown>;
  subresource?: string;
}

/** Any object as it stands on the wire. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** meta/v1 Condition, as far as OCM, KMM and OpenShift fill it. */
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  observedGeneration?: number;
}

/** meta/v1 Status: the body of every refused request. */
export interface Status {
  apiVersion: 'v1';
  kind: 'Status';
  status: 'Success' | 'Failure';
  message?: string;
  reason?: string;
  code?: number;
  details?: {
    name?: string;
    group?: string;
    kind?: string;
    uid?: string;
    causes?: { reason?: string; message?: string; field?: string }[];
    retryAfterSeconds?: number;
  };
  metadata?: { continue?: string; resourceVersion?: string; remainingItemCount?: number };
}

/** Where a kind is served: `group` is '' for core, `plural` the path segment. */
export interface Resource {
  group: string;
  version: string;
  plural: string;
  kind: string;
  namespaced: boolean;
}

/** A watch line. BOOKMARK carries only metadata.resourceVersion; ERROR carries a Status. */
export type WatchEvent =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; object: KubeObject }
  | { type: 'ERROR'; object: Status };

/** The names that KMM, OCM and this application put on objects. */
export const names = {
  fieldManager: 'kmm-bastion',
  /** KMM's claim: newline-separated kernels of all nodes of the spoke. */
  kernelClaim: 'kernel-versions.kmm.node.kubernetes.io',
  openshiftVersionClaim: 'version.openshift.io',
  /** On every ManifestWork of KMM-Hub. */
  moduleLabel: 'kmm.node.kubernetes.io/managedclustermodule.name',
  /** Ours: which module a proof work belongs to. */
  proofLabel: 'kmm-bastion.io/proof-of',
  /** Ours: what KMM-Hub may select in a staged delivery: `deliver.kmm-bastion.io/<module>=true`. */
  deliverLabelPrefix: 'deliver.kmm-bastion.io/',
  /** Ours: on everything that installs KMM (value `hub` or `spokes`); a ManifestWork with it has the purpose `install`. */
  installLabel: 'kmm-bastion.io/installs',
  /** Ours: changed on a Node to make its KMM look again after an unseen reboot. */
  nudgeLabel: 'kmm-bastion.io/nudge',
  hubNamespace: 'openshift-kmm-hub',
  spokeNamespace: 'openshift-kmm',
} as const;
