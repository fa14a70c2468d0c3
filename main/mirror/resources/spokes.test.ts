import { expect, test } from 'vitest';
import { familiesOf } from './spokes.ts';

const words = (...versions: string[]) =>
  familiesOf(versions.map((openshift, at) => ({ name: `s${at}`, openshift, labels: {} }))).warnings.filter((each) =>
    each.includes('beside an ImageContentSourcePolicy'),
  );

test('versions that take the new mirror sets only where none of the old is left are named', () => {
  expect(words('4.12.6', '4.13.27', '4.14.3', '4.15.0', '4.18.1')).toEqual([]);
  expect(words('4.14.2', '4.13.26', '4.13.0-rc.1', '4.13.26', '4.14.0')).toEqual([
    expect.stringMatching(/^OpenShift 4\.13\.0-rc\.1, 4\.13\.26, 4\.14\.0, 4\.14\.2 takes no ImageDigestMirrorSet/),
  ]);
});

test('of one spoke it is told in the singular', () => {
  const spoke = (name: string) => ({ name, openshift: '', labels: {} });
  expect(familiesOf([spoke('sno1')]).warnings).toEqual([
    'sno1 has told no OpenShift version; it gets no work of its own; a policy reaches it with the others.',
  ]);
  expect(familiesOf([spoke('sno1'), spoke('sno2')]).warnings[0]).toMatch(/^2 spokes have told/);
});
