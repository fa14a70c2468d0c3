import { expect, test } from 'vitest';
import type { ModuleSpec } from '../../shared/rules/module-spec.ts';
import type { HubFacts } from './hub-facts.ts';
import { lintBuild } from './lint-build.ts';
import { selectionOf } from './selection.ts';

const [hubKernel, other] = ['4.18.0-372.43.1.el8_6.x86_64', '4.18.0-372.46.1.el8_6.x86_64'];
const module: ModuleSpec = {
  moduleLoader: {
    container: {
      modprobe: { moduleName: 'kmm_ci_a' },
      kernelMappings: [
        { regexp: '^.+$', containerImage: 'r/x:$KERNEL_FULL_VERSION', build: { dockerfileConfigMap: { name: 'd' } } },
      ],
    },
  },
};
const target = (name: string, kernels: string) => ({
  name,
  uid: name,
  operative: 1,
  reason: '',
  kernels,
  claims_cut: 0,
});
const selection = selectionOf([target('a', hubKernel), target('b', other), target('c', other)], module, {
  name: 'm',
  namespace: 'n',
});
const kernels = new Set([hubKernel]);

test.each<[string, HubFacts, string, string[], string[]]>([
  ['DTK_AUTO', { kernels, dockerfiles: new Map([['d', true]]) }, '', ['error selection.dtkAuto'], ['b', 'c']],
  ['another image', { kernels, dockerfiles: new Map([['d', false]]) }, '', [], []],
  ['a Dockerfile not there yet', { kernels, dockerfiles: new Map() }, '', ['warning build.dtkAuto'], ['b', 'c']],
  ['a Dockerfile not readable', { kernels, dockerfiles: undefined }, '', ['warning build.dtkAuto'], ['b', 'c']],
  ['an image that is there', { kernels, dockerfiles: new Map([['d', true]]) }, `r/x:${other}`, [], []],
  [
    'hub nodes not known',
    { kernels: undefined, dockerfiles: undefined },
    '',
    ['info build.hubKernels', 'info build.hubKernels'],
    [],
  ],
])('a kernel that no hub node runs, with %s', (_, facts, there, rules, spokes) => {
  const said: { rule: string; spokes: readonly string[] }[] = [];
  lintBuild(
    module,
    selection,
    (image) => image === there,
    facts,
    (severity, rule, _field, _message, _remedy, named = []) =>
      void said.push({ rule: `${severity} ${rule}`, spokes: named }),
  );
  expect(said.map(({ rule }) => rule)).toEqual(rules);
  expect(said.flatMap((each) => each.spokes)).toEqual(spokes);
});
