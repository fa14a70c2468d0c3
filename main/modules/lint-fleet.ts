import type { ModuleSpec } from '../../shared/rules/module-spec.ts';
import { count, many } from './delivery-words.ts';
import type { Path, Say } from './lint-text.ts';
import { imagesConfigName } from './naming.ts';
import type { Selection } from './selection.ts';

const mappingsAt: Path = ['spec', 'moduleSpec', 'moduleLoader', 'container', 'kernelMappings'];
const selectorAt: Path = ['spec', 'selector'];

/** A module that is there already, for names that collide. */
export interface Neighbour {
  name: string;
  spokes: ReadonlySet<string>;
}

/** What goes wrong with this selection on the real hub (real-hub.md 2): rows decide, so it also works offline. */
export function lintFleet(
  name: string,
  module: ModuleSpec,
  selection: Selection,
  neighbours: readonly Neighbour[],
  say: Say,
): void {
  const { targets, groups } = selection;
  if (targets.length === 0) {
    say(
      'warning',
      'selection.none',
      selectorAt,
      'No spoke has these labels.',
      'Correct the selector, or label spokes first.',
    );
    return;
  }
  const covered = groups.filter(({ plans }) => plans.some(({ mapping }) => mapping >= 0));
  if (covered.length > 1) {
    const [largest, ...others] = [...covered].sort((a, b) => b.spokes.length - a.spokes.length);
    const kinds = [largest!, ...others].map(
      ({ kernels, spokes }) => `${kernels.join(' and ')} (${many(spokes.length, 'spoke')})`,
    );
    say(
      'error',
      'selection.twoKernels',
      selectorAt,
      `The selection runs ${covered.length} kernels: ${kinds.join(', ')}. KMM-Hub would deliver a module without mappings to all but the first spoke it handles.`,
      'Make one module for each kernel, each selecting its spokes by a label.',
      others.flatMap(({ spokes }) => spokes),
    );
  }
  const bare = groups.filter(({ kernels, plans }) => kernels.length > 0 && plans.every(({ mapping }) => mapping < 0));
  if (bare.length > 0) {
    const spokes = bare.flatMap((group) => group.spokes);
    say(
      'error',
      'selection.unmatched',
      selectorAt,
      `${many(spokes.length, 'selected spoke')} (${bare.map(({ kernels }) => kernels.join(' and ')).join(', ')}) ${spokes.length === 1 ? 'matches' : 'match'} no mapping. One such spoke takes the mappings away from those KMM-Hub handles after it.`,
      'Take these spokes out of the selector, or add a mapping for their kernel.',
      spokes,
    );
  }
  const partly = covered
    .filter(({ plans }) => plans.some(({ mapping }) => mapping < 0))
    .flatMap(({ spokes }) => spokes);
  if (partly.length > 0) {
    say(
      'warning',
      'selection.partly',
      selectorAt,
      `On ${many(partly.length, 'spoke')} some nodes run a kernel without a mapping.`,
      'Add a mapping for it if these nodes shall have the module.',
      partly,
    );
  }
  const silent = groups.filter(({ kernels }) => kernels.length === 0).flatMap(({ spokes }) => spokes);
  if (silent.length > 0) {
    say(
      'warning',
      'selection.noClaim',
      selectorAt,
      `${many(silent.length, 'selected spoke reports', 'selected spokes report')} no kernel; KMM-Hub passes them over silently.`,
      'Install KMM there, or bring these spokes back.',
      silent,
    );
  }
  unused(module, selection, say);
  sharedTag(selection, say);
  longNames(
    name,
    targets.map((target) => target.name),
    say,
  );
  collisions(
    name,
    targets.map((target) => target.name),
    neighbours,
    say,
  );
}

function unused(module: ModuleSpec, { groups }: Selection, say: Say): void {
  const plans = groups.flatMap((group) => group.plans);
  if (plans.length === 0) return;
  (module.moduleLoader?.container?.kernelMappings ?? []).forEach((_, index) => {
    if (plans.some(({ mapping }) => mapping === index)) return;
    say(
      'warning',
      'mapping.unused',
      [...mappingsAt, index],
      'This mapping matches no kernel of the selected spokes (an earlier one may take them).',
      'Correct it, or leave it for kernels to come.',
    );
  });
}

/** kmm.md 2.2: images are told apart by their name alone, so of two kernels with one tag only the first is built. */
function sharedTag({ groups }: Selection, say: Say): void {
  const kernels = new Map<string, Map<string, number>>();
  for (const { image, kernel, mapping } of groups.flatMap((group) => group.plans)) {
    if (image === '') continue;
    const known = kernels.get(image) ?? new Map<string, number>();
    kernels.set(image, known.set(kernel, mapping));
  }
  for (const [image, known] of kernels) {
    if (known.size < 2) continue;
    const index = [...known.values()][0] ?? 0;
    say(
      'error',
      'hub.sharedTag',
      [...mappingsAt, index, 'containerImage'],
      `${[...known.keys()].join(' and ')} share the image ${image}; only the first is ever built.`,
      'Put $KERNEL_FULL_VERSION into the tag.',
    );
  }
}

/** The name of the images config becomes a label value on every build: 63 characters. */
function longNames(name: string, spokes: readonly string[], say: Say): void {
  const long = spokes.filter((spoke) => imagesConfigName(name, spoke).length > 63);
  if (long.length === 0) return;
  const most = Math.max(...long.map((spoke) => spoke.length));
  say(
    'error',
    'name.label',
    ['metadata', 'name'],
    `"${imagesConfigName(name, long[0]!)}" has more than 63 characters and cannot be a label, so nothing is built for ${many(long.length, 'spoke')}.`,
    most < 62
      ? `Shorten the module's name to ${62 - most} characters.`
      : 'These spokes have names too long for KMM-Hub.',
    long,
  );
}

/** kmm.md 2.7, 4: module `a-b` on spoke `c` and module `a` on spoke `b-c` share one images config. */
function collisions(name: string, spokes: readonly string[], neighbours: readonly Neighbour[], say: Say): void {
  for (const other of neighbours) {
    if (other.name === name) continue;
    const [short, long] = name.length < other.name.length ? [name, other.name] : [other.name, name];
    if (!long.startsWith(`${short}-`)) continue;
    const rest = `${long.slice(short.length + 1)}-`;
    const hit =
      short === name
        ? spokes.filter((spoke) => spoke.startsWith(rest) && other.spokes.has(spoke.slice(rest.length)))
        : spokes.filter((spoke) => other.spokes.has(rest + spoke));
    if (hit.length === 0) continue;
    say(
      'error',
      'name.collision',
      ['metadata', 'name'],
      `With ${other.name} there would be two images configs of the same name for ${count(hit.length)} of the spokes.`,
      'Choose another name.',
      hit,
    );
  }
}
