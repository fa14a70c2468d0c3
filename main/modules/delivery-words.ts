import type { DeliveryState, TargetView } from './delivery-state.ts';

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

const looks: Readonly<Record<string, string>> = {
  building:
    'No build has run: look whether KMM-Hub runs, whether its events name a ConfigMap, Secret or driver toolkit that is missing, and whether the hub can build at all.',
  notDelivered: "Look whether KMM-Hub runs on the hub, and the klusterlet's work agent on the spoke.",
};

/** Where nothing has moved for too long: which spoke, why as far as known, and what to look at. */
export const stalled = ({ spoke, cause, reason, remedy }: TargetView): string =>
  `Nothing has moved for over 10 minutes. ${spoke}: ${reason || 'nothing is known of it yet.'} ${looks[cause] ?? (remedy || 'Look at the events of the module.')} It goes on by itself when something moves.`;

/** Up to so many a sentence counts exactly; above it goes in tenths, so that it is worth reading when it changes. */
const few = 20;

/** How many of how many: `3 of 8`, `over 40 % of 1,748`, '' for less than a tenth of many. */
function share(part: number, whole: number): string {
  if (whole <= few || part === whole) return `${count(part)} of ${count(whole)}`;
  const tenth = Math.floor((10 * part) / whole);
  return tenth === 0 ? '' : `over ${tenth * 10} % of ${count(whole)}`;
}

/** A number that changes often, by its size: exact up to 10, then the last of 10, 20, 50, 100, … that it passed. */
function about(n: number): string {
  if (n <= 10) return count(n);
  const power = 10 ** Math.floor(Math.log10(n - 1));
  return `over ${count(power * ([5, 2].find((step) => n > step * power) ?? 1))}`;
}

export function widening(state: DeliveryState, targets: readonly TargetView[]): string {
  const labelled = targets.filter((target) => target.labelled).length;
  const part = share(labelled, targets.length);
  return part === ''
    ? `The ${many(targets.length, 'target')} of ${state.module} are being selected.`
    : `${part[0]!.toUpperCase()}${part.slice(1)} targets of ${state.module} selected.`;
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
  const part = share(proven, meant.length);
  const where = part === '' ? `less than 10 % of ${count(meant.length)}` : part;
  return (
    `${state.module} is proven on ${where} operative ${meant.length === 1 ? 'spoke' : 'spokes'}` +
    (claimed > 0 ? `, claimed without proof on ${about(claimed)}` : '') +
    (failed > 0 ? `, failed on ${about(failed)}` : '') +
    `.${leftOut(targets, meant)}`
  );
}

export function lost(
  state: DeliveryState,
  targets: readonly TargetView[],
  meant: readonly TargetView[],
  open: readonly TargetView[],
): string {
  const names = open.slice(0, 5).map(({ spoke }) => spoke);
  const rest = open.length > names.length ? ` and ${count(open.length - names.length)} more` : '';
  return `${state.module} is lost on ${count(open.length)} of ${many(meant.length, 'operative spoke')} (${names.join(', ')}${rest}): ${open[0]?.reason ?? ''}${leftOut(targets, meant)}`;
}

export const deleted = ({ module }: DeliveryState): string =>
  `${module} was deleted on the hub while it was being delivered.`;
