import type { DeliveryState, TargetView } from './delivery-step.ts';

/** A count as people read it: 1,748. */
export const count = (n: number): string => n.toLocaleString('en-US');
export const many = (n: number, one: string, more = `${one}s`): string => `${count(n)} ${n === 1 ? one : more}`;

export const applied = ({ module, way }: DeliveryState): string =>
  way === 'staged'
    ? `${module} is on the hub; one spoke of each kernel goes first.`
    : `${module} is on the hub; KMM-Hub delivers it to all selected spokes.`;

export const noCandidate = ({ module }: DeliveryState): string =>
  `No operative spoke with a kernel that ${module} covers is selected yet.`;

export const canaryFailed = ({ spoke, reason }: TargetView): string =>
  `The first spoke ${spoke} failed, all others are untouched: ${reason}`;

export const canariesThrough = (canaries: DeliveryState['canaries']): string =>
  `Proven on ${canaries.map(({ spoke, kernel }) => `${spoke} (${kernel})`).join(', ')}; the rest follows.`;

export function waitingFor(canaries: DeliveryState['canaries'], views: readonly (TargetView | undefined)[]): string {
  const parts = canaries.map(({ spoke }, index) => `${spoke}: ${views[index]?.reason || 'is to be selected.'}`);
  return `First: ${parts.join(' ')}`;
}

export function widening(state: DeliveryState, targets: readonly TargetView[]): string {
  const labelled = targets.filter((target) => target.labelled).length;
  return `${count(labelled)} of ${many(targets.length, 'target')} of ${state.module} selected.`;
}

/** Why targets that are not meant to load now are left out. */
function leftOut(targets: readonly TargetView[], meant: readonly TargetView[]): string {
  const dead = targets.filter(({ operative }) => !operative).length;
  const uncovered = targets.filter(({ operative, covered }) => operative && !covered).length;
  const others = targets.length - meant.length - dead - uncovered;
  const parts = [
    dead > 0 ? `${many(dead, 'target')} not operative` : '',
    uncovered > 0 ? `${count(uncovered)} without a kernel that a mapping covers` : '',
    others > 0 ? `${count(others)} of a kernel that no first spoke has proven` : '',
  ].filter((part) => part !== '');
  return parts.length > 0 ? ` Left out: ${parts.join(', ')}.` : '';
}

export function progress(
  state: DeliveryState,
  targets: readonly TargetView[],
  meant: readonly TargetView[],
  open: readonly TargetView[],
): string {
  const claimed = meant.filter((target) => target.state === 'claimed' && !open.includes(target)).length;
  const proven = meant.length - open.length - claimed;
  const failed = open.filter((target) => target.state === 'failed').length;
  return (
    `${state.module} is proven on ${count(proven)} of ${many(meant.length, 'operative spoke')}` +
    (claimed > 0 ? `, claimed without proof on ${count(claimed)}` : '') +
    (failed > 0 ? `, failed on ${count(failed)}` : '') +
    `.${leftOut(targets, meant)}`
  );
}

export function lost(state: DeliveryState, meant: readonly TargetView[], open: readonly TargetView[]): string {
  const names = open.slice(0, 5).map(({ spoke }) => spoke);
  const rest = open.length > names.length ? ` and ${count(open.length - names.length)} more` : '';
  return `${state.module} is lost on ${count(open.length)} of ${many(meant.length, 'operative spoke')} (${names.join(', ')}${rest}): ${open[0]?.reason ?? ''}`;
}

export const deleted = ({ module }: DeliveryState): string =>
  `${module} was deleted on the hub while it was being delivered.`;
