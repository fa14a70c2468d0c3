import { type Condition, type KubeObject, names } from '../../shared/kube.ts';
import type { Change } from '../hubs/projector.ts';
import type { WorkRow } from '../store/works.ts';
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
interface Mapping {
  literal?: string;
  containerImage?: string;
}

const condition = (list: readonly Condition[] | undefined, type: string) => list?.find((each) => each.type === type);

const text = ({ integer, string, boolean, jsonRaw }: FieldValue): string =>
  String(integer ?? string ?? boolean ?? jsonRaw ?? '');

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

function manifestsOf(object: KubeObject): Manifest[] {
  const spec = object.spec as { workload?: { manifests?: Manifest[] } } | undefined;
  return spec?.workload?.manifests ?? [];
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
  const feedback: { manifest: string; name: string; value: string }[] = [];
  let feedbackAt: string | null = null;
  for (const { resourceMeta, statusFeedback, conditions } of parts) {
    const values = statusFeedback?.values;
    if (!values?.length) continue;
    const manifest = `${resourceMeta?.kind ?? ''}/${resourceMeta?.name ?? ''}`;
    for (const { name, fieldValue } of values) feedback.push({ manifest, name, value: text(fieldValue) });
    const at = condition(conditions, 'StatusFeedbackSynced')?.lastTransitionTime;
    if (at && (!feedbackAt || at > feedbackAt)) feedbackAt = at;
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
    nodes_key:
      purpose === 'proof'
        ? JSON.stringify(manifests.filter(({ kind }) => kind === 'Node').map(({ metadata: meta }) => meta?.name ?? ''))
        : '',
    changed_at: applied?.lastTransitionTime ?? null,
    created_at: metadata.creationTimestamp ?? change.hubAt,
  };
}
