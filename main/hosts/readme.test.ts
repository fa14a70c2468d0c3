import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkImageSet } from '../mirror/image-set/check-set.ts';

const root = join(import.meta.dirname, '../..');

test("the README's first line of the mirror gives an image set: npm says nothing of its own into it", () => {
  const line = readFileSync(join(root, 'README.md'), 'utf8').match(/^npm run (.*mirror template.*) > set\.yaml/m)?.[1];
  const home = mkdtempSync(join(tmpdir(), 'readme-'));
  try {
    const env = { ...process.env, KMM_BASTION_HOME: home };
    const out = execFileSync('npm', ['run', ...(line ?? '').split(' ')], { cwd: root, env, encoding: 'utf8' });
    expect(checkImageSet(out).findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}, 60_000);
