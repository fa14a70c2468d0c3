import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';
import type { KubeObject } from '../../shared/kube.ts';
import type { ModuleSpec } from '../../shared/rules/module-spec.ts';
import { lintText } from './lint.ts';
import type { Schema } from './lint-schema.ts';
import { documentedSpec } from './module-schema.ts';

const data = join(import.meta.dirname, '../../../shared/data');
const there = existsSync(data);
const why = there ? '' : ' (skipped: the folder of upstream samples is not there)';

/** Upstream modules: MCMs as they are, the Modules of spokes wrapped into one. */
function samples(): { name: string; text: string; namespace: string }[] {
  const found: { name: string; text: string; namespace: string }[] = [];
  for (const folder of ['hub', 'spoke', 'build']) {
    for (const file of readdirSync(join(data, 'samples', folder))) {
      for (const doc of parseAllDocuments(readFileSync(join(data, 'samples', folder, file), 'utf8'))) {
        const object = doc.toJS() as KubeObject | null;
        if (object?.kind === 'ManagedClusterModule') {
          found.push({
            name: file,
            text: stringify(object),
            namespace: (object.spec as { spokeNamespace: string }).spokeNamespace,
          });
        } else if (object?.kind === 'Module') {
          const { name, namespace = 'openshift-kmm' } = object.metadata;
          const wrapped = {
            apiVersion: 'hub.kmm.sigs.x-k8s.io/v1beta1',
            kind: 'ManagedClusterModule',
            metadata: { name },
            spec: { spokeNamespace: namespace, selector: { a: 'b' }, moduleSpec: object.spec as ModuleSpec },
          };
          found.push({ name: file, text: stringify(wrapped), namespace });
        }
      }
    }
  }
  return found;
}
function served(path: string): Schema {
  const crd = parse(readFileSync(join(data, 'crds/kmm-hub', path), 'utf8'));
  return crd.spec.versions[0].schema.openAPIV3Schema.properties.spec;
}
const file = 'hub.kmm.sigs.x-k8s.io_managedclustermodules.yaml';
const errors = (text: string, schema: Schema, namespace: string, newer = true) =>
  lintText(text, schema, () => ({ newer, operatorNamespace: namespace })).findings.filter(
    ({ severity }) => severity === 'error',
  );

describe.skipIf(!there)(`upstream samples${why}`, () => {
  const all = there ? samples() : [];
  test('are found', () => expect(all.length).toBeGreaterThan(8));
  for (const { name, text, namespace } of all) {
    // A module for device plugins alone is valid on a spoke; KMM-Hub crashes over it.
    const known = (rule: string) => rule !== 'hub.noLoader' || text.includes('moduleLoader');
    test(`${name}: accepted by the schema of today, and by the documented one`, () => {
      expect(errors(text, served(file), namespace).filter(({ rule }) => known(rule))).toEqual([]);
      expect(errors(text, documentedSpec, namespace).filter(({ rule }) => known(rule))).toEqual([]);
    });
    test(`${name}: 2.6.0 refuses what it does not know`, () => {
      const found = errors(text, served(`v2.6.0/${file}`), namespace, false).map(({ rule }) => rule);
      expect(found.filter(known)).toEqual(text.includes('dra:') ? ['schema.unknown'] : []);
    });
  }
  test('the served schema names what the documented one lets pass', () => {
    const text = all[0]!.text.replace(
      'moduleLoader:',
      'devicePlugin:\n      container:\n        image: x:1\n        resources:\n          limitz: {}\n    moduleLoader:',
    );
    expect(errors(text, served(file), all[0]!.namespace).map(({ rule }) => rule)).toEqual(['schema.unknown']);
    expect(errors(text, documentedSpec, all[0]!.namespace)).toEqual([]);
  });
  test("an empty list of mappings, as in upstream's invalid samples, is refused", () => {
    const object = parse(all[0]!.text);
    object.spec.moduleSpec.moduleLoader.container.kernelMappings = [];
    expect(errors(stringify(object), served(file), all[0]!.namespace).map(({ rule }) => rule)).toContain(
      'schema.minItems',
    );
  });
});
