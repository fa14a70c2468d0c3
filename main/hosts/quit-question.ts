import type { Input, Output, Transport } from '../../shared/contract.ts';

/** What would be interrupted by closing the application. */
export interface RunningWork {
  jobs: number;
  deliveries: number;
}

const over: ReadonlySet<string> = new Set(['done', 'failed', 'stopped']);

/** Asks the engine for running jobs and for deliveries under way at any hub; an engine that doesn't answer in `ms` has none. */
export async function runningWork(engine: Transport, ms = 1500): Promise<RunningWork> {
  const count = async (): Promise<RunningWork> => {
    const running: Input<'jobs.list'> = { running: true };
    const { jobs } = (await engine.call('jobs.list', running)) as Output<'jobs.list'>;
    const { hubs } = (await engine.call('hubs.list', {})) as Output<'hubs.list'>;
    const lists = await Promise.all(
      hubs.map(({ id }) => engine.call('deliveries.list', { hub: id }) as Promise<Output<'deliveries.list'>>),
    );
    const deliveries = lists.flatMap((list) => list.deliveries).filter(({ phase }) => !over.has(phase));
    return { jobs: jobs.length, deliveries: deliveries.length };
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<RunningWork>((resolve) => {
    timer = setTimeout(resolve, ms, { jobs: 0, deliveries: 0 });
  });
  try {
    return await Promise.race([count(), late]);
  } catch {
    return { jobs: 0, deliveries: 0 };
  } finally {
    clearTimeout(timer);
  }
}

/** The question to put before quitting, or undefined when nothing runs. */
export function quitQuestion({ jobs, deliveries }: RunningWork): { message: string; detail: string } | undefined {
  const parts = [
    deliveries === 0 ? '' : deliveries === 1 ? 'a delivery' : `${deliveries} deliveries`,
    jobs === 0 ? '' : jobs === 1 ? 'a job' : `${jobs} jobs`,
  ].filter((part) => part !== '');
  if (parts.length === 0) return undefined;
  const what = parts.join(' and ');
  const many = jobs + deliveries > 1;
  return {
    message: `${what[0]?.toUpperCase()}${what.slice(1)} ${many ? 'are' : 'is'} still running.`,
    detail: `Nothing is lost: ${many ? 'they stop' : 'it stops'} now and ${many ? 'go' : 'goes'} on when the application is started again. What the hub has begun goes on there.`,
  };
}
