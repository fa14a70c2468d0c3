import { type Condition, type KubeObject, names } from '../../shared/kube.ts';
import type { Change } from '../hubs/projector.ts';
import type { WorkFeedback, WorkRow } from '../store/works.ts';
import { moduleAnnotation } from './naming.ts';

interface ManifestStatus {
  conditions?: Condition[];
  resourceMeta?: { kind?: string; name?: string };
  statusFeedback?: { values?: { name: string; fieldValue: FieldValue }[] };
}
interface FieldValue {
  type: string;
  integer?: number;
  string?: string;
  boolean?: boolean;
  jsonRaw?: string;
}
interface Manifest {
  kind?: string;
  metadata?: { name?: string };
  spec?: { moduleLoader?: { container?: { kernelMappings?: Mapping[] | null; containerImage?: string } } | null };
}
interface ManifestConfig {
  feedbackRules?: unknown[];
  feedbackScrapeType?: string;
}
interface Mapping {
  literal?: string;
  containerImage?: string;
}

const condition = (list: readonly Condition[] | undefined, type: string) => list?.find((each) => each.type === type);

const text = ({ integer, string, boolean, jsonRaw }: FieldValue): string =>
  String(integer ?? string ?? boolean ?? jsonRaw ?? '');

const latest = (a: string | null, b: string | undefined): string | null => (b && (!a || b > a) ? b : a);

/** What a work is for, by the labels that KMM-Hub and we put on it. */
function purposeOf(object: KubeObject): Pick<WorkRow, 'purpose' | 'module'> {
  const { labels = {}, annotations = {} } = object.metadata;
  const module = labels[names.moduleLabel];
  if (module !== undefined) return { purpose: 'module', module };
  const proved = labels[names.proofLabel];
  if (proved !== undefined) return { purpose: 'proof', module: annotations[moduleAnnotation] ?? proved };
  return { purpose: labels[names.installLabel] === undefined ? 'other' : 'install', module: '' };
}

/** When the status was last written, by the API server's clock; undefined where managedFields are stripped. */
function statusWritten({ metadata }: KubeObject): string | undefined {
  const times = (metadata.managedFields ?? []).flatMap(({ subresource, time }) =>
    subresource === 'status' && time ? [time] : [],
  );
  return times.sort().at(-1);
}

interface Spec {
  workload?: { manifests?: Manifest[] };
  manifestConfigs?: ManifestConfig[];
}

function manifestsOf(object: KubeObject): Manifest[] {
  return (object.spec as Spec | undefined)?.workload?.manifests ?? [];
}

/** `watch` where every manifest that is fed back is watched by the agent (OCM 1.2 and later), else `poll`. */
function scrapeOf(object: KubeObject): WorkRow['scrape'] {
  const fed = ((object.spec as Spec | undefined)?.manifestConfigs ?? []).filter((one) => one.feedbackRules?.length);
  return fed.length > 0 && fed.every((one) => one.feedbackScrapeType === 'Watch') ? 'watch' : 'poll';
}

function kernelsOf(manifests: readonly Manifest[]): Record<string, string> {
  const kernels: Record<string, string> = {};
  for (const { kind, spec } of manifests) {
    if (kind !== 'Module') continue;
    const container = spec?.moduleLoader?.container;
    for (const { literal, containerImage } of container?.kernelMappings ?? []) {
      if (literal) kernels[literal] = containerImage || container?.containerImage || '';
    }
  }
  return kernels;
}

/**
 * A ManifestWork as a row. Delivered means Applied True at the present generation (Available may run ahead, real-ocm.md B2).
 * The message is that of the first manifest refused, since the work's own only says that something failed.
 */
export function workRow(change: Change & { object: KubeObject }): WorkRow {
  const { object } = change;
  const { metadata } = object;
  const status = (object.status ?? {}) as {
    conditions?: Condition[];
    resourceStatus?: { manifests?: ManifestStatus[] };
  };
  const parts = status.resourceStatus?.manifests ?? [];
  const applied = condition(status.conditions, 'Applied');
  const available = condition(status.conditions, 'Available');
  const refused = parts.map((part) => condition(part.conditions, 'Applied')).find((each) => each?.status === 'False');
  const absent = parts
    .map((part) => condition(part.conditions, 'Available'))
    .find((each) => each && each.status !== 'True');
  const generation = metadata.generation ?? 1;
  const feedback: WorkFeedback[] = [];
  let feedbackAt: string | null = null;
  let takenAt: string | null = null;
  let unread = '';
  for (const { resourceMeta, statusFeedback, conditions } of parts) {
    // Of a manifest this condition is removed and written anew at every change of the spec, so its time is that of the last attempt.
    takenAt = latest(takenAt, condition(conditions, 'Applied')?.lastTransitionTime);
    const values = statusFeedback?.values;
    if (!values?.length) continue;
    const manifest = `${resourceMeta?.kind ?? ''}/${resourceMeta?.name ?? ''}`;
    const there = condition(conditions, 'Available');
    // The values of the last reading stay for ever, also when the object is gone or can't be read any more (real-ocm.md B).
    const gone = there?.status === 'False';
    if (there?.status === 'Unknown') unread ||= there.message ?? there.reason ?? '';
    for (const { name, fieldValue } of values) {
      feedback.push({ manifest, name, value: text(fieldValue), ...(gone && { gone }) });
    }
    feedbackAt = latest(feedbackAt, condition(conditions, 'StatusFeedbackSynced')?.lastTransitionTime);
  }
  const manifests = manifestsOf(object);
  const { purpose, module } = purposeOf(object);
  const deleting = metadata.deletionTimestamp === undefined ? 0 : 1;
  const appliedGeneration = applied?.observedGeneration ?? 0;
  return {
    hub: change.hub,
    spoke: change.namespace,
    name: change.name,
    purpose,
    module,
    generation,
    applied: applied?.status ?? '',
    applied_generation: appliedGeneration,
    applied_reason: applied?.reason ?? '',
    applied_message: applied?.status === 'False' ? (refused?.message ?? applied.message ?? '') : '',
    available: available?.status ?? '',
    available_message: available?.status === 'True' ? '' : (absent?.message ?? available?.message ?? ''),
    delivered: applied?.status === 'True' && appliedGeneration >= generation && !deleting ? 1 : 0,
    deleting,
    kernels_json: purpose === 'module' ? JSON.stringify(kernelsOf(manifests)) : '{}',
    feedback_json: JSON.stringify(feedback),
    // The condition keeps the time of the first reading; when the status was last written is nearer to what it says now.
    feedback_at: feedbackAt && (statusWritten(object) ?? feedbackAt),
    taken_at: takenAt ?? applied?.lastTransitionTime ?? null,
    status_at: statusWritten(object) ?? null,
    unread,
    scrape: scrapeOf(object),
    nodes_key:
      purpose === 'proof'
        ? JSON.stringify(manifests.filter(({ kind }) => kind === 'Node').map(({ metadata: meta }) => meta?.name ?? ''))
        : '',
    changed_at: applied?.lastTransitionTime ?? null,
    created_at: metadata.creationTimestamp ?? change.hubAt,
  };
}
