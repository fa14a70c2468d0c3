import type { BundleProgress } from '../bundle/progress.ts';
import type { RunReport } from './run-reporter.ts';

/**
 * Tells a run how far a bundle is. Each byte is handled twice (written and read back, or hashed and brought in) and counts once:
 * so the run's bytes are those of the bundle. What an interrupted export finished before is not told as moved again.
 */
export function tellBundle(report: Pick<RunReport, 'total' | 'moved'>): (progress: BundleProgress) => void {
  let told: number | undefined;
  return ({ bytes, bytesDone, checkBytes, checkBytesDone }) => {
    const work = bytes + checkBytes;
    const done = work === 0 ? 0 : Math.floor(((bytesDone + checkBytesDone) / work) * bytes);
    report.total(bytes);
    report.moved(done - (told ?? 0), undefined, told === undefined && bytesDone > 0);
    told = done;
  };
}
