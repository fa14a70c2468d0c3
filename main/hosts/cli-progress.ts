import type { Job } from '../../shared/contract/app.ts';
import type { Transport } from '../../shared/contract.ts';

/** How often a running job is told, ms: a terminal is looked at, a log is kept. */
const pace = (terminal: boolean): number => (terminal ? 1000 : 10_000);

/** Says on the way how far a job is; returns the way to stop. What ends is told by the answer, not here. */
export function tellJobs(transport: Transport, say: (line: string) => void, terminal: boolean): () => void {
  let told = performance.now();
  return transport.listen((name, data) => {
    if (name !== 'job.changed') return;
    const { state, title, sentence } = data as Job;
    if (state !== 'running' || sentence === '' || performance.now() - told < pace(terminal)) return;
    told = performance.now();
    say(`${title}: ${sentence}`);
  });
}
