import type { Run } from '../../shared/contract/mirror.ts';
import type { CallName, Transport } from '../../shared/contract.ts';
import { FaultError, fault, toFault } from '../../shared/fault.ts';
import { caller } from './cli-connect.ts';

/** Calls that stay with a run of the mirror until it halts. */
const starting: ReadonlySet<string> = new Set<CallName>([
  'mirror.pull',
  'mirror.push',
  'mirror.export',
  'mirror.import',
  'mirror.verify',
  'mirror.resume',
  'mirror.retry',
]);

/** The run that a call stayed with, from its answer. */
export function runOf(name: string, result: unknown): Run | undefined {
  if (!starting.has(name) || typeof result !== 'object' || result === null) return undefined;
  return ('run' in result ? result.run : result) as Run;
}

/**
 * Makes a call; where it stays with a run that halts before its end, says how to go on. Fault: input.invalid for a run that nobody
 * would wait for, since it goes on only while this process lives.
 */
export async function stayWithRun<T>(
  transport: Transport,
  name: string,
  asked: { wait: boolean; say(line: string): void },
  call: () => Promise<T>,
): Promise<T> {
  if (!starting.has(name)) return call();
  if (!asked.wait) {
    throw fault(
      'input.invalid',
      'A run of the mirror goes on only while this command runs.',
      'Leave --no-wait away; interrupted by Ctrl+C, it can be resumed.',
      { field: '--no-wait' },
    );
  }
  let id = '';
  const stop = transport.listen((event, data) => {
    const { what, id: run } = data as { what?: string; id?: string };
    if (event === 'mirror.changed' && what === 'runs' && id === '') id = run ?? '';
  });
  const goOn = (run: string) => asked.say(`What is done is kept. Go on with: cli mirror resume --id ${run}`);
  try {
    const result = await call();
    const run = runOf(name, result);
    if (run && ['interrupted', 'paused'].includes(run.state)) goOn(run.id);
    if (run?.state === 'gaps') {
      asked.say(`What failed and why: cli mirror runImages --id ${run.id} --state failed`);
      const disks = run.kind === 'import' ? ' (--folders FOLDER,… where the disks are elsewhere now)' : '';
      if (run.kind !== 'verify') asked.say(`Retry just those: cli mirror retry --id ${run.id}${disks}`);
    }
    return result;
  } catch (error) {
    const run = id === '' ? undefined : await caller(transport)('mirror.run', { id }).catch(() => undefined);
    // One that failed before its images were known is as well begun anew.
    if (!run || run.images === 0) throw error;
    const why = toFault(error);
    // A disk may have another folder than the one before it.
    const disks = ['bundle.missing', 'bundle.notFound'].includes(why.code) ? ' --folders FOLDER,…' : '';
    const lead = /\bresume\b/.test(why.remedy) ? 'To resume' : 'Then go on';
    throw new FaultError({ ...why, remedy: `${why.remedy} ${lead}: cli mirror resume --id ${run.id}${disks}` });
  } finally {
    stop();
  }
}
