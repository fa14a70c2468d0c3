import { spawnSync } from 'node:child_process';

/** `npm run check`: types, then lint, format, import law and cycles, then file sizes. All run; any failure ends with 1. */
const steps: [string, string, string[]][] = [
  ['types', 'tsc', []],
  ['lint, format, import law, cycles', 'biome', ['check', '--error-on-warnings', '.']],
  ['file sizes', 'node', ['build/check-sizes.ts']],
];
let failed = 0;
for (const [name, program, args] of steps) {
  const begun = performance.now();
  const { status } = spawnSync(program, args, { stdio: 'inherit' });
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
  if (status !== 0) failed += 1;
}
process.exitCode = failed > 0 ? 1 : 0;
