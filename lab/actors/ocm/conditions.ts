import { isoSeconds } from '../../../shared/clock.ts';
import type { Condition, KubeObject } from '../../../shared/kube.ts';

/** What an actor says about something; the time is filled in by `withCondition`. */
export type Said = Omit<Condition, 'lastTransitionTime'>;

const same = (a: Condition, b: Said) =>
  a.status === b.status &&
  a.reason === b.reason &&
  a.message === b.message &&
  a.observedGeneration === b.observedGeneration;

/**
 * apimachinery's SetStatusCondition: keeps its place in the list, and its lastTransitionTime while the status stays.
 * Gives back the same list when nothing changes.
 */
export function withCondition(list: readonly Condition[], said: Said, now: number): readonly Condition[] {
  const at = list.findIndex((one) => one.type === said.type);
  const old = list[at];
  if (!old) return [...list, stamped(said, isoSeconds(now))];
  if (same(old, said)) return list;
  const time = old.status === said.status && old.lastTransitionTime ? old.lastTransitionTime : isoSeconds(now);
  return list.with(at, stamped(said, time));
}

/** `said` with its time. */
export function stamped(said: Said, lastTransitionTime: string): Condition {
  return { lastTransitionTime, ...said };
}

interface WithConditions {
  conditions?: readonly Condition[];
}

/** `status.conditions` of any object; an empty list when there are none. */
export function conditionsOf(object: KubeObject | undefined): readonly Condition[] {
  return (object?.status as WithConditions | undefined)?.conditions ?? [];
}

/** The condition of one type. */
export function conditionOf(object: KubeObject | undefined, type: string): Condition | undefined {
  return conditionsOf(object).find((one) => one.type === type);
}
