import { isoSeconds } from '../../../shared/clock.ts';
import type { Condition } from '../../../shared/kube.ts';
import { type Said, stamped, withCondition } from './conditions.ts';
import { aggregatedRules } from './work-rules.ts';
import type { FeedbackValue, ManifestStatus, ResourceMeta, WorkStatus } from './work-types.ts';

/** How applying one manifest went. */
export interface Outcome {
  meta: ResourceMeta;
  error?: string | undefined;
}

/** What a look at one manifest's object found. */
export interface Finding {
  meta: ResourceMeta;
  available: Said;
  feedback?: { values: FeedbackValue[]; said: Said } | undefined;
  /** Conditions that the work's own rules make of the object. */
  rules?: readonly Said[];
}

const sameMeta = (a: ResourceMeta, b: ResourceMeta) =>
  a.ordinal === b.ordinal &&
  a.group === b.group &&
  a.kind === b.kind &&
  a.name === b.name &&
  a.namespace === b.namespace;

const sameJson = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/**
 * The manifest's own Applied: at a new generation it is taken out and put at the end with a new time, else it keeps its
 * place (real-ocm.md B2).
 */
function withApplied(list: readonly Condition[], said: Said, now: number): readonly Condition[] {
  const old = list.find((one) => one.type === 'Applied');
  if (!old || old.observedGeneration === said.observedGeneration) return withCondition(list, said, now);
  return [...list.filter((one) => one !== old), stamped(said, isoSeconds(now))];
}

/** The status after an apply of `generation`. Gives back `status` itself when nothing changed. */
export function appliedStatus(
  status: WorkStatus,
  outcomes: readonly Outcome[],
  generation: number,
  now: number,
): WorkStatus {
  const old = status.resourceStatus?.manifests ?? [];
  const manifests = outcomes.map(({ meta, error }): ManifestStatus => {
    const before = old.find((one) => sameMeta(one.resourceMeta, meta));
    const said: Said = error
      ? {
          type: 'Applied',
          status: 'False',
          reason: 'AppliedManifestFailed',
          message: `Failed to apply manifest: ${error}`,
          observedGeneration: generation,
        }
      : {
          type: 'Applied',
          status: 'True',
          reason: 'AppliedManifestComplete',
          message: 'Apply manifest complete',
          observedGeneration: generation,
        };
    return {
      conditions: withApplied(before?.conditions ?? [], said, now),
      resourceMeta: meta,
      statusFeedback: before?.statusFeedback ?? {},
    };
  });
  const failed = outcomes.some(({ error }) => error);
  const said: Said = failed
    ? {
        type: 'Applied',
        status: 'False',
        reason: 'AppliedManifestWorkFailed',
        message: 'Failed to apply manifest work',
        observedGeneration: generation,
      }
    : {
        type: 'Applied',
        status: 'True',
        reason: 'AppliedManifestWorkComplete',
        message: 'Apply manifest work complete',
        observedGeneration: generation,
      };
  const conditions = withCondition(status.conditions ?? [], said, now);
  if (conditions === status.conditions && sameJson(manifests, old)) return status;
  return { ...status, conditions, resourceStatus: { manifests } };
}

function aggregate(manifests: readonly ManifestStatus[], generation: number): Said {
  const states = manifests.map((one) => one.conditions.find(({ type }) => type === 'Available')?.status ?? 'Unknown');
  const count = (status: string) => states.filter((one) => one === status).length;
  const base = { type: 'Available', observedGeneration: generation } as const;
  const unknown = count('Unknown');
  if (unknown > 0) {
    return {
      ...base,
      status: 'Unknown',
      reason: 'ResourcesStatusUnknown',
      message: `${unknown} of ${states.length} resources have unknown status`,
    };
  }
  const missing = count('False');
  return missing > 0
    ? {
        ...base,
        status: 'False',
        reason: 'ResourcesNotAvailable',
        message: `${missing} of ${states.length} resources are not available`,
      }
    : { ...base, status: 'True', reason: 'ResourcesAvailable', message: 'All resources are available' };
}

/**
 * The status after a look at the objects. Values of an object that can't be read stay as they were; StatusFeedbackSynced's
 * time is that of the last change of a value (real-ocm.md B4). Gives back `status` itself when nothing changed.
 */
export function availableStatus(
  status: WorkStatus,
  findings: readonly Finding[],
  generation: number,
  now: number,
): WorkStatus {
  const old = status.resourceStatus?.manifests ?? [];
  if (old.length === 0) return status;
  const manifests = old.map((manifest): ManifestStatus => {
    const finding = findings.find(({ meta }) => sameMeta(meta, manifest.resourceMeta));
    if (!finding) return manifest;
    let conditions = withCondition(manifest.conditions, finding.available, now);
    let { statusFeedback } = manifest;
    if (finding.feedback) {
      const { values, said } = finding.feedback;
      const changed = !sameJson(values, statusFeedback.values ?? []);
      if (changed) statusFeedback = values.length > 0 ? { values } : {};
      // With new values it is taken out and put at the end (case-cel-done: behind the condition of a rule).
      conditions = changed
        ? [...conditions.filter(({ type }) => type !== said.type), stamped(said, isoSeconds(now))]
        : withCondition(conditions, said, now);
    }
    for (const said of finding.rules ?? []) {
      conditions = withCondition(conditions, { ...said, observedGeneration: generation }, now);
    }
    if (conditions === manifest.conditions && statusFeedback === manifest.statusFeedback) return manifest;
    return { ...manifest, conditions, statusFeedback };
  });
  let conditions = withCondition(status.conditions ?? [], aggregate(manifests, generation), now);
  for (const said of aggregatedRules(manifests, generation)) conditions = withCondition(conditions, said, now);
  if (conditions === status.conditions && manifests.every((one, at) => one === old[at])) return status;
  return { ...status, conditions, resourceStatus: { manifests } };
}

/** Conditions of one manifest's object, as the agent words them. */
export const availableSaid = {
  yes: { type: 'Available', status: 'True', reason: 'ResourceAvailable', message: 'Resource is available' },
  no: { type: 'Available', status: 'False', reason: 'ResourceNotAvailable', message: 'Resource is not available' },
  incomplete: {
    type: 'Available',
    status: 'Unknown',
    reason: 'IncompleteResourceMeta',
    message: 'Resource meta is incomplete',
  },
  failed: (error: string): Said => ({
    type: 'Available',
    status: 'Unknown',
    reason: 'FetchingResourceFailed',
    message: `Failed to fetch resource: ${error}`,
  }),
} as const;
