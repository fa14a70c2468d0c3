import type { Condition, KubeObject } from '../../../shared/kube.ts';

/** The parts of ManifestWork (API work/v1) that the agent reads and writes. */
export interface FeedbackRule {
  type: 'WellKnownStatus' | 'JSONPaths';
  jsonPaths?: { name: string; path: string; version?: string }[];
}

export interface ResourceIdentifier {
  group: string;
  resource: string;
  name: string;
  namespace?: string;
}

export type Strategy = 'Update' | 'CreateOnly' | 'ServerSideApply' | 'ReadOnly';

export interface ConditionRule {
  condition: string;
  type: 'CEL' | 'WellKnownConditions';
  celExpressions?: string[];
  message?: string;
  messageExpression?: string;
}

export interface ManifestConfig {
  resourceIdentifier: ResourceIdentifier;
  feedbackRules?: FeedbackRule[];
  conditionRules?: ConditionRule[];
  feedbackScrapeType?: 'Poll' | 'Watch';
  updateStrategy?: { type: Strategy; serverSideApply?: { force?: boolean; fieldManager?: string } };
}

export interface WorkSpec {
  workload?: { manifests?: KubeObject[] };
  manifestConfigs?: ManifestConfig[];
  deleteOption?: {
    propagationPolicy?: 'Foreground' | 'Orphan' | 'SelectivelyOrphan';
    selectivelyOrphans?: { orphaningRules?: ResourceIdentifier[] };
  };
}

export type FieldValue =
  | { integer: number; type: 'Integer' }
  | { string: string; type: 'String' }
  | { boolean: boolean; type: 'Boolean' };

export interface FeedbackValue {
  fieldValue: FieldValue;
  name: string;
}

export interface ResourceMeta {
  group: string;
  kind: string;
  name: string;
  namespace: string;
  ordinal: number;
  resource: string;
  version: string;
}

export interface ManifestStatus {
  conditions: readonly Condition[];
  resourceMeta: ResourceMeta;
  statusFeedback: { values?: FeedbackValue[] };
}

export interface WorkStatus extends Record<string, unknown> {
  conditions?: readonly Condition[];
  resourceStatus?: { manifests?: readonly ManifestStatus[] };
}

/** `spec` of a ManifestWork. */
export const workSpec = (work: KubeObject): WorkSpec => (work.spec ?? {}) as WorkSpec;
/** `status` of a ManifestWork. */
export const workStatus = (work: KubeObject): WorkStatus => (work.status ?? {}) as WorkStatus;

/** The configuration of one manifest of a work. */
export function configOf(spec: WorkSpec, meta: Pick<ResourceMeta, 'group' | 'resource' | 'name' | 'namespace'>) {
  return spec.manifestConfigs?.find(
    ({ resourceIdentifier: one }) =>
      one.group === meta.group &&
      one.resource === meta.resource &&
      one.name === meta.name &&
      (one.namespace ?? '') === meta.namespace,
  );
}
