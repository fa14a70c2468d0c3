import type { Clock } from '../../../shared/clock.ts';
import { isoSeconds } from '../../../shared/clock.ts';
import type { ImageSet } from '../../../shared/contract/image-set.ts';
import type { SetRow } from '../../../shared/contract/mirror.ts';
import type { Emit, Handlers } from '../../../shared/contract.ts';
import { fault } from '../../../shared/fault.ts';
import { changedSinceLook, type ImageSets, type SetRecord } from '../../store/image-sets.ts';
import { checkImageSet } from '../image-set/check-set.ts';
import { fromOcMirror } from '../image-set/from-oc-mirror.ts';
import { imageSetTemplate } from '../image-set/template.ts';
import { writeImageSet } from '../image-set/write-set.ts';

type SetCall =
  | 'mirror.sets'
  | 'mirror.set'
  | 'mirror.template'
  | 'mirror.check'
  | 'mirror.write'
  | 'mirror.save'
  | 'mirror.forget'
  | 'mirror.fromOcMirror';

/** Image sets by name. `here` says which names are in the store now. */
export function createSets(deps: {
  sets: ImageSets;
  clock: Clock;
  emit: Emit;
  here: () => Promise<ReadonlySet<string>>;
}): {
  handlers: Pick<Handlers, SetCall>;
  /** The set of that name; faults set.unknown, set.invalid (its text is no longer valid). */
  read(name: string): { set: ImageSet; record: SetRecord };
} {
  const { sets, clock, emit, here } = deps;

  /** What an earlier text came to says nothing of the one that was saved since. */
  const view = (row: SetRecord, known: ReadonlySet<string>): SetRow => ({
    name: row.name,
    savedAt: row.saved_at,
    sentence: row.sentence,
    ...(row.planned_at === null || changedSinceLook(row)
      ? { images: null, inStore: null }
      : {
          images: row.names.length,
          inStore: row.names.filter((name) => known.has(name)).length,
          plannedAt: row.planned_at,
        }),
  });
  const stored = (name: string) => {
    const row = sets.get(name);
    if (!row) {
      const names = sets.all().map((set) => set.name);
      throw fault(
        'set.unknown',
        `There is no image set named ${name}.`,
        names.length > 0 ? `There are: ${names.join(', ')}.` : 'Save one first: `cli mirror save --yaml @set.yaml`.',
        { field: 'set', about: names },
      );
    }
    return row;
  };
  /** Fault set.invalid with the first error. */
  const valid = (yaml: string): { set: ImageSet; sentence: string } => {
    const { set, findings, sentence } = checkImageSet(yaml);
    if (set) return { set, sentence };
    const first = findings.find(({ severity }) => severity === 'error');
    throw fault(
      'set.invalid',
      `Line ${first?.line ?? 1}: ${first?.message ?? sentence}`,
      first?.remedy || 'Mend it, then save again.',
      { field: first?.field || 'yaml' },
    );
  };

  return {
    read(name) {
      const record = stored(name);
      return { set: valid(record.yaml).set, record };
    },
    handlers: {
      async 'mirror.sets'() {
        const known = await here();
        return { sets: sets.all().map((row) => view(row, known)) };
      },
      'mirror.set'({ name }) {
        const { yaml } = stored(name);
        const { set } = checkImageSet(yaml);
        return { name, yaml, ...(set && { set }) };
      },
      'mirror.template': () => ({ yaml: imageSetTemplate() }),
      'mirror.check': ({ yaml }) => checkImageSet(yaml),
      'mirror.write': ({ set, yaml }) => ({ yaml: writeImageSet(set, yaml) }),
      async 'mirror.save'({ yaml, was }) {
        const { set, sentence } = valid(yaml);
        if (was !== undefined && set.name !== was && sets.get(set.name))
          throw fault(
            'set.exists',
            `There is an image set named ${set.name} already.`,
            'Give this one another name, or change that one.',
            { field: 'name' },
          );
        sets.put({ name: set.name, yaml, saved_at: isoSeconds(clock.now()), sentence });
        emit('mirror.changed', { what: 'sets', id: set.name });
        return view(stored(set.name), await here());
      },
      'mirror.forget'({ name }) {
        stored(name);
        sets.remove(name);
        emit('mirror.changed', { what: 'sets', id: name });
        return {};
      },
      'mirror.fromOcMirror': ({ yaml, name }) => fromOcMirror(yaml, name),
    },
  };
}
