/** meta/v1 LabelSelector, and OCM's claimSelector, which has no matchLabels. */
export interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/** Whether `values` (labels or claims) satisfy the selector; an empty one matches everything. */
export function selects(selector: Selector | undefined, values: Readonly<Record<string, string>>): boolean {
  if (!selector) return true;
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) if (values[key] !== value) return false;
  for (const { key, operator, values: wanted = [] } of selector.matchExpressions ?? []) {
    const value = values[key];
    if (operator === 'In' && (value === undefined || !wanted.includes(value))) return false;
    if (operator === 'NotIn' && value !== undefined && wanted.includes(value)) return false;
    if (operator === 'Exists' && value === undefined) return false;
    if (operator === 'DoesNotExist' && value !== undefined) return false;
  }
  return true;
}

export interface Toleration {
  key?: string;
  operator?: 'Exists' | 'Equal';
  value?: string;
  effect?: string;
}

interface Taint {
  key: string;
  value?: string;
  effect: string;
}

/** Whether a cluster with these taints may be selected; only NoSelect keeps it away for good. */
export function tolerated(taints: readonly Taint[] = [], tolerations: readonly Toleration[] = []): boolean {
  return taints
    .filter(({ effect }) => effect === 'NoSelect')
    .every((taint) =>
      tolerations.some(
        (one) =>
          (!one.effect || one.effect === taint.effect) &&
          (one.key === undefined || one.key === '' || one.key === taint.key) &&
          (one.operator === 'Exists' || (one.value ?? '') === (taint.value ?? '')),
      ),
    );
}
