import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { toolCache } from './tool-cache.ts';

/** SHA-256 of Electron 33.2.1's executable for linux-x64 with Electron's default fuses. */
const executable = '20828dd41e2247931844e04fc4af25b1ca0bca8469c4536e2cd2a8f9e115ac35';
const script = join(import.meta.dirname, '../../shared/tools/electron-runtime/build-runtime.sh');

/** Ends with an Error naming the file unless `folder` holds the executable whose bytes have this sum. */
export async function authentic(folder: string, sum = executable): Promise<void> {
  const file = join(folder, 'electron');
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const got = hash.digest('hex');
  if (got !== sum)
    throw new Error(
      `${file} is not the Electron that was asked for (SHA-256 ${got}): refused. Delete ${folder} and try again.`,
    );
}

/**
 * An Electron for tests where the product's own can't be had: laid out in the cache by the test tools beside the checkout, its
 * bytes checked on every use. Undefined, with the reason said, where that is not possible.
 */
export async function testRuntime(say: (sentence: string) => void): Promise<string | undefined> {
  const folder = join(toolCache(), 'electron-33.2.1');
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  if (!existsSync(folder)) {
    if (!existsSync(script)) return undefined;
    say('Laying out an Electron for the tests (half a minute the first time) …');
    const fresh = `${folder}.${process.pid}`;
    mkdirSync(dirname(folder), { recursive: true });
    const { status } = spawnSync('bash', [script, fresh], { stdio: ['ignore', 2, 2], timeout: 300_000 });
    if (status !== 0) {
      rmSync(fresh, { recursive: true, force: true });
      say('Electron for the tests could not be had; what needs it is skipped.');
      return undefined;
    }
    // In one step: what an interrupted run leaves is never taken for whole.
    renameSync(fresh, folder);
  }
  await authentic(folder);
  return folder;
}
