import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findServers, serverProgram } from '../../testbed/servers.ts';
import { realGround } from './grounds.ts';
import { record, recorded } from './recording.ts';
import { scenarios } from './scenarios/all.ts';
import { type Ground, play } from './stage.ts';

const servers = findServers();
const controllers = serverProgram(servers, 'kube-controller-manager') !== undefined;

describe.skipIf(servers.why)(
  `a real kube-apiserver answers as it was recorded${servers.why ? ` (skipped: ${servers.why})` : ''}`,
  () => {
    let ground: Ground;
    beforeAll(async () => {
      ground = await realGround(servers);
    }, 90_000);
    afterAll(() => ground?.stop(), 30_000);

    for (const scenario of scenarios) {
      const lacking = scenario.controllers && !controllers;
      const unknown = !process.env['RECORD'] && recorded(scenario.name) === undefined;
      const reason = lacking ? 'no kube-controller-manager beside kube-apiserver' : unknown && 'not yet recorded';
      const why = reason ? ` (skipped: ${reason})` : '';
      test.skipIf(lacking || unknown)(`${scenario.name}${why}`, async () => {
        const steps = await play(scenario, ground);
        if (process.env['RECORD']) record(scenario.name, steps);
        expect(steps).toEqual(recorded(scenario.name));
      });
    }
  },
);
