import { globSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { observed, recordingPath } from './recordings.fixture.ts';

/** What the lab does not play, by recording; everything else is compared. */
const reasons: readonly [RegExp, string][] = [[/^ocm\/(timeline-)?mwrs-/, 'needs a ManifestWorkReplicaSet']];

/** Tests name a recording by its path, its file, its stem, or in a list of cases the stem without what they share. */
const shared = ['manifestwork-', 'placement-'];
const texts = globSync('**/*.test.ts', { cwd: import.meta.dirname })
  .filter((file) => file !== basename(import.meta.filename))
  .map((file) => ({ file, text: readFileSync(`${import.meta.dirname}/${file}`, 'utf8') }));

function comparedIn(path: string): string[] {
  const stem = basename(path, '.yaml');
  const whole = [path, `${stem}.yaml`, stem];
  return texts
    .filter(({ text }) => {
      const names = whole.some((name) => text.includes(`'${name}'`));
      const cases = shared.some(
        (start) =>
          stem.startsWith(start) && text.includes(`'${stem.slice(start.length)}'`) && text.includes(`${start}$`),
      );
      return (names || cases) && text.includes('describe.skipIf(');
    })
    .map(({ file }) => file);
}

describe.skipIf(!observed.there)(`the recordings of the real programs${observed.why}`, () => {
  const paths = observed.there
    ? globSync('{ocm,kmm-hub,kmm-spoke}/*.yaml', { cwd: recordingPath('') }).map((path) => path.replaceAll('\\', '/'))
    : [];

  test('each is compared, or has a reason why not', () => {
    expect(new Set(paths.map((path) => dirname(path)))).toEqual(new Set(['ocm', 'kmm-hub', 'kmm-spoke']));
    const left = paths.filter((path) => comparedIn(path).length === 0 && !reasons.some(([like]) => like.test(path)));
    expect(left).toEqual([]);
  });

  test('no reason is out of date', () => {
    for (const [like, why] of reasons) {
      const held = paths.filter((path) => like.test(path));
      expect(held, why).not.toEqual([]);
      expect(
        held.filter((path) => comparedIn(path).length > 0),
        why,
      ).toEqual([]);
    }
  });

  test('a recording that no test names is found out', () => {
    expect(comparedIn('ocm/manifestwork-of-no-test.yaml')).toEqual([]);
    expect(comparedIn('ocm/manifestwork-case-mixed.yaml')).toEqual(['ocm/work.observed.test.ts']);
  });
});
