import type { ContextInfo } from '../../shared/contract/hubs.ts';
import { FaultError, fault } from '../../shared/fault.ts';

/** The context asked for, else the current one, else the only one. Faults: kubeconfig.unknownContext, and why the chosen one cannot be used. */
export function chooseContext(contexts: readonly ContextInfo[], wanted: string | undefined): ContextInfo {
  const found = wanted
    ? contexts.find(({ context }) => context === wanted)
    : (contexts.find(({ current }) => current) ?? (contexts.length === 1 ? contexts[0] : undefined));
  if (!found) {
    const names = contexts.map(({ context }) => context);
    throw fault(
      'kubeconfig.unknownContext',
      wanted ? `The kubeconfig has no context ${wanted}.` : 'The kubeconfig names no current context.',
      `Choose one of: ${names.slice(0, 20).join(', ')}.`,
      { field: 'context', about: names },
    );
  }
  if (found.fault) throw new FaultError(found.fault);
  return found;
}
