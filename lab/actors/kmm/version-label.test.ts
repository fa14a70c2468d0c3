import { expect, test } from 'vitest';
import { versionAction } from './version-label.ts';

test.each([
  [undefined, undefined, undefined, 'none'],
  [undefined, '1', '1', 'deleteSchedule'],
  [undefined, '1', undefined, 'deleteWorker'],
  ['1', undefined, undefined, 'addWorker'],
  ['1', '1', undefined, 'addSchedule'],
  ['1', '1', '1', 'none'],
  ['2', '1', '1', 'deleteSchedule'],
  ['2', '1', undefined, 'deleteWorker'],
])('user %s, worker %s, schedule %s: %s', (user, worker, schedule, action) => {
  expect(versionAction(user, worker, schedule)).toBe(action);
});
