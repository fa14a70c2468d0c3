import type { Condition, KubeObject } from '../../../shared/kube.ts';
import { type Cel, compileCel } from '../../cel.ts';
import type { Said } from './conditions.ts';
import type { ConditionRule, ManifestStatus } from './work-types.ts';

const compiled = new Map<string, Cel | undefined>();
function understood(text: string): Cel | undefined {
  if (!compiled.has(text)) compiled.set(text, compileCel(text, ['object', 'result']));
  return compiled.get(text);
}

/**
 * The conditions that CEL rules make of an object (real-ocm.md B, case-cel): true when all expressions are. A rule in more of CEL than
 * the lab understands, and WellKnownConditions, give no condition.
 */
export function ruleConditions(rules: readonly ConditionRule[], object: KubeObject): Said[] {
  return rules.flatMap(({ condition, type, celExpressions = [], message = '', messageExpression }): Said[] => {
    if (type !== 'CEL') return [];
    const terms = celExpressions.map(understood);
    if (terms.length === 0 || terms.some((term) => term === undefined)) return [];
    const result = terms.every((term) => term?.({ object }) === true);
    const words = messageExpression && understood(messageExpression)?.({ object, result });
    return [
      {
        type: condition,
        status: result ? 'True' : 'False',
        reason: 'ConditionRuleEvaluated',
        message: typeof words === 'string' ? words : message,
      },
    ];
  });
}

/** What the manifests' rules say of the whole work: for Progressing one is enough, for the rest all must be true. */
export function aggregatedRules(manifests: readonly ManifestStatus[], generation: number): Said[] {
  const made = new Map<string, Condition[]>();
  for (const { conditions } of manifests) {
    for (const one of conditions) {
      if (one.reason === 'ConditionRuleEvaluated') made.set(one.type, [...(made.get(one.type) ?? []), one]);
    }
  }
  return [...made].map(([type, list]) => {
    const isTrue = ({ status }: Condition) => status === 'True';
    const holds = type === 'Progressing' ? list.some(isTrue) : list.every(isTrue);
    return {
      type,
      status: holds ? 'True' : 'False',
      reason: 'ConditionRulesAggregated',
      // Recorded for one manifest; how the agent words several is not known.
      message: [...new Set(list.map(({ message }) => message))].join(', '),
      observedGeneration: generation,
    };
  });
}
