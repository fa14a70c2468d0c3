import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inWindowText } from '../renderer/words/in-window.ts';

/** Here because the window may read no files: it sees the engine by the contract only. */
it('knows a place for every command that the engine names', () => {
  const root = join(import.meta.dirname, '../main');
  const files = readdirSync(root, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('hosts/'));
  // Only in strings are the backquotes behind a stroke or in single quotes; a comment that says `cli x y` counts as well.
  const named = files.flatMap((file) => [
    ...readFileSync(join(root, file), 'utf8').matchAll(/\\?`cli [a-z]+ [A-Za-z]+/g),
  ]);
  expect(named.length).toBeGreaterThan(10);
  for (const [found] of named) expect(inWindowText(`${found.replace('\\', '')}\``)).not.toContain('cli ');
});
