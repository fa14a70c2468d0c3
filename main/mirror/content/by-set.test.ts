import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { digestOf } from '../../images/digest.ts';
import type { FaultyRegistry } from '../../images/testing/faulty-registry.ts';
import { type MirrorBed, publish, startMirrorBed } from '../testing/mirror-bed.ts';
import type { WantedImage } from '../types.ts';
import { withoutSet, withSet } from './by-set.ts';

const wanted = (more: Partial<WantedImage> = {}): WantedImage => ({
  name: `a.example/b/c:1@${digestOf('c')}`,
  category: 'additional',
  target: { repository: 'b/c', tag: '1' },
  sources: ['a.example/b/c'],
  by: 'tag',
  ...more,
});
const elsewhere = wanted({ target: { repository: 'x/c', tag: '1' } });
const related = wanted({ category: 'operator', by: 'digest', neededBy: ['bundle'], facts: { catalog: 'index' } });

describe('an image of several sets', () => {
  test('is what all ask for, whichever came last', () => {
    const sets = [['one', elsewhere] as const, ['three', related] as const, ['two', wanted()] as const];
    const made = [sets, sets.toReversed()].map((list) =>
      list.reduce<ReturnType<typeof withSet> | undefined>(
        (before, [set, image]) => withSet(before, image, set),
        undefined,
      ),
    );
    expect(made[0]).toEqual(made[1]);
    expect(made[0]).toMatchObject({
      category: 'operator',
      by: 'tag',
      target: { repository: 'b/c', tag: '1' },
      facts: { catalog: 'index', alsoAt: 'x/c:1', alsoBy: 'digest' },
      neededBy: ['bundle'],
      sets: ['one', 'three', 'two'],
    });
  });

  test('is as one of them changes it, and as the others had it when that one goes', () => {
    const both = withSet(withSet(undefined, wanted(), 'one'), elsewhere, 'two');
    expect(both.facts).toEqual({ alsoAt: 'x/c:1' });
    const moved = withSet(both, wanted({ target: { repository: 'y/c', tag: '1' } }), 'two');
    expect(moved.facts).toEqual({ alsoAt: 'y/c:1' });
    expect(withoutSet(moved, 'two')).toEqual({ ...wanted(), sets: ['one'] });
    expect(withSet(moved, wanted(), 'two')).toEqual({ ...wanted(), sets: ['one', 'two'] });
    expect(withoutSet({ ...wanted(), sets: ['one'] }, 'one')).toBeUndefined();
  });
});

describe('through store and push', () => {
  let bed: MirrorBed;
  let source: FaultyRegistry;
  beforeEach(async () => {
    bed = await startMirrorBed();
    source = await bed.registry();
    const settings = { name: 'Source', role: 'source', address: source.host, plainHttp: true } as const;
    await bed.engine.typed('mirror.addSite', settings);
  });
  afterEach(() => bed.close());

  test('a place that one set gives an image is not lost to another set of it', async () => {
    const name = await publish(source.host, 'team/tool:1');
    await bed.save('one', [`${name}\n    target: x/tool:1`]);
    await bed.save('two', [name]);
    for (const set of ['one', 'two']) await bed.engine.typed('mirror.pull', { set });
    const site = await bed.registry();
    const { id } = await bed.engine.typed('mirror.addSite', { name: 'Site', address: site.host, plainHttp: true });
    await bed.engine.typed('mirror.push', { site: id, set: 'one' });
    expect([...site.content.manifests.keys()].filter((key) => key.endsWith(' 1')).sort()).toEqual([
      'team/tool 1',
      'x/tool 1',
    ]);
  });
});
