import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { createModuleRecords } from '../store/modules.ts';
import { openStore } from '../store/open.ts';
import { addHub } from '../store/testing/hub-row.ts';
import { lintText } from './lint.ts';
import type { HubTraits } from './lint-hub.ts';
import type { Schema } from './lint-schema.ts';
import { documentedSpec } from './module-schema.ts';
import { templateFor } from './template.ts';

const full = '$' + '{KERNEL_FULL_VERSION}';
const text = `apiVersion: hub.kmm.sigs.x-k8s.io/v1beta1
kind: ManagedClusterModule
metadata:
  name: kmm-kmod
spec:
  spokeNamespace: openshift-kmm
  selector:
    vendor: OpenShift
  moduleSpec:
    selector: {}
    moduleLoader:
      container:
        modprobe:
          moduleName: kmm_ci_a
        kernelMappings:
          - regexp: x86_64$
            containerImage: reg.example:5000/kmm/kmm-kmod:${full}
            build:
              dockerfileConfigMap:
                name: d
`;
const traits: HubTraits = { newer: true, operatorNamespace: 'openshift-kmm-hub' };
const lint = (yaml: string, hub: HubTraits = traits, schema: Schema = documentedSpec) =>
  lintText(yaml, schema, () => hub).findings;
type Container = Record<string, unknown> & {
  kernelMappings: Record<string, unknown>[];
  modprobe: Record<string, unknown>;
};

/** The text with its container, module or object changed. */
function changed(
  change: (
    container: Container,
    module: Record<string, unknown>,
    object: { metadata: { name: string }; spec: Record<string, unknown> },
  ) => void,
): string {
  const object = parse(text);
  change(object.spec.moduleSpec.moduleLoader.container, object.spec.moduleSpec, object);
  return stringify(object);
}
const errors = (yaml: string, hub?: HubTraits, schema?: Schema) =>
  lint(yaml, hub, schema)
    .filter(({ severity }) => severity === 'error')
    .map(({ rule }) => rule);

test('a good text has no finding, and so has the template', () => {
  expect(lint(text)).toEqual([]);
  const store = openStore(':memory:');
  expect(lint(templateFor(store, undefined))).toEqual([]);
  const add = (name: string) =>
    createModuleRecords(store).put({
      ...{ hub: 'h', name, uid: '', spoke_namespace: '', selector_json: '{}', spec_json: '{}', generation: 1 },
      ...{ desired: 0, applied: 0, degraded: 0, deleting: 0, created_at: '' },
    });
  addHub(store, 'h');
  add('kmm-kmod');
  add('kmm-kmod-2');
  // Applied as it is, it must not overwrite what is there.
  const free = templateFor(store, 'h');
  expect(parse(free)).toMatchObject({ metadata: { name: 'kmm-kmod-3' } });
  expect(lint(free)).toEqual([]);
  expect(parse(templateFor(store, undefined))).toMatchObject({ metadata: { name: 'kmm-kmod' } });
  store.close();
});

