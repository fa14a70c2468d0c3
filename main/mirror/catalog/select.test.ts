import { beforeAll, describe, expect, test } from 'vitest';
import { CatalogSet } from '../../../shared/contract/image-set.ts';
import { toFault } from '../../../shared/fault.ts';
import { type CatalogIndex, indexCatalog } from './catalog-index.ts';
import { addDependencies } from './dependencies.ts';
import { pickWanted } from './select.ts';
import { selectionOf } from './selection.ts';
import { asFiles, bundle, channel, sampleFiles } from './testing/sample-catalog.ts';

let index: CatalogIndex;
beforeAll(async () => {
  index = await indexCatalog(asFiles(sampleFiles()));
});
const set = (packages: object[]) => CatalogSet.parse({ image: 'x/y', packages });
const pick = (...packages: object[]) => {
  const { picks, warnings } = pickWanted(index, set(packages));
  return { packages: selectionOf(picks).packages, warnings };
};
const refusal = (...packages: object[]) => {
  try {
    return pick(...packages);
  } catch (error) {
    return toFault(error);
  }
};

describe('what is taken', () => {
  test('without more, the head of the default channel', () => {
    expect(pick({ name: 'kmm' }).packages).toEqual({
      kmm: { defaultChannel: 'stable', channels: { stable: ['kmm.v2.1.0'] } },
    });
  });
  test('without packages, every default head; a package without one is named', async () => {
    const broken = await indexCatalog(
      asFiles({ ...sampleFiles(), 'b.json': '{"schema":"olm.package","name":"bare","defaultChannel":"x"}' }),
    );
    const { picks, warnings } = pickWanted(broken, set([]));
    expect([...picks.keys()]).toEqual(['cert-tools', 'kmm', 'widgets']);
    expect(warnings).toEqual([expect.stringContaining('Package bare is left out')]);
  });
  test('a range takes its versions, its head is the highest of them', () => {
    expect(pick({ name: 'kmm', from: '1.1', to: '2.0' }).packages['kmm']).toEqual({
      defaultChannel: 'stable',
      channels: { stable: ['kmm.v1.1.0', 'kmm.v1.2.0', 'kmm.v2.0.0'] },
    });
  });
  test('channels each with a range of their own', () => {
    const taken = pick({ name: 'kmm', channels: [{ name: 'stable', from: '2.0.0' }, { name: 'release-1' }] });
    expect(taken.packages['kmm']).toEqual({
      defaultChannel: 'stable',
      channels: { 'release-1': ['kmm.v1.2.0'], stable: ['kmm.v2.0.0', 'kmm.v2.1.0'] },
    });
  });
  test('the only channel taken becomes the default', () => {
    const { packages, warnings } = pick({ name: 'kmm', channels: [{ name: 'release-1' }] });
    expect(packages['kmm']?.defaultChannel).toBe('release-1');
    expect(warnings).toEqual([expect.stringContaining('release-1 becomes its default channel')]);
  });
});

