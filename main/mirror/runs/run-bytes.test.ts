import { expect, test } from 'vitest';
import { createRunBytes } from './run-bytes.ts';

const sizes = (given: Record<string, number>) => new Map(Object.entries(given));

test('what two images share counts once, whoever has it first, and twice having it is no more', () => {
  const run = createRunBytes();
  run.claim(0, sizes({ base: 100, a: 10 }));
  run.claim(1, sizes({ base: 100, b: 20 }));
  expect(run.bytes).toBe(130);
  run.add(1, 'base', 60);
  run.add(0, 'base', 40);
  expect(run.bytesDone).toBe(60);
  run.add(0, 'base', 60);
  run.add(1, 'base', 40);
  expect(run.bytesDone).toBe(100);
  run.done(0);
  run.done(1);
  expect([run.bytesDone, run.bytes]).toEqual([130, 130]);
});

test('what is taken back is missing again, unless another image has it', () => {
  const run = createRunBytes();
  run.claim(0, sizes({ base: 100 }));
  run.claim(1, sizes({ base: 100 }));
  run.add(0, 'base', 80);
  run.add(1, 'base', 50);
  run.add(0, 'base', -80);
  expect(run.bytesDone).toBe(50);
});

test('an image that fails is waited for no more; what it brought stays, what others need is still to come', () => {
  const run = createRunBytes();
  run.claim(0, sizes({ base: 100, a: 10 }));
  run.claim(1, sizes({ base: 100, b: 20 }));
  run.add(0, 'a', 4);
  run.failed(0);
  expect([run.bytesDone, run.bytes]).toEqual([4, 124]);
  run.failed(1);
  expect([run.bytesDone, run.bytes]).toEqual([4, 4]);
  // Another that needs it comes to light later.
  run.claim(2, sizes({ base: 100 }));
  run.done(2);
  expect([run.bytesDone, run.bytes]).toEqual([104, 104]);
});

test('said again, an image is what was said last; one that is done stays done', () => {
  const run = createRunBytes();
  run.claim(0, sizes({ '#0': 500 }));
  run.done(0);
  expect([run.bytesDone, run.bytes]).toEqual([500, 500]);
  run.claim(0, sizes({ base: 100, a: 10 }));
  run.claim(1, sizes({ base: 100 }));
  expect([run.bytesDone, run.bytes]).toEqual([110, 110]);
});
