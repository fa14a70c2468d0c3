import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kinds } from '../lab/kinds.ts';
import { installKmm } from './testing/lab-engine.ts';
import { type LabHub, startLabHub } from './testing/lab-hub.ts';
import { moduleYaml } from './testing/module-yaml.ts';
import { refusal, type TestEngine, testEngine } from './testing/test-engine.ts';

const home = mkdtempSync(join(tmpdir(), 'bad-module-'));
let lab: LabHub;
let engine: TestEngine;
let hub: string;
beforeAll(async () => {
  lab = await startLabHub('mixed-kernels', { speed: 120 });
  engine = testEngine(home);
  hub = (await engine.typed('hubs.add', { source: { text: lab.kubeconfig('engineer') } })).id;
  await engine.typed('hubs.connect', { hub });
  await installKmm({ call: engine.typed, hub }, 8);
}, 90_000);
afterAll(async () => {
  await engine.close();
  await lab.close();
  rmSync(home, { recursive: true, force: true });
});

const good = moduleYaml('kmm-kmod');
const swap = (from: string | RegExp, to: string) => {
  const text = good.replace(from, () => to);
  if (text === good) throw new Error('the text was not changed');
  return text;
};
const mapping = 'spec.moduleSpec.moduleLoader.container.kernelMappings[0]';
const apply = (yaml: string) => engine.typed('modules.apply', { hub, yaml, way: 'staged' });
/** What applying leaves behind, here and on the hub. */
const traces = async () => ({
  deliveries: (await engine.typed('deliveries.list', { hub, module: '' })).deliveries,
  modules: (await engine.typed('modules.list', { hub })).modules,
  onHub: (await lab.core.list(kinds.ManagedClusterModule)).items,
  labels: JSON.stringify((await lab.core.list(kinds.ManagedCluster)).items).includes('deliver.kmm-bastion.io'),
});
const nothing = { deliveries: [], modules: [], onHub: [], labels: false };

describe('a text that is wrong in itself', () => {
  test.each([
    ['not YAML', 'kind: [}', 'yaml.syntax', ''],
    ['two documents', `${good}---\n${good}`, 'yaml.many', ''],
    [
      'both literal and regexp',
      swap('- regexp:', '- literal: 4.18.0-372.43.1.el8_6.x86_64\n            regexp:'),
      'mapping.both',
      mapping,
    ],
    ['an uncompilable regexp', swap(/'\^.+\$'/, `'^(.+$'`), 'regexp.invalid', `${mapping}.regexp`],
    ['a regexp that RE2 does not know', swap(/'\^.+\$'/, `'^(?!5).+$'`), 'regexp.invalid', `${mapping}.regexp`],
    ['an over-long name', swap('name: kmm-kmod', `name: ${'k'.repeat(40)}`), 'name.tooLong', 'metadata.name'],
    ['an image without tag', swap(':$KERNEL_FULL_VERSION', ''), 'image.noTag', `${mapping}.containerImage`],
  ])('%s', async (_what, yaml, rule, field) => {
    const { findings } = await engine.typed('modules.check', { hub, yaml });
    const finding = findings.find((one) => one.rule === rule);
    expect(finding, JSON.stringify(findings)).toMatchObject({
      severity: 'error',
      field: expect.stringContaining(field),
    });
    expect(finding!.message).not.toBe('');
    expect(finding!.remedy).not.toBe('');
    expect(finding!.line).toBeGreaterThan(0);
    const why = await refusal(() => apply(yaml));
    expect(why.code).toMatch(/^module\.(lint|notYaml)$/);
    expect(why.field).toContain(field || 'yaml');
    expect(await traces()).toEqual(nothing);
  });

  test('neither literal nor regexp, and a kind that is none of ours', async () => {
    const neither = swap(/- regexp: .+\n\s+containerImage/, '- containerImage');
    const { findings } = await engine.typed('modules.check', { hub, yaml: neither });
    expect(findings.map(({ rule }) => rule)).toContain('mapping.neither');
    const other = await engine.typed('modules.check', {
      hub,
      yaml: 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}',
    });
    expect(other.findings.some(({ severity }) => severity === 'error')).toBe(true);
    expect(other.preview).toBeUndefined();
    await refusal(() => apply('apiVersion: v1\nkind: Secret\nmetadata: {name: a}'));
    expect(await traces()).toEqual(nothing);
  });
});

describe('a text that is wrong for this fleet', () => {
  test('a mapping that matches nothing: every spoke is named as not covered', async () => {
    const yaml = swap(/'\^.+\$'/, `'^6\\.12\\..+$'`);
    const { findings, preview } = await engine.typed('modules.check', { hub, yaml });
    const finding = findings.find(({ rule }) => rule === 'selection.unmatched');
    expect(finding).toMatchObject({ severity: 'error', spokes: expect.arrayContaining(['sno00001', 'sno00008']) });
    expect(preview).toMatchObject({ matches: 8, notCoveredTotal: 8, buildsStaged: 0 });
    const why = await refusal(() => apply(yaml));
    expect(why).toMatchObject({ code: 'module.lint', field: 'spec.selector' });
    expect(await traces()).toEqual(nothing);
  });

  test('two kernels and a spoke without mapping: kernels and spokes are named', async () => {
    const { findings } = await engine.typed('modules.check', { hub, yaml: good });
    const two = findings.find(({ rule }) => rule === 'selection.twoKernels');
    expect(two).toMatchObject({ severity: 'error', field: 'spec.selector' });
    expect(two!.spokes.length).toBeGreaterThan(0);
    expect(findings.find(({ rule }) => rule === 'selection.unmatched')?.spokes).toHaveLength(1);
    const why = await refusal(() => apply(good));
    expect(why.code).toBe('module.lint');
    expect(await traces()).toEqual(nothing);
  });

  test('two kernels on one tag: the hub would overwrite one image with the other', async () => {
    const yaml = swap('$KERNEL_FULL_VERSION', 'latest');
    const { findings } = await engine.typed('modules.check', { hub, yaml });
    const finding = findings.find(({ rule }) => rule === 'hub.sharedTag');
    expect(finding, JSON.stringify(findings)).toMatchObject({ field: expect.stringContaining('containerImage') });
    expect(finding!.remedy).toContain('KERNEL_FULL_VERSION');
    expect((await refusal(() => apply(yaml))).code).toBe('module.lint');
    expect(await traces()).toEqual(nothing);
  });

  test('a module that is not there is neither deleted nor nudged nor reported', async () => {
    const name = 'absent';
    for (const [what, call] of Object.entries({
      get: () => engine.typed('modules.get', { hub, name }),
      delete: () => engine.typed('modules.delete', { hub, name, confirm: name }),
      nudge: () => engine.typed('modules.nudge', { hub, name, spokes: ['sno00001'] }),
      report: () => engine.typed('reports.write', { hub, module: name, format: 'csv' }),
    })) {
      expect((await refusal(call)).code, what).toMatch(/^(module|object)\.unknown$/);
    }
  });
});