describe('what is refused', () => {
  test('unknown names come with what is near', () => {
    expect(refusal({ name: 'kmn' })).toMatchObject({
      code: 'catalog.unknownPackage',
      field: 'packages.0.name',
      remedy: 'Did you mean kmm?',
    });
    expect(refusal({ name: 'widgets' }, { name: 'kmm', channels: [{ name: 'stabel' }] })).toMatchObject({
      code: 'catalog.unknownChannel',
      field: 'packages.1.channels.0.name',
      remedy: 'Did you mean stable?',
    });
  });
  test('what is named twice', () => {
    expect(refusal({ name: 'kmm' }, { name: 'kmm' })).toMatchObject({
      code: 'catalog.twice',
      field: 'packages.1.name',
    });
    const channels = [{ name: 'stable' }, { name: 'stable', from: '1' }];
    expect(refusal({ name: 'kmm', channels })).toMatchObject({
      code: 'catalog.twice',
      field: 'packages.0.channels.1.name',
    });
  });
  test('a range that holds nothing says what there is', () => {
    expect(refusal({ name: 'kmm', from: '3.0.0' })).toMatchObject({
      code: 'catalog.noVersion',
      message: 'Channel stable of package kmm holds no version from 3.0.0; it holds 2.1.0, 2.0.0, 1.2.0, 1.1.0, 1.0.0.',
    });
  });
  test('a channel that would lose its head names the heads', async () => {
    const forked = [
      { schema: 'olm.package', name: 'fork', defaultChannel: 'c' },
      channel('fork', 'c', [
        '1.0.0',
        ['1.1.0', { replaces: '1.0.0' }],
        ['1.2.0', { replaces: '1.0.0' }],
        ['2.0.0', { replaces: '1.2.0', skips: ['1.1.0'] }],
      ]),
      ...['1.0.0', '1.1.0', '1.2.0', '2.0.0'].map((version) => bundle('fork', version)),
    ];
    const fork = await indexCatalog(asFiles({ 'a.json': forked.map((doc) => JSON.stringify(doc)).join('') }));
    expect(() => pickWanted(fork, set([{ name: 'fork', to: '1.9' }]))).toThrow(
      'With versions to 1.9, channel c of package fork would be broken: it would have 2 heads: fork.v1.1.0, fork.v1.2.0. Its own head is fork.v2.0.0; left out: fork.v2.0.0.',
    );
    expect(
      pickWanted(fork, set([{ name: 'fork' }]))
        .picks.get('fork')
        ?.channels.get('c'),
    ).toEqual(new Set(['fork.v2.0.0']));
  });
  test('entries that replace each other below the head', async () => {
    const round = [
      { schema: 'olm.package', name: 'round', defaultChannel: 'c' },
      channel('round', 'c', [
        ['1.0.0', { replaces: '1.1.0' }],
        ['1.1.0', { replaces: '1.0.0' }],
        ['2.0.0', { replaces: '1.1.0' }],
      ]),
      ...['1.0.0', '1.1.0', '2.0.0'].map((version) => bundle('round', version)),
    ];
    const files = asFiles({ 'a.json': round.map((doc) => JSON.stringify(doc)).join('') });
    const cyclic = await indexCatalog(files);
    expect(() => pickWanted(cyclic, set([{ name: 'round', from: '1' }]))).toThrow(
      'With versions from 1, channel c of package round would go round in a circle: round.v1.1.0 replaces round.v1.0.0 replaces round.v1.1.0.',
    );
    // The head alone is a channel of its own.
    const { picks } = pickWanted(cyclic, set([{ name: 'round' }]));
    expect(picks.get('round')?.channels.get('c')).toEqual(new Set(['round.v2.0.0']));
  });
  test('a default channel that is not taken, when several are', () => {
    const channels = [{ name: 'release-1' }];
    expect(refusal({ name: 'kmm', channels, defaultChannel: 'stable' })).toMatchObject({
      code: 'catalog.defaultLost',
      field: 'packages.0.defaultChannel',
    });
    expect(refusal({ name: 'kmm', channels, from: '1' })).toMatchObject({
      code: 'catalog.range',
      field: 'packages.0.from',
    });
  });
});

