import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readModule } from './module-manifest.ts';

const data = join(import.meta.dirname, '../../../../shared/data/samples');
const isHere = existsSync(data);
const modules = (isHere ? ['hub', 'spoke'] : [])
  .flatMap((folder) => readdirSync(join(data, folder)).map((name) => join(folder, name)))
  .filter((name) => /^kind: (ManagedClusterModule|Module)$/m.test(readFileSync(join(data, name), 'utf8')));

describe.skipIf(!isHere)(`upstream samples${isHere ? '' : ' (skipped: no samples beside the checkout)'}`, () => {
  test.each(modules)('%s is read', (name) => {
    const { name: called, kind, spec } = readModule(readFileSync(join(data, name), 'utf8'));
    expect(called).not.toBe('');
    expect(kind).toMatch(/^(ManagedClusterModule|Module)$/);
    expect(Object.keys(spec)).toContain('selector' in spec ? 'selector' : 'moduleLoader');
  });
  test('there are some of both kinds', () => {
    expect(modules.filter((name) => name.startsWith('hub')).length).toBeGreaterThan(1);
    expect(modules.filter((name) => name.startsWith('spoke')).length).toBeGreaterThan(5);
  });
});
