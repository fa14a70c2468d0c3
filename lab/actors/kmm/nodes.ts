import type { Toleration } from '../../../shared/rules/module-spec.ts';
import type { Node, Taint } from './objects.ts';

/** What KMM tolerates on its own (kmm.md 3.2). */
export const ownTolerations: readonly Toleration[] = ['disk', 'memory', 'pid'].map((what) => ({
  effect: 'NoSchedule',
  key: `node.kubernetes.io/${what}-pressure`,
  operator: 'Exists',
}));

function tolerates({ key, operator = 'Equal', value = '', effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  return operator === 'Exists' || (operator === 'Equal' && !!key && value === (taint.value ?? ''));
}

/** Whether KMM uses the node: every NoSchedule or NoExecute taint is tolerated. So a cordon unloads. */
export function schedulable(node: Node, tolerations: readonly Toleration[] = []): boolean {
  return (node.spec.taints ?? []).every(
    (taint) => taint.effect === 'PreferNoSchedule' || tolerations.some((one) => tolerates(one, taint)),
  );
}
