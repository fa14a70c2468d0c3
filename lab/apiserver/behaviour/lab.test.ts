import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differences } from './differences.ts';
import { labGround } from './grounds.ts';
import { recorded } from './recording.ts';
import { scenarios } from './scenarios/all.ts';
import { type Ground, play } from './stage.ts';

describe('the lab answers as a real kube-apiserver did', () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await labGround();
  });
  afterAll(() => ground.stop());

  for (const scenario of scenarios) {
    const real = recorded(scenario.name);
    const why = real ? '' : ' (skipped: not yet recorded from a real server)';
    test.skipIf(!real)(`${scenario.name}${why}`, async () => {
      const steps = await play(scenario, ground);
      const known = differences.filter(({ scenario: of }) => of === scenario.name).flatMap(({ steps: those }) => those);
      expect(steps.length).toBe(real!.length);
      for (const [at, step] of steps.entries()) {
        // A difference that is gone must leave the list too.
        if (known.includes(at)) expect(step, `step ${at} no longer differs`).not.toEqual(real![at]);
        else expect(step, `step ${at}`).toEqual(real![at]);
      }
    });
  }
});
