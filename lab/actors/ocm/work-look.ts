import type { KubeObject } from '../../../shared/kube.ts';
import { ApiError } from '../../api.ts';
import type { Spoke } from '../../world/spoke.ts';
import type { Rights } from './rights.ts';
import { feedbackOf } from './work-feedback.ts';
import { refOf } from './work-meta.ts';
import { ruleConditions } from './work-rules.ts';
import { availableSaid, type Finding } from './work-status.ts';
import { configOf, workSpec, workStatus } from './work-types.ts';

/** Reads every object of a work on the spoke: whether it is there, and its feedback. */
export async function lookAt(
  spoke: Spoke,
  rights: Rights,
  work: KubeObject,
): Promise<{ findings: Finding[]; objects: KubeObject[] }> {
  const spec = workSpec(work);
  const findings: Finding[] = [];
  const objects: KubeObject[] = [];
  for (const { resourceMeta: meta } of workStatus(work).resourceStatus?.manifests ?? []) {
    const manifest = spec.workload?.manifests?.[meta.ordinal];
    const ref = manifest && refOf(spoke, manifest);
    if (!ref || !meta.resource || !meta.name) {
      findings.push({ meta, available: availableSaid.incomplete });
      continue;
    }
    if (!spoke.gate.open) {
      findings.push({ meta, available: availableSaid.failed(spoke.unreachable(ref, meta.name, meta.namespace)) });
      continue;
    }
    try {
      await rights.check('get', ref, meta.name, meta.namespace);
      const object = await spoke.core.get(ref, meta.name, meta.namespace || undefined);
      if (!object) {
        findings.push({ meta, available: availableSaid.no });
        continue;
      }
      objects.push(object);
      const config = configOf(spec, meta);
      const feedback = feedbackOf(config?.feedbackRules ?? [], object);
      const rules = ruleConditions(config?.conditionRules ?? [], object);
      findings.push({ meta, available: availableSaid.yes, feedback, rules });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      findings.push({ meta, available: availableSaid.failed(error.message) });
    }
  }
  return { findings, objects };
}
