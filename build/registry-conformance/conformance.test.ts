import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type ServeOptions, serveRegistry } from '../../lab/registry/http/serve.ts';
import { openStorage } from '../../lab/registry/storage.ts';
import { conformanceSuite } from './build.ts';

const suite = conformanceSuite();
const program = 'program' in suite ? suite.program : '';
const why = 'why' in suite ? ` (skipped: ${suite.why})` : '';
const folder = mkdtempSync(join(tmpdir(), 'registry-conformance-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the suite on a fresh registry; gives its output and how many checks ended in which way. */
async function run(options: ServeOptions, env: Record<string, string>) {
  const storage = await openStorage(join(folder, 'registry'));
  const front = await serveRegistry(storage, storage, options);
  const output = await new Promise<string>((resolve, reject) => {
    const given = {
      ...{
        PATH: process.env['PATH'],
        OCI_REGISTRY: `127.0.0.1:${front.port}`,
        OCI_TLS: 'disabled',
        OCI_VERSION: 'dev',
      },
      ...{ OCI_RESULTS_DIR: join(folder, 'results'), ...env },
    };
    execFile(program, { env: given, cwd: folder, maxBuffer: 64 * 1_048_576 }, (error, stdout) =>
      error && error.code !== 1 ? reject(error) : resolve(stdout),
    );
  });
  await front.close();
  const count = (word: string) => Number(new RegExp(`^ {2}${word}\\.+: +(\\d+)$`, 'm').exec(output)?.[1] ?? Number.NaN);
  const failed = output.split('\n').filter((line) => /: FAIL$/.test(line));
  return { passed: count('Pass'), failures: count('FAIL'), errors: count('Error'), skipped: count('Skip'), failed };
}

describe.skipIf(!program)(`the embedded registry in the conformance suite of the distribution-spec${why}`, () => {
  test('passes every check of the next version of the spec, which holds all of 1.1', async () => {
    const result = await run({}, {});
    expect(result).toMatchObject({ failures: 0, errors: 0, skipped: 0, failed: [] });
    expect(result.passed).toBeGreaterThan(900);
  });

  test('passes with a password, and with manifests whose content is elsewhere', async () => {
    const login = { user: 'conformance', password: 'only for this test' };
    const env = { OCI_USERNAME: login.user, OCI_PASSWORD: login.password, OCI_DATA_SPARSE: 'true' };
    expect(await run({ login, sparse: 'all' }, env)).toMatchObject({ failures: 0, errors: 0, skipped: 0, failed: [] });
  });
});
