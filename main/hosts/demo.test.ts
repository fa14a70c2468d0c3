import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** The demo as a user starts it: the command line, the lab as a program of its own, figures counted from the store. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bastion-demo-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Day {
  potential: number;
  notWorking: number;
  operative: number;
  kmmInstalled: number;
  kmodDeployed: number;
  builds: number;
  buildSeconds: number;
  firstLoadAt: string;
  lastLoadAt: string;
  milestones: { at: string; name: string }[];
  notProven: { reason: string; count: number; spokes: string[] }[];
  reports: string[];
  wallSeconds: number;
}

async function demo(...args: string[]): Promise<{ day: Day; said: string; code: number | null }> {
  const home = mkdtempSync(join(folder, 'home-'));
  const file = join(home, 'day.json');
  const child = spawn(process.execPath, [
    join(import.meta.dirname, 'cli.ts'),
    'demo',
    '--home',
    home,
    '--json',
    file,
    ...args,
  ]);
  let said = '';
  child.stdout.on('data', (data) => {
    said += data;
  });
  child.stderr.on('data', (data) => {
    said += data;
  });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { day: JSON.parse(readFileSync(file, 'utf8')) as Day, said, code };
}

test('three spokes: one build, every spoke proven, milestones in order, reports written', {
  timeout: 120_000,
}, async () => {
  const { day, said, code } = await demo('--scenario', 'site-3', '--speed', '60');
  expect(code, said).toBe(0);
  expect(day).toMatchObject({ potential: 3, notWorking: 0, operative: 3, kmmInstalled: 3, kmodDeployed: 3, builds: 1 });
  expect(day.buildSeconds).toBeGreaterThan(30);
  expect(Date.parse(day.lastLoadAt)).toBeGreaterThanOrEqual(Date.parse(day.firstLoadAt));
  const times = day.milestones.map(({ at }) => Date.parse(at));
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(day.reports).toHaveLength(3);
  for (const report of day.reports) expect(readFileSync(report, 'utf8')).toContain('sno00003');
});

test('the figures follow the fleet: a broken spoke is neither operative nor deployed, and is named', {
  timeout: 120_000,
}, async () => {
  const { day, said, code } = await demo('--scenario', 'site-3', '--broken', '1', '--speed', '60');
  expect(code, said).toBe(0);
  expect(day).toMatchObject({ potential: 3, notWorking: 1, operative: 2, kmmInstalled: 2, kmodDeployed: 2 });
  expect(day.notProven.reduce((sum, { count }) => sum + count, 0)).toBe(1);
});

test('a plain delivery over two kernels loses the module, and the report says so spoke by spoke', {
  timeout: 180_000,
}, async () => {
  const { day, said } = await demo('--scenario', 'mixed-kernels', '--way', 'plain', '--speed', '120');
  expect(said).toContain('The selection runs 2 kernels');
  expect(day).toMatchObject({ potential: 8, operative: 8, kmmInstalled: 8 });
  // Which spokes lose it hangs on the order KMM-Hub takes them in; that some do, and that every one is accounted for, does not.
  const lost = day.notProven.filter(({ reason }) => reason.includes('should have at least 1 items'));
  expect(lost[0]?.count).toBeGreaterThanOrEqual(1);
  expect(day.kmodDeployed + day.notProven.reduce((sum, { count }) => sum + count, 0)).toBe(8);
  expect(day.notProven.some(({ reason, spokes }) => reason.includes('aarch64') && spokes.includes('sno00008'))).toBe(
    true,
  );
});

test('the published fleet comes out as published', { timeout: 300_000 }, async () => {
  const { day, said, code } = await demo('--speed', '30');
  expect(code, said).toBe(0);
  expect(day).toMatchObject({
    potential: 1755,
    notWorking: 7,
    operative: 1748,
    kmmInstalled: 1748,
    kmodDeployed: 1748,
    builds: 1,
  });
});

test.each([
  [['--scenario', 'moon'], 'lab.unknownScenario', 2],
  [['--speed', 'fast'], '--speed', 2],
])('wrong input %j is named', async (args, words, expected) => {
  const home = mkdtempSync(join(folder, 'home-'));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'cli.ts'), 'demo', '--home', home, ...args]);
  let said = '';
  child.stderr.on('data', (data) => {
    said += data;
  });
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(expected);
  expect(said).toContain(words);
});