describe('dependencies', () => {
  const closed = (...packages: object[]) => {
    const { picks } = pickWanted(index, set(packages));
    return { words: addDependencies(index, picks), ...selectionOf(picks) };
  };
  test('packages and kinds come too, and what they need in turn; what no one has is named', () => {
    const { packages, words } = closed({ name: 'kmm' });
    expect(packages['cert-tools']).toEqual({ defaultChannel: 'v1', channels: { v1: ['cert-tools.v1.5.0'] } });
    expect(packages['widgets']).toEqual({ defaultChannel: 'alpha', channels: { alpha: ['widgets.v0.3.0'] } });
    expect(words).toEqual([
      'Package cert-tools comes too: kmm.v2.1.0 requires package cert-tools in version >=1.0.0 <2.0.0.',
      'Package widgets comes too: kmm.v2.1.0 requires kind example.com/v1/Widget.',
      'widgets.v0.3.0 requires package not-here in version >=1, which this catalog does not have; the cluster must have it from elsewhere.',
    ]);
  });
  test('nothing comes where it is there already, and the taken package stays as it is', () => {
    const { packages, words } = closed(
      { name: 'kmm' },
      { name: 'widgets' },
      { name: 'cert-tools', channels: [{ name: 'v1' }] },
    );
    expect(packages['cert-tools']?.channels).toEqual({ v1: ['cert-tools.v1.5.0'] });
    expect(words).toHaveLength(1);
  });
  test('a package taken too new gets the version that is required beside it', () => {
    const { packages } = closed({ name: 'kmm' }, { name: 'cert-tools' });
    expect(packages['cert-tools']).toEqual({
      defaultChannel: 'stable',
      channels: { stable: ['cert-tools.v2.0.0'], v1: ['cert-tools.v1.5.0'] },
    });
  });
  test('constraints: any takes one that can be had, all takes each, others are named', async () => {
    const constraint = (value: object) => ({ type: 'olm.constraint', value });
    const wants = (name: string) => ({ package: { packageName: name, versionRange: '>=0.1' } });
    const properties = [
      constraint({ any: { constraints: [wants('nowhere'), wants('widgets')] } }),
      constraint({ all: { constraints: [{ gvk: { group: 'example.com', version: 'v1', kind: 'Widget' } }] } }),
      constraint({ failureMessage: 'too small', cel: { rule: 'x' } }),
    ];
    const asker = [
      { schema: 'olm.package', name: 'asker', defaultChannel: 'c' },
      channel('asker', 'c', ['1.0.0']),
      bundle('asker', '1.0.0', { properties }),
    ];
    const text = asker.map((doc) => JSON.stringify(doc)).join('');
    const more = await indexCatalog(asFiles({ ...sampleFiles(), 'asker.json': text }));
    const { picks } = pickWanted(more, set([{ name: 'asker' }]));
    const words = addDependencies(more, picks);
    expect([...picks.keys()]).toEqual(['asker', 'widgets']);
    expect(words).toContain(
      'asker.v1.0.0 requires a CEL rule (too small), which is not followed here; the cluster must have it from elsewhere.',
    );
  });

  test('one bundle must give all of an all; two that share it are no help to OLM', async () => {
    const all = (...constraints: object[]) => ({ type: 'olm.constraint', value: { all: { constraints } } });
    const kind = { gvk: { group: 'example.com', version: 'v1', kind: 'Widget' } };
    const wants = (packageName: string) => ({ package: { packageName, versionRange: '>=0.1' } });
    const asking = async (...properties: { type: string; value: unknown }[]) => {
      const asker = [
        { schema: 'olm.package', name: 'asker', defaultChannel: 'c' },
        channel('asker', 'c', ['1.0.0']),
        bundle('asker', '1.0.0', { properties }),
      ];
      const text = asker.map((doc) => JSON.stringify(doc)).join('');
      const more = await indexCatalog(asFiles({ ...sampleFiles(), 'asker.json': text }));
      const { picks } = pickWanted(more, set([{ name: 'asker' }]));
      return { words: addDependencies(more, picks), names: [...picks.keys()] };
    };
    const both = await asking(all(wants('widgets'), kind));
    expect(both.names).toEqual(['asker', 'widgets']);
    expect(both.words[0]).toContain('requires package widgets in version >=0.1 and kind example.com/v1/Widget.');
    const apart = await asking(all(wants('cert-tools'), kind));
    expect(apart.names).toEqual(['asker']);
    expect(apart.words).toEqual([
      'asker.v1.0.0 requires package cert-tools in version >=0.1 and kind example.com/v1/Widget, which no one bundle of this catalog gives; the cluster must have it from elsewhere.',
    ]);
    const ruled = await asking(
      all(all(kind).value, { any: { constraints: [wants('nowhere'), wants('widgets')] } }, { cel: {} }),
    );
    expect(ruled.names).toEqual(['asker', 'widgets']);
    expect(ruled.words).toContain(
      'asker.v1.0.0 requires a CEL rule, which is not followed here; the cluster must have it from elsewhere.',
    );
  });
});
