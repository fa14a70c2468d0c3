import type { Consequences, SpokeChange } from '../../shared/contract/modules.ts';
import { fault } from '../../shared/fault.ts';
import { matchesLabels } from '../../shared/rules/selector.ts';
import type { Store } from '../store/open.ts';
import { splitKernels } from '../store/spokes.ts';
import { count, many } from './delivery-words.ts';
import type { LiveModule, ModuleIndex } from './module-index.ts';

interface SpokeLabels {
  name: string;
  availability: string;
  kernels: string;
  labels_json: string;
}

/** Names that a sentence says. */
const named = 5;
const list = (names: readonly string[]): string =>
  `${names.slice(0, named).join(', ')}${names.length > named ? ` and ${count(names.length - named)} more` : ''}`;

/** The labels of a spoke after a change; undefined once it has left. */
export function labelsAfter(
  labels: Readonly<Record<string, string>>,
  { set, remove, detach }: SpokeChange,
): Record<string, string> | undefined {
  if (detach) return undefined;
  return Object.fromEntries([
    ...Object.entries(labels).filter(([key]) => !remove.includes(key)),
    ...Object.entries(set),
  ]);
}

/**
 * What a change of ManagedClusters does to modules, judged by the rows. KMM-Hub deletes the work of a spoke that its selector no
 * longer takes in, and OCM deletes every work of a cluster that is deleted: both unload at once (real-ocm.md A14, G9).
 * Fault: spoke.unknown.
 */
export function createConsequences({ store, index }: { store: Store; index: ModuleIndex }) {
  const spokeOf = store.db.prepare<[string, string], SpokeLabels>(
    'select name, availability, kernels, labels_json from spoke where hub = ? and name = ?',
  );
  const worksOf = store.db.prepare<[string, string], { module: string; purpose: string }>(
    'select module, purpose from work where hub = ? and spoke = ? and deleting = 0',
  );
  return (hub: string, change: SpokeChange): Consequences => {
    const spokes = change.spokes.map((name) => {
      const row = spokeOf.get(hub, name);
      if (row) return row;
      throw fault('spoke.unknown', `The hub has no spoke ${name}.`, 'Choose from the list of the fleet.', {
        field: 'spokes',
      });
    });
    const modules = [...index.all(hub)].filter(({ deleting }) => !deleting);
    const unloads: Consequences['unloads'] = [];
    const loads: Consequences['loads'] = [];
    const spoiled: string[] = [];
    const later: string[] = [];
    let works = 0;
    for (const { name: spoke, kernels, labels_json } of spokes) {
      const before = JSON.parse(labels_json) as Record<string, string>;
      const after = labelsAfter(before, change);
      const there = worksOf.all(hub, spoke);
      works += there.length;
      const has = new Set(there.flatMap(({ module, purpose }) => (purpose === 'module' ? [module] : [])));
      if (!after) {
        for (const module of has) unloads.push({ module, spoke });
        continue;
      }
      for (const module of modules) {
        const was = matchesLabels(before, module.selector);
        const is = matchesLabels(after, module.selector);
        if (was && !is && has.has(module.name)) unloads.push({ module: module.name, spoke });
        if (!was && is) {
          loads.push({ module: module.name, spoke });
          for (const kernel of uncovered(module, kernels)) spoiled.push(poisoned(spoke, kernel, module.name));
        }
        const isMeant = matchesLabels(after, module.base);
        if (module.staged && !is && isMeant && !matchesLabels(before, module.base)) {
          later.push(`${module.name} is delivered in stages: ${spoke} gets it with the next delivery.`);
        }
      }
    }
    const away = spokes.filter(({ availability }) => availability !== 'available').map(({ name }) => name);
    return {
      unloads,
      loads,
      sentences: [
        ...byModule(unloads).map(
          ([module, where]) =>
            `${module} is unloaded from ${many(where.length, 'spoke')}, all at once: ${list(where)}.`,
        ),
        ...leaving(change, works, away),
        ...(!change.detach && unloads.length > 0 && away.length > 0
          ? [`${list(away)} can't be reached now and unload when they are back.`]
          : []),
        ...spoiled.slice(0, named),
        ...byModule(loads).map(
          ([module, where]) => `KMM-Hub begins to load ${module} on ${many(where.length, 'spoke')}: ${list(where)}.`,
        ),
        ...later.slice(0, named),
        ...(unloads.length + loads.length === 0 && !change.detach ? ['No module is loaded or unloaded by this.'] : []),
      ],
    };
  };
}
export type ConsequencesOf = ReturnType<typeof createConsequences>;

function byModule(pairs: Consequences['loads']): [string, string[]][] {
  const modules = new Map<string, string[]>();
  for (const { module, spoke } of pairs) modules.set(module, [...(modules.get(module) ?? []), spoke]);
  return [...modules];
}

const uncovered = (module: LiveModule, kernels: string): string[] =>
  splitKernels(kernels).filter((kernel) => {
    const wanted = module.wanted(kernel);
    return !wanted || !('image' in wanted);
  });

const poisoned = (spoke: string, kernel: string, module: string): string =>
  `${spoke} runs ${kernel}, which no mapping of ${module} covers: that takes the mappings away from other spokes too.`;

function leaving({ detach, spokes }: SpokeChange, works: number, away: readonly string[]): string[] {
  if (!detach) return [];
  const rest = away.length > 0 && works > 0 ? [stuck(away)] : [];
  const one = spokes.length === 1;
  const who = `${many(spokes.length, 'spoke')} ${one ? 'leaves' : 'leave'}`;
  return [
    works === 0
      ? `${who} the hub; no manifest work stands for ${one ? 'it' : 'them'}.`
      : `${who} the hub, and ${many(works, 'manifest work')} with ${one ? 'it' : 'them'}: what these brought is deleted on the spoke, KMM too where it came by works.`,
    ...rest,
    'It cannot be undone from here: the spoke has to be imported again.',
  ];
}

const stuck = (away: readonly string[]): string =>
  `${list(away)} can't be reached: the deletion waits until the work agent there has taken down its works, and until then its modules stay loaded.`;
