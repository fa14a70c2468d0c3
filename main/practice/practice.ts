import { join } from 'node:path';
import type { Emit, Handlers, Output } from '../../shared/contract.ts';
import { fault } from '../../shared/fault.ts';
import type { LabLauncher, RunningLab } from './lab-launcher.ts';

type LabCall = 'lab.scenarios' | 'lab.status' | 'lab.start' | 'lab.stop';

/** The practice hub: started as a program of its own, then added and connected like any hub. */
export function createPractice(deps: {
  lab: LabLauncher;
  home: string;
  emit: Emit;
  hubs: Pick<Handlers, 'hubs.list' | 'hubs.add' | 'hubs.connect' | 'hubs.disconnect' | 'hubs.remove'>;
}): { handlers: Pick<Handlers, LabCall>; close(): Promise<void> } {
  const { lab, home, emit, hubs } = deps;
  const idle: Output<'lab.status'> = { running: false, scenario: '', seed: 0, speed: 1 };
  let running: RunningLab | undefined;
  let status = idle;
  let starting = false;

  const set = (next: Output<'lab.status'>) => {
    status = next;
    emit('lab.changed', next);
  };
  /** A practice hub lives as long as its lab: one that an earlier run left behind can never answer again. */
  async function forgetOldPractice() {
    for (const hub of (await hubs['hubs.list']({})).hubs) {
      if (hub.practice) await hubs['hubs.remove']({ hub: hub.id });
    }
  }
  async function start(input: Parameters<Handlers['lab.start']>[0]): Promise<Output<'lab.status'>> {
    const { broken, ...rest } = input;
    const known = await lab.scenarios();
    if (!known.some(({ name }) => name === input.scenario)) {
      const names = known.map(({ name }) => name);
      throw fault(
        'lab.unknownScenario',
        `The lab has no scenario named ${input.scenario}.`,
        `Choose one of ${names.join(', ')}.`,
        {
          field: 'scenario',
          about: names,
        },
      );
    }
    await forgetOldPractice();
    const started = await lab.start({ ...rest, ...(broken !== undefined && { broken }), dir: join(home, 'lab') });
    running = started;
    void started.exited.then(() => {
      if (running !== started) return;
      running = undefined;
      set(idle);
    });
    try {
      const hub = await hubs['hubs.add']({
        source: { paths: [started.kubeconfig] },
        name: `Practice: ${input.scenario}`,
        context: undefined,
        practice: true,
      });
      await hubs['hubs.connect']({ hub: hub.id });
      const { scenario, seed, speed } = input;
      const { server, kubeconfig } = started;
      set({ running: true, scenario, seed, speed, hub: hub.id, server, kubeconfig });
    } catch (error) {
      running = undefined;
      await started.stop();
      throw error;
    }
    return status;
  }
  return {
    handlers: {
      'lab.scenarios': async () => ({ scenarios: await lab.scenarios() }),
      'lab.status': () => status,
      async 'lab.start'(input) {
        if (running || starting) {
          throw fault(
            'lab.running',
            `The practice hub already runs ${status.scenario}.`,
            'Stop it first, then start another scenario.',
          );
        }
        starting = true;
        try {
          return await start(input);
        } finally {
          starting = false;
        }
      },
      async 'lab.stop'() {
        const { hub } = status;
        if (hub) await hubs['hubs.disconnect']({ hub });
        const ending = running;
        running = undefined;
        await ending?.stop();
        set(idle);
        return {};
      },
    },
    async close() {
      await running?.stop();
    },
  };
}
