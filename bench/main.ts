import { writeFileSync } from 'node:fs';
import { benchBig } from './mirror/big.ts';
import { benchDelta } from './mirror/delta.ts';
import { benchSmall } from './mirror/small.ts';
import { type BenchResult, line } from './result.ts';
import { benchStore } from './store.ts';
import { benchSync } from './sync.ts';
import { benchUi } from './ui.ts';
import { benchWatch } from './watch.ts';
import { withWorkbench } from './workbench.ts';

const benches = {
  sync: [benchSync, benchWatch],
  watch: [benchWatch],
  store: [benchStore],
  ui: [benchUi],
  mirror: [benchBig, benchSmall, benchDelta],
} as const;

/** `bench/main.ts sync ui store [--json FILE]`: exit code 0 only when every limit holds. */
async function main(argv: readonly string[]): Promise<number> {
  const at = argv.indexOf('--json');
  const file = at < 0 ? undefined : argv[at + 1];
  const named = argv.filter((word, index) => !word.startsWith('--') && (at < 0 || index !== at + 1));
  const unknown = named.find((word) => !Object.hasOwn(benches, word));
  if (unknown !== undefined || (at >= 0 && !file)) {
    const what = unknown === undefined ? '--json needs a file name' : `there is no benchmark "${unknown}"`;
    process.stderr.write(`${what}; use: ${Object.keys(benches).join(' ')} [--json FILE]\n`);
    return 2;
  }
  const names = (named.length > 0 ? named : ['sync', 'ui', 'store']) as (keyof typeof benches)[];
  const results: BenchResult[] = [];
  for (const bench of new Set(names.flatMap((name) => [...benches[name]]))) {
    const measured = await withWorkbench((workbench) => bench(workbench));
    for (const result of measured) process.stdout.write(`${line(result)}\n`);
    results.push(...measured);
  }
  if (file) writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  return results.every(({ ok }) => ok) ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
