import { systemClock } from '../../shared/clock.ts';
import type { CallName, Input, Output } from '../../shared/contract.ts';
import { type Fault, fault, toFault } from '../../shared/fault.ts';
import { createEngine, type Engine, type RegistryLauncher } from '../engine.ts';

export type Call = <C extends CallName>(name: C, input: Input<C>) => Promise<Output<C>>;
export type TestEngine = Engine & { typed: Call };

const unavailable = async (): Promise<never> => {
  throw fault('registry.unavailable', 'A registry of a test is started by the test.', 'Use it.');
};
const noRegistry: RegistryLauncher = { serve: unavailable, connected: unavailable };

/** The whole engine on `home`, as a host starts it, without a shell and without a lab of its own. Faults: as createEngine. */
export function testEngine(
  home: string,
  registry: RegistryLauncher = noRegistry,
  more: { chunkBytes?: number } = {},
): TestEngine {
  const engine = createEngine({
    home,
    clock: systemClock(),
    random: Math.random,
    host: 'cli',
    version: '0.0.0',
    shell: {},
    lab: {
      scenarios: async () => [],
      start: async () => {
        throw fault('lab.unavailable', 'The lab of a test is started by the test.', 'Use it.');
      },
    },
    registry,
    env: {},
    ...more,
  });
  const typed: Call = async (name, input) => (await engine.call(name, input)) as never;
  return { ...engine, typed };
}

/** What `work` is refused with; fails when it is not refused, or without a sentence and a remedy. */
export async function refusal(work: () => unknown): Promise<Fault> {
  try {
    await work();
  } catch (error) {
    const why = toFault(error);
    if (why.code === 'internal' || why.message === '' || why.remedy === '') throw error;
    return why;
  }
  throw new Error('it was accepted');
}
