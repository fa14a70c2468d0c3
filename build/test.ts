import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `npm test`: unit and integration tests (vitest), then the window in a browser (Playwright). Prints what was skipped, then one closing line. */
interface Tally {
  passed: number;
  failed: number;
  skipped: string[];
}
const folder = mkdtempSync(join(tmpdir(), 'bastion-test-'));
const only = process.argv.slice(2);

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
function window(): Tally {
  if (!existsSync(process.env['CHROMIUM'] ?? '/usr/bin/chromium')) {
    return { passed: 0, failed: 0, skipped: ['the window in a browser: no Chromium on this machine'] };
  }
  const file = join(folder, 'e2e.json');
  spawnSync('playwright', ['test', '--reporter=list,json'], {
    stdio: 'inherit',
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
  });
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: [] };
  const flat = (suite: Suite): Suite['specs'] => [...suite.specs, ...(suite.suites ?? []).flatMap(flat)];
  const report = JSON.parse(readFileSync(file, 'utf8')) as { suites: Suite[]; errors: unknown[] };
  const specs = report.suites.flatMap(flat);
  const skipped = specs.filter(({ tests }) => tests.every(({ status }) => status === 'skipped'));
  return {
    passed: specs.filter((spec) => spec.ok && !skipped.includes(spec)).length,
    failed: specs.filter(({ ok }) => !ok).length + report.errors.length,
    skipped: skipped.map(({ title }) => `window: ${title}`),
  };
}

const parts = [unit(), ...(only.length === 0 ? [window()] : [])];
rmSync(folder, { recursive: true });
const skipped = parts.flatMap((part) => part.skipped);
const sum = (key: 'passed' | 'failed') => parts.reduce((total, part) => total + part[key], 0);
for (const name of skipped) console.log(`skipped: ${name}`);
console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${skipped.length} skipped`);
process.exitCode = sum('failed') > 0 || sum('passed') === 0 ? 1 : 0;
