import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fault } from '../../../shared/fault.ts';

/** Renders a chart (archive bytes or folder) with its own values; undefined where there is no helm. */
export type RenderChart = (chart: Buffer | string, signal?: AbortSignal) => Promise<string | undefined>;

/**
 * Renders charts by the `helm` program (`helm template --include-crds`), without a shell and for at most 60 s. Faults: chart.render with
 * helm's own words.
 */
export function createRenderChart(program = 'helm', limitMs = 60_000): RenderChart {
  return async (chart, signal) => {
    const folder = await mkdtemp(join(tmpdir(), 'bastion-chart-'));
    try {
      const place = typeof chart === 'string' ? chart : join(folder, 'chart.tgz');
      if (typeof chart !== 'string') await writeFile(place, chart);
      return await run(
        program,
        ['template', 'bastion', place, '--include-crds', '--skip-tests'],
        folder,
        limitMs,
        signal,
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

function run(
  program: string,
  args: string[],
  cwd: string,
  timeout: number,
  signal?: AbortSignal,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const options = { cwd, timeout, maxBuffer: 64 * 1024 * 1024, ...(signal && { signal }) };
    execFile(program, args, options, (error, out, words) => {
      if (!error) return resolve(out);
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return resolve(undefined);
      if (signal?.aborted) return reject(signal.reason);
      const why = words.trim().split('\n').at(-1) || error.message;
      reject(
        fault('chart.render', `helm can't render it: ${why}`, 'Give a chart that renders with its own values.', {
          field: 'charts',
        }),
      );
    });
  });
}
