import { expect, test } from 'vitest';
import { buildLog } from './build-log.ts';

const build = {
  apiVersion: 'build.openshift.io/v1',
  kind: 'Build',
  metadata: { name: 'b' },
  spec: { source: { dockerfile: '# why\nFROM a\nRUN make \\\n  all\n' }, output: { to: { name: 'r/m:1' } } },
};
const run = { build, startedAt: 0, endAt: 100 };

test('grows while the build runs', () => {
  expect(buildLog(run, 0)).toBe('STEP 1/2: FROM a\n');
  expect(buildLog(run, 60)).toBe('STEP 1/2: FROM a\nSTEP 2/2: RUN make   all\n');
  expect(buildLog(run, 95)).toContain('Pushing image r/m:1 ...\n');
  expect(buildLog(run, 95)).not.toContain('Push successful');
  expect(buildLog(run, 100)).toMatch(/Push successful\n$/);
});

test('a failure is told at the end, and nothing was pushed', () => {
  const failed = { ...run, message: 'make: *** Error 1' };
  expect(buildLog(failed, 50)).not.toContain('error');
  expect(buildLog(failed, 100)).toMatch(/error: build error: make: \*\*\* Error 1\n$/);
  expect(buildLog(failed, 100)).not.toContain('Push');
});
