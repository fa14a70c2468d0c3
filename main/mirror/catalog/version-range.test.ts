import { describe, expect, test } from 'vitest';
import { betweenVersions, olmRange, versionOf } from './version-range.ts';

const passes = (
  test: ((version: NonNullable<ReturnType<typeof versionOf>>) => boolean) | undefined,
  versions: string[],
) => versions.filter((version) => test?.(versionOf(version)!));

describe('ranges of an image set', () => {
  const all = ['1.1.9', '1.2.0-rc1', '1.2.0', '1.2.9+5', '1.3.0-0', '1.3.0', '2.0.0'];
  test.each([
    ['1.2.0', '1.3.0', ['1.2.0', '1.2.9+5', '1.3.0-0', '1.3.0']],
    ['1.2', '1.2', ['1.2.0-rc1', '1.2.0', '1.2.9+5']],
    ['1', '1', ['1.1.9', '1.2.0-rc1', '1.2.0', '1.2.9+5', '1.3.0-0', '1.3.0']],
    [undefined, '1.1.9', ['1.1.9']],
    ['v1.3.0', undefined, ['1.3.0', '2.0.0']],
  ])('%s to %s', (from, to, kept) => expect(passes(betweenVersions(from, to, 'x'), all)).toEqual(kept));
  test('what is no version, or the wrong way round, names its field', () => {
    const fields = [() => betweenVersions('latest', '', 'packages.0'), () => betweenVersions('2', '1.9', 'packages.0')];
    const codes = fields.map((run) => {
      try {
        return run();
      } catch (error) {
        return (error as { fault: { field: string } }).fault.field;
      }
    });
    expect(codes).toEqual(['packages.0.from', 'packages.0.to']);
  });
});

describe('ranges of bundles', () => {
  const all = ['0.9.0', '1.0.0', '1.2.3', '1.3.0', '2.0.0', '3.1.0'];
  test.each([
    ['>=1.0.0 <2.0.0', ['1.0.0', '1.2.3', '1.3.0']],
    ['>= 1.0.0, < 1.3.0', ['1.0.0', '1.2.3']],
    ['1.x || >2', ['1.0.0', '1.2.3', '1.3.0', '3.1.0']],
    ['1.2.x', ['1.2.3']],
    ['!=1.2.3 <2.0.0', ['0.9.0', '1.0.0', '1.3.0']],
    ['<=1.2', ['0.9.0', '1.0.0', '1.2.3']],
    ['=2.0.0', ['2.0.0']],
    ['', all],
    ['*', all],
  ])('%s', (range, kept) => expect(passes(olmRange(range), all)).toEqual(kept));
  test('one that cannot be read is no range', () => expect(olmRange('~>1.0 banana')).toBeUndefined());
});