const cases: [name: string, rule: string, field: string, yaml: string][] = [
  [
    'literal and regexp both',
    'mapping.both',
    'kernelMappings[0].regexp',
    changed((c) => (c.kernelMappings[0]!.literal = '5.14.0-1')),
  ],
  [
    'neither literal nor regexp',
    'mapping.neither',
    'kernelMappings[0]',
    changed((c) => delete c.kernelMappings[0]!.regexp),
  ],
  [
    'a regexp that does not compile',
    'regexp.invalid',
    '.regexp',
    changed((c) => (c.kernelMappings[0]!.regexp = '^(x86$')),
  ],
  [
    'a regexp that is not RE2',
    'regexp.invalid',
    '.regexp',
    changed((c) => (c.kernelMappings[0]!.regexp = '^(?!rt).*x86_64$')),
  ],
  ['an over-long name', 'name.tooLong', 'metadata.name', changed((_c, _m, o) => (o.metadata.name = 'a'.repeat(29)))],
  [
    'an image without tag',
    'image.noTag',
    '.containerImage',
    changed((c) => (c.kernelMappings[0]!.containerImage = 'quay.io/x/y')),
  ],
  [
    'a registry with a port is no tag',
    'image.noTag',
    '.containerImage',
    changed((c) => (c.kernelMappings[0]!.containerImage = 'reg:5000/x')),
  ],
  ['no image at all', 'image.missing', 'kernelMappings[0]', changed((c) => (c.kernelMappings[0]!.containerImage = ''))],
  ['no kernel mapping', 'schema.minItems', 'kernelMappings', changed((c) => (c.kernelMappings = []))],
  [
    'moduleName and rawArgs',
    'modprobe.both',
    'modprobe.rawArgs',
    changed((c) => (c.modprobe.rawArgs = { load: ['a'], unload: ['b'] })),
  ],
  [
    'rawArgs without unload',
    'modprobe.neither',
    'modprobe',
    changed((c) => (c.modprobe = { rawArgs: { load: ['a'] } })),
  ],
  [
    'a loading order of one',
    'modprobe.order',
    'modulesLoadingOrder',
    changed((c) => (c.modprobe.modulesLoadingOrder = ['kmm_ci_a'])),
  ],
  [
    'a loading order that begins elsewhere',
    'modprobe.order',
    'modulesLoadingOrder',
    changed((c) => (c.modprobe.modulesLoadingOrder = ['b', 'kmm_ci_a'])),
  ],
  [
    'nothing to sign with',
    'sign.noFiles',
    '.sign',
    changed((c) => (c.kernelMappings[0]!.sign = { keySecret: { name: 'k' }, certSecret: { name: 'c' } })),
  ],
  [
    'a file outside dirName',
    'sign.outside',
    'filesToSign[0]',
    changed(
      (c) =>
        (c.kernelMappings[0]!.sign = {
          keySecret: { name: 'k' },
          certSecret: { name: 'c' },
          filesToSign: ['/lib/a.ko'],
        }),
    ),
  ],
  [
    'no image to sign',
    'sign.noImage',
    '.sign',
    changed((c) => {
      delete c.kernelMappings[0]!.build;
      c.kernelMappings[0]!.sign = { keySecret: { name: 'k' }, certSecret: { name: 'c' }, filesToSign: ['/opt/a.ko'] };
    }),
  ],
  [
    'both ways of in-tree removal, across levels',
    'inTree.both',
    'inTreeModulesToRemove',
    changed((c) => {
      c.inTreeModuleToRemove = 'a';
      c.kernelMappings[0]!.inTreeModulesToRemove = ['b'];
    }),
  ],
  [
    'a hostPath that is not allowed',
    'volume.hostPath',
    'hostPath.path',
    changed(
      (_c, m) =>
        (m.devicePlugin = { container: { image: 'x:1' }, volumes: [{ name: 'v', hostPath: { path: '/etc' } }] }),
    ),
  ],
  [
    'a hostPath that climbs out',
    'volume.hostPath',
    'hostPath.path',
    changed(
      (_c, m) =>
        (m.devicePlugin = { container: { image: 'x:1' }, volumes: [{ name: 'v', hostPath: { path: '/opt/../etc' } }] }),
    ),
  ],
  [
    'a toleration with Exists and a value',
    'toleration.invalid',
    'tolerations[0].value',
    changed((_c, m) => (m.tolerations = [{ key: 'k', operator: 'Exists', value: 'v' }])),
  ],
  [
    'a toleration of unknown effect',
    'toleration.invalid',
    'tolerations[0].effect',
    changed((_c, m) => (m.tolerations = [{ key: 'k', value: 'v', effect: 'NoRun' }])),
  ],
  [
    'dra and devicePlugin',
    'plugin.both',
    'moduleSpec.dra',
    changed((_c, m) =>
      Object.assign(m, {
        dra: { container: { image: 'x:1' }, driverName: 'd' },
        devicePlugin: { container: { image: 'x:1' } },
      }),
    ),
  ],
  ['no moduleLoader', 'hub.noLoader', 'moduleSpec', changed((_c, m) => delete m.moduleLoader)],
  [
    'MOD_NAMESPACE where hub and spoke differ',
    'hub.twoNamespaces',
    '.containerImage',
    changed((c) => (c.kernelMappings[0]!.containerImage = 'reg/$MOD_NAMESPACE/x:1')),
  ],
  [
    'a field that is misspelt',
    'schema.unknown',
    'kernelMappings[0].regex',
    changed((c) => (c.kernelMappings[0]!.regex = c.kernelMappings[0]!.regexp)),
  ],
  [
    'a list where a text must be',
    'schema.type',
    'spec.spokeNamespace',
    changed((_c, _m, o) => (o.spec.spokeNamespace = ['a'])),
  ],
  [
    'a number where a text must be',
    'schema.type',
    'spec.selector.vendor',
    changed((_c, _m, o) => (o.spec.selector = { vendor: 1 })),
  ],
  ['no selector', 'schema.required', 'spec', changed((_c, _m, o) => delete o.spec.selector)],
  [
    'no spec',
    'schema.required',
    '',
    'apiVersion: hub.kmm.sigs.x-k8s.io/v1beta1\nkind: ManagedClusterModule\nmetadata: {name: a}\n',
  ],
  ['another kind', 'object.kind', 'kind', 'kind: Module\n'],
  ['not YAML', 'yaml.syntax', '', 'a: [1\nb: 2'],
  ['not an object', 'yaml.object', '', 'just words'],
  ['nothing', 'yaml.object', '', ''],
  ['two objects', 'yaml.many', '', `${text}---\nkind: ConfigMap\n`],
  [
    'a template that is never closed',
    'image.template',
    '.containerImage',
    changed((c) => (c.kernelMappings[0]!.containerImage = 'reg/x:$' + '{KERNEL')),
  ],
];

