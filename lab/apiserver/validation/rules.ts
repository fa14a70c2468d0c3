import { type Cel, compileCel } from '../../cel.ts';
import { ensure } from '../ensure.ts';
import type { FieldFault } from '../errors.ts';

/** An entry of x-kubernetes-validations. */
export interface Rule {
  rule: string;
  message?: string;
}

const compiled = new Map<string, { term: Cel | undefined }>();

/**
 * Faults of a value by its CEL rules. Only the part of CEL named at `compileCel` is understood, which is all that KMM's
 * kinds use; any other rule is taken as fulfilled.
 */
export function checkRules(value: unknown, rules: readonly Rule[], path: string): FieldFault[] {
  return rules.flatMap(({ rule, message }) => {
    const { term } = ensure(compiled, rule, () => ({ term: compileCel(rule, ['self']) }));
    if (!term || term({ self: value }) === true) return [];
    const type = Array.isArray(value) ? 'array' : typeof value;
    const text = message ?? `failed rule: ${rule}`;
    return [{ field: path, reason: 'FieldValueInvalid', message: `Invalid value: "${type}": ${text}` }];
  });
}
