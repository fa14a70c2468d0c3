import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { electronFolder } from './electron-binary.ts';
import { testRuntime } from './electron-runtime.ts';
import { ensureServers } from './kube-server/build.ts';
import { ensureRegistries } from './registries/build.ts';

/**
 * `npm test`: packs the application where there is an Electron; unit and integration tests (vitest); the window in a browser and
 * in Electron, then the shell's specs on the packed application (Playwright). Prints what was skipped, then one closing line.
 */
interface Tally {
  passed: number;
  failed: number;
  skipped: string[];
}
const folder = mkdtempSync(join(tmpdir(), 'bastion-test-'));
const only = process.argv.slice(2);
const say = (sentence: string) => console.error(`[test] ${sentence}`);

/** Electron for the tests, named to everything that is started here. */
async function electron(): Promise<Tally> {
  try {
    const dist = electronFolder() ?? (await testRuntime(say));
    if (dist) process.env['ELECTRON_OVERRIDE_DIST_PATH'] = dist;
    return { passed: 0, failed: 0, skipped: dist ? [] : ['Electron: it is not installed and cannot be had here'] };
  } catch (error) {
    say(String(error));
    return { passed: 0, failed: 1, skipped: [] };
  }
}

/** The application packed with the inspector's fuse on: without it Playwright can't drive it. */
function pack(): Tally {
  if (!electronFolder() || process.platform !== 'linux')
    return { passed: 0, failed: 0, skipped: ['packages: no Electron'] };
  const packed = join(folder, 'packed');
  const { status } = spawnSync('node', ['build/dist.ts'], {
    stdio: 'inherit',
    env: { ...process.env, KMM_BASTION_DIST: packed, KMM_BASTION_INSPECT: '1' },
  });
  if (existsSync(join(packed, 'linux-unpacked'))) process.env['KMM_BASTION_PACKED'] = packed;
  const noGo = spawnSync('go', ['version']).error !== undefined;
  if (status !== 0 && noGo) return { passed: 0, failed: 0, skipped: ['deb and rpm: no Go toolchain to build nfpm'] };
  return { passed: 0, failed: status === 0 ? 0 : 1, skipped: [] };
}

interface VitestReport {
  testResults: { name: string; status: string; assertionResults: { status: string; fullName: string }[] }[];
}
function unit(): Tally {
  const file = join(folder, 'unit.json');
  spawnSync('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...only], {
    stdio: 'inherit',
  });
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: [] };
  const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  // A file that fails before its first test has no assertion to count.
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: tests.filter(({ status }) => status === 'failed').length + broken.length,
    skipped: tests.filter(({ status }) => status !== 'passed' && status !== 'failed').map(({ fullName }) => fullName),
  };
}

interface Suite {
  title: string;
  suites?: Suite[];
  specs: { title: string; ok: boolean; tests: { status: string }[] }[];
}
function window(title: string, args: string[], env: NodeJS.ProcessEnv = {}): Tally {
  if (!existsSync(process.env['CHROMIUM'] ?? '/usr/bin/chromium')) {
    return { passed: 0, failed: 0, skipped: ['the window in a browser: no Chromium on this machine'] };
  }
  const file = join(folder, `${title}.json`);
  // Electron needs a display; where there is none a virtual one stands in.
  const virtual = !process.env['DISPLAY'] && existsSync('/usr/bin/xvfb-run');
  const [program = '', ...words] = [
    ...(virtual ? ['xvfb-run', '-a', '-s', '-screen 0 1600x1000x24'] : []),
    ...['playwright', 'test', '--reporter=list,json', ...args],
  ];
  spawnSync(program, words, {
    stdio: 'inherit',
    env: { ...process.env, ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
  });
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: [] };
  const flat = (suite: Suite): Suite['specs'] => [...suite.specs, ...(suite.suites ?? []).flatMap(flat)];
  const report = JSON.parse(readFileSync(file, 'utf8')) as { suites: Suite[]; errors: unknown[] };
  const specs = report.suites.flatMap(flat);
  const skipped = specs.filter(({ tests }) => tests.every(({ status }) => status === 'skipped'));
  return {
    passed: specs.filter((spec) => spec.ok && !skipped.includes(spec)).length,
    failed: specs.filter(({ ok }) => !ok).length + report.errors.length,
    skipped: skipped.map((spec) => `${title}: ${spec.title}`),
  };
}

/** Programs that are built once for the tests that need real ones; what is missing is said in their titles, by way of `variable`. */
function built(ensure: (say: (line: string) => void) => { why?: string }, variable: string): void {
  let why: string | undefined;
  try {
    ({ why } = ensure(say));
  } catch (error) {
    // A machine where they can't even be tried still runs every other test.
    why = error instanceof Error ? error.message : String(error);
  }
  if (why) process.env[variable] = why;
}

const parts: Tally[] = [];
if (only.length > 0) parts.push(unit());
else {
  built(ensureServers, 'KUBE_SERVER_WHY');
  built(ensureRegistries, 'REGISTRIES_WHY');
  parts.push(await electron(), pack(), unit(), window('window', []));
  const app = join(process.env['KMM_BASTION_PACKED'] ?? '', 'linux-unpacked/kmm-bastion');
  if (existsSync(app)) parts.push(window('packed', ['--project=electron', 'e2e/electron'], { KMM_BASTION_APP: app }));
}
rmSync(folder, { recursive: true });
const skipped = parts.flatMap((part) => part.skipped);
const sum = (key: 'passed' | 'failed') => parts.reduce((total, part) => total + part[key], 0);
for (const name of skipped) console.log(`skipped: ${name}`);
console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${skipped.length} skipped`);
process.exitCode = sum('failed') > 0 || sum('passed') === 0 ? 1 : 0;
