import { createInterface } from 'node:readline';
import { testEngine } from '../../testing/test-engine.ts';

/** What the program is told, one JSON line on its standard input. */
export interface PushOrder {
  home: string;
  chunkBytes: number;
  /** A site to push everything to, or a run to go on with. */
  begin: { site: string } | { resume: string };
}

async function work({ home, chunkBytes, begin }: PushOrder): Promise<void> {
  const engine = testEngine(home, undefined, { chunkBytes });
  const { state, sentence } =
    'site' in begin
      ? (await engine.typed('mirror.push', { site: begin.site })).run
      : await engine.typed('mirror.resume', { id: begin.resume });
  await engine.close();
  if (state !== 'done') throw new Error(`the push ended ${state}: ${sentence}`);
}

// Only as a program: everything is loaded before "ready".
if (process.argv[1] === import.meta.filename) {
  const lines = createInterface({ input: process.stdin });
  process.stdout.write('ready\n');
  for await (const line of lines) {
    await work(JSON.parse(line) as PushOrder);
    break;
  }
  lines.close();
  process.stdin.destroy();
}
