import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { authentic } from './electron-runtime.ts';

test('an Electron whose bytes are not the known ones is refused, and the folder named', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bastion-runtime-'));
  writeFileSync(join(folder, 'electron'), 'other bytes');
  await expect(authentic(folder)).rejects.toThrow(`Delete ${folder} and try again.`);
  await authentic(folder, createHash('sha256').update('other bytes').digest('hex'));
  rmSync(folder, { recursive: true });
});
