import { expect, test } from 'vitest';
import type { Output } from '../../shared/contract.ts';
import { fault } from '../../shared/fault.ts';
import type { LabLauncher } from './lab-launcher.ts';
import { createPractice } from './practice.ts';

const scenarios = [{ name: 'site-3', title: 'A site', spokes: 3, sentence: 'Three spokes.' }];
const start = { scenario: 'site-3', seed: 1, speed: 1, options: {} };

/** A launcher whose lab can be ended from the test, and hubs that remember. */
function bed(connect: () => Promise<unknown> = async () => ({})) {
  const log: string[] = [];
  let end = () => {};
  const lab: LabLauncher = {
    scenarios: async () => scenarios,
    async start({ scenario }) {
      log.push(`start ${scenario}`);
      const exited = new Promise<void>((resolve) => {
        end = resolve;
      });
      return { kubeconfig: '/k', server: 'https://127.0.0.1:1', exited, stop: async () => void log.push('stop') };
    },
  };
  const hub = { id: 'practice', practice: true } as Output<'hubs.get'>;
  const practice = createPractice({
    lab,
    home: '/home',
    emit: (name) => log.push(name),
    hubs: {
      'hubs.list': () => ({ hubs: [hub, { ...hub, id: 'real', practice: false }] }),
      'hubs.remove': ({ hub }) => {
        log.push(`remove ${hub}`);
        return {};
      },
      'hubs.add': () => hub,
      'hubs.connect': async () => (await connect()) as Output<'hubs.connect'>,
      'hubs.disconnect': () => hub,
    },
  });
  return { practice, log, end: () => end() };
}

test('a practice hub of an earlier run is forgotten, a real one never', async () => {
  const { practice, log } = bed();
  expect(await practice.handlers['lab.start'](start)).toMatchObject({
    running: true,
    hub: 'practice',
    scenario: 'site-3',
    kubeconfig: '/k',
  });
  expect(log).toEqual(['remove practice', 'start site-3', 'lab.changed']);
  await expect(practice.handlers['lab.start'](start)).rejects.toMatchObject({ fault: { code: 'lab.running' } });
});

test('an unknown scenario is named with those there are', async () => {
  const { practice, log } = bed();
  await expect(practice.handlers['lab.start']({ ...start, scenario: 'moon' })).rejects.toMatchObject({
    fault: { code: 'lab.unknownScenario', field: 'scenario', about: ['site-3'] },
  });
  expect(log).toEqual([]);
});

test('a lab that ends by itself is said; one that can’t be connected is stopped', async () => {
  const { practice, log, end } = bed();
  await practice.handlers['lab.start'](start);
  end();
  await expect.poll(() => practice.handlers['lab.status']({})).toMatchObject({ running: false });
  expect(log.at(-1)).toBe('lab.changed');

  const failing = bed(async () => {
    throw fault('hub.unreachable', 'no', 'try');
  });
  await expect(failing.practice.handlers['lab.start'](start)).rejects.toMatchObject({
    fault: { code: 'hub.unreachable' },
  });
  expect(failing.log.at(-1)).toBe('stop');
});