describe('an error that names field and remedy', () => {
  test.each(cases)('%s', (_name, rule, field, yaml) => {
    const finding = lint(yaml).find((each) => each.rule === rule);
    expect(finding).toMatchObject({ severity: 'error' });
    expect(finding!.field).toContain(field);
    expect(finding!.message).not.toBe('');
    expect(finding!.remedy).not.toBe('');
    if (yaml.includes('ManagedClusterModule')) expect(finding!.line).toBeGreaterThan(0);
  });
});

test('a finding points at its line and column', () => {
  const yaml = text.replace('regexp: x86_64$', 'regexp: "(x86"');
  const [finding] = lint(yaml);
  const line = yaml.split('\n').findIndex((each) => each.includes('regexp'));
  expect(finding).toMatchObject({ rule: 'regexp.invalid', line: line + 1, column: 13 });
});

test('the remedy of a misspelt field names the one that is meant', () => {
  const yaml = text.replace('kernelMappings', 'kernelMaping');
  expect(lint(yaml).find(({ rule }) => rule === 'schema.unknown')!.remedy).toBe('Did you mean kernelMappings?');
});

describe('what depends on the hub', () => {
  const module = documentedSpec.properties!.moduleSpec!;
  const { dra: _, ...older } = module.properties!;
  const old: Schema = {
    ...documentedSpec,
    properties: { ...documentedSpec.properties, moduleSpec: { ...module, properties: older } },
  };
  const oldHub = { ...traits, newer: false };

  test('2.6.0 knows no dra, lets any hostPath and 40 characters', () => {
    expect(
      errors(
        changed((_c, m) => (m.dra = { container: { image: 'x:1' }, driverName: 'd' })),
        oldHub,
        old,
      ),
    ).toEqual(['schema.unknown']);
    const host = changed(
      (_c, m) =>
        (m.devicePlugin = { container: { image: 'x:1' }, volumes: [{ name: 'v', hostPath: { path: '/etc' } }] }),
    );
    expect(errors(host, oldHub, old)).toEqual([]);
    const name = (length: number) =>
      changed((_c, _m, o) => (o.metadata.name = 'a'.repeat(length - 'openshift-kmm'.length)));
    expect(errors(name(41))).toEqual([]);
    expect(errors(name(42))).toEqual(['name.tooLong']);
    expect(errors(name(40), oldHub, old)).toEqual([]);
    expect(errors(name(41), oldHub, old)).toEqual(['name.tooLong']);
  });
  test('a live module keeps its version or its lack of one', () => {
    const live = { moduleLoader: { container: { version: 'v1' } } };
    expect(errors(text, { ...traits, live })).toEqual(['version.flip']);
    expect(
      errors(
        changed((c) => (c.version = 'v2')),
        { ...traits, live },
      ),
    ).toEqual([]);
    expect(
      errors(
        changed((c) => (c.version = 'v2')),
        { ...traits, live: { moduleLoader: { container: {} } } },
      ),
    ).toEqual(['version.flip']);
  });
  test('MOD_NAMESPACE is fine where both namespaces are one', () => {
    const yaml = changed((c) => (c.kernelMappings[0]!.containerImage = 'reg/$MOD_NAMESPACE/x:1'));
    expect(errors(yaml, { ...traits, operatorNamespace: 'openshift-kmm' })).toEqual([]);
  });
});

test('warnings for what KMM ignores', () => {
  const yaml = changed((c) => {
    c.build = { dockerfileConfigMap: { name: 'd' } };
    c.kernelMappings[0]!.build = { dockerfileConfigMap: { name: 'd' }, selector: { a: 'b' } };
    c.kernelMappings[0]!.containerImage = 'reg/x:$KERNAL';
  });
  expect(
    lint(yaml)
      .map(({ severity, rule }) => `${severity} ${rule}`)
      .sort(),
  ).toEqual(['warning image.variable', 'warning mapping.ignored']);
});

test('no text makes it throw', () => {
  const pieces = text.split('\n');
  for (let index = 0; index < pieces.length; index++) {
    for (const piece of [
      '',
      '  - 1',
      '? {}',
      'spec: 3',
      `${pieces[index]}: x`,
      pieces[index]!.replace(':', ': !!str &a *a'),
      '    moduleLoader: []',
    ]) {
      const broken = pieces.with(index, piece).join('\n');
      expect(() => lint(broken), broken).not.toThrow();
    }
  }
});
