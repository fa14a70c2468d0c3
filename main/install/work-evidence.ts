import type { KubeObject } from '../../shared/kube.ts';
import type { WorkRow } from '../store/works.ts';
import { at, conditions, list, text } from './names.ts';
import type { WorkEvidence } from './spoke-state.ts';

/** Feedback names that our install work asks for: status and message of two conditions of the Subscription. */
export const troubles = ['CatalogSourcesUnhealthy', 'ResolutionFailed'] as const;

/** What an install work says, read from the object itself (its row is written later in the same transaction). */
export function workEvidence(work: KubeObject): WorkEvidence {
  const applied = conditions(work).find(({ type }) => type === 'Applied');
  const manifests = list(at(work, 'status', 'resourceStatus', 'manifests'));
  const refused = manifests
    .flatMap((manifest) => conditions(manifest))
    .find(({ type, status }) => type === 'Applied' && status === 'False');
  const values = manifests.flatMap((manifest) => list(at(manifest, 'statusFeedback', 'values')));
  return {
    applied: applied?.status ?? '',
    delivered: applied?.status === 'True' && applied.generation === work.metadata.generation,
    message: refused?.message ?? applied?.message ?? '',
    trouble: trouble(values.map((value) => [text(at(value, 'name')), text(at(value, 'fieldValue', 'string'))])),
    createdAt: work.metadata.creationTimestamp ?? '',
  };
}

/** The same from the stored row. */
export function workEvidenceOfRow(row: WorkRow): WorkEvidence {
  const feedback = list(JSON.parse(row.feedback_json));
  return {
    applied: row.applied,
    delivered: row.delivered === 1,
    message: row.applied_message,
    trouble: trouble(feedback.map((value) => [text(at(value, 'name')), text(at(value, 'value'))])),
    createdAt: row.created_at,
  };
}

function trouble(pairs: readonly (readonly [string, string])[]): string {
  const values = new Map(pairs);
  const name = troubles.find((type) => values.get(`${type}.status`) === 'True');
  return name ? values.get(`${name}.message`) || name : '';
}
