import { expect, test } from 'vitest';
import { familiesOf } from './spokes.ts';

test('of one spoke it is told in the singular', () => {
  const spoke = (name: string) => ({ name, openshift: '', labels: {} });
  expect(familiesOf([spoke('sno1')]).warnings).toEqual([
    'sno1 has told no OpenShift version; it gets no work of its own; a policy reaches it with the others.',
  ]);
  expect(familiesOf([spoke('sno1'), spoke('sno2')]).warnings[0]).toMatch(/^2 spokes have told/);
});
