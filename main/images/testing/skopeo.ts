import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

function isHere(): boolean {
  try {
    execFileSync('skopeo', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Empty where skopeo is installed, else why a test that needs it is skipped: for test titles. */
export const skopeoAbsent: string = isHere() ? '' : ' (skipped: no skopeo, apt-get install skopeo)';

/** Runs skopeo; gives what it printed. Rejects with its words. */
export async function skopeo(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('skopeo', args, { maxBuffer: 16 * 1_048_576 });
  return stdout;
}
