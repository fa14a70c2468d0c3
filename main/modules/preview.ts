import type { Preview } from '../../shared/contract/modules.ts';
import type { Store } from '../store/open.ts';
import { count, many } from './delivery-words.ts';
import type { Selection } from './selection.ts';

/** How many reasons of uncovered spokes and examples of spokes are listed; the totals are always exact. */
const listed = 200;
const examples = 5;

/** What the hub already has of this module. */
export interface Standing {
  /** Spokes KMM-Hub has selected for the live module of this name; a change reaches them all at once. */
  selectedNow: number;
  imageExists(image: string): boolean;
}

/** Reads what stands from rows. */
export function standingOf({ db }: Store, hub: string, name: string): Standing {
  const selectedNow = db
    .prepare<[string, string], number>(
      'select count(*) from proof where hub = ? and module = ? and selected_at is not null',
    )
    .pluck()
    .get(hub, name) as number;
  const exists = db.prepare<[string, string]>(
    `select 1 from image_config c, json_each(c.states_json) e where c.hub = ? and e.key = ? and e.value = 'Exists' limit 1`,
  );
  return { selectedNow, imageExists: (image) => exists.get(hub, image) !== undefined };
}

/** What a text would do with the fleet as it is stored: pure in its inputs, so the same offline. */
export function previewOf(selection: Selection, fleet: number, standing: Standing): Preview {
  const { targets, groups } = selection;
  const kernels = new Map<string, Preview['kernels'][number]>();
  const notCovered: Preview['notCovered'] = [];
  const toBuild = new Set<string>();
  let buildsPlain = 0;
  let notCoveredTotal = 0;
  for (const { kernels: list, spokes, plans } of groups) {
    const lacking = plans.filter(({ mapping }) => mapping < 0);
    if (list.length === 0 || lacking.length > 0) {
      notCoveredTotal += spokes.length;
      const reason =
        list.length === 0 ? 'no kernel claim' : lacking.map((p) => p.error || `no mapping for ${p.kernel}`).join('; ');
      for (const spoke of spokes.slice(0, Math.max(0, listed - notCovered.length))) notCovered.push({ spoke, reason });
    }
    for (const { kernel, mapping, image, build, sign } of plans) {
      const known = kernels.get(kernel);
      kernels.set(kernel, {
        kernel,
        mapping,
        image,
        build,
        sign,
        spokes: (known?.spokes ?? 0) + spokes.length,
        examples: [...(known?.examples ?? []), ...spokes].slice(0, examples),
      });
      if (mapping < 0 || !build || standing.imageExists(image)) continue;
      buildsPlain += spokes.length;
      toBuild.add(image);
    }
  }
  const operativeMatches = targets.reduce((sum, { operative }) => sum + operative, 0);
  const update = toBuild.size > 0 && standing.selectedNow > 1;
  const buildsStaged = update ? Math.max(toBuild.size, standing.selectedNow) : toBuild.size;
  const list = [...kernels.values()].sort((a, b) => b.spokes - a.spokes);
  const [recommended, recommendedWhy] = recommend(targets.length, buildsPlain, update);
  return {
    matches: targets.length,
    operativeMatches,
    fleet,
    kernels: list,
    notCovered,
    notCoveredTotal,
    buildsPlain,
    buildsStaged,
    recommended,
    recommendedWhy,
    sentence: [
      `Matches ${count(targets.length)} of ${many(fleet, 'spoke')}, ${count(operativeMatches)} operative`,
      many(list.length, 'kernel'),
      ...(notCoveredTotal > 0 ? [`not covered: ${names(notCovered, notCoveredTotal)}`] : []),
      buildSentence(buildsPlain, buildsStaged),
    ].join('; '),
  };
}

function names(notCovered: Preview['notCovered'], total: number): string {
  const first = notCovered.slice(0, 3).map(({ spoke, reason }) => `${spoke} (${reason})`);
  return total > first.length ? `${first.join(', ')} and ${count(total - first.length)} more` : first.join(', ');
}

function buildSentence(plain: number, staged: number): string {
  if (plain === 0) return 'the hub builds nothing';
  return `the hub would run ${many(plain, 'build')} of this image, staged ${count(staged)}`;
}

function recommend(matches: number, plain: number, update: boolean): [Preview['recommended'], string] {
  if (update) {
    return [
      'staged',
      'The module is on its spokes already: KMM-Hub takes a change to all of them at once and builds for each. Only spokes that come later are staged.',
    ];
  }
  if (matches <= 1) return ['plain', 'Only one spoke is selected: there is nothing to stage.'];
  if (plain > 1) {
    return [
      'staged',
      `One spoke goes first, so the image is built once instead of ${count(plain)} times, and a fault reaches one spoke only.`,
    ];
  }
  return ['staged', 'One spoke goes first and is proven, so a fault reaches one spoke only.'];
}
