import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../shared/kube.ts';
import { type DefinitionSpec, kindOf } from '../apiserver/custom-definition.ts';
import type { KindSchema, Schema } from '../apiserver/kind-schema.ts';
import { isRecord } from '../apiserver/same.ts';
import { structured } from '../apiserver/validation/structure.ts';
import { validate } from '../apiserver/validation/validate.ts';
import { acmKinds } from './acm.ts';
import { kmmHubKinds, kmmSpokeKinds } from './kmm.ts';
import { ocmHubKinds, ocmSpokeKinds } from './ocm.ts';
import { olmKinds } from './olm.ts';
import { mirrorSetKinds, sourcePolicyKinds } from './openshift-config.ts';

const data = join(import.meta.dirname, '../../../shared/data');
const there = existsSync(data);
const why = there ? '' : ' (skipped: no upstream CRDs on this machine)';
const own = [
  ...new Set([
    ...ocmHubKinds,
    ...ocmSpokeKinds,
    ...acmKinds,
    ...olmKinds,
    ...kmmHubKinds,
    ...kmmSpokeKinds,
    ...mirrorSetKinds,
    ...sourcePolicyKinds,
  ]),
];

function upstream(): Map<string, KindSchema> {
  const kinds = new Map<string, KindSchema>();
  for (const file of globSync(join(data, 'crds/*/*.yaml'))) {
    const kind = kindOf((parse(readFileSync(file, 'utf8')) as { spec: DefinitionSpec }).spec);
    kinds.set(`${kind.group}/${kind.kind}`, kind);
  }
  return kinds;
}

function recorded(): { file: string; object: KubeObject }[] {
  return globSync(join(data, '{observed,samples}/*/*.yaml')).flatMap((file) =>
    parseAllDocuments(readFileSync(file, 'utf8')).flatMap((document) => {
      const value: unknown = document.errors.length > 0 ? undefined : document.toJS();
      const items = isRecord(value) && Array.isArray(value['items']) ? (value['items'] as unknown[]) : [value];
      return items
        .filter(
          (one): one is KubeObject => isRecord(one) && typeof one['kind'] === 'string' && isRecord(one['metadata']),
        )
        .map((object) => ({ file: file.slice(data.length + 1), object }));
    }),
  );
}

let theirs: Map<string, KindSchema> | undefined;
const pairs = () => {
  theirs ??= upstream();
  return own.flatMap((kind) => {
    const other = theirs?.get(`${kind.group}/${kind.kind}`);
    return other ? [{ kind, other }] : [];
  });
};
const schemaOf = (kind: KindSchema, apiVersion: string): Schema | undefined =>
  kind.versions.find(({ name }) => apiVersion.endsWith(`/${name}`))?.schema;

describe.skipIf(!there)(`our compact schemas beside the upstream CRDs${why}`, () => {
  test('every kind has the names, versions and columns of its CRD', () => {
    expect(pairs().length).toBe(own.length);
    for (const { kind, other } of pairs()) {
      const name = kind.kind;
      expect([name, kind.plural, kind.namespaced, kind.shortNames ?? []]).toEqual([
        name,
        other.plural,
        other.namespaced,
        other.shortNames ?? [],
      ]);
      for (const version of kind.versions) {
        const match = other.versions.find((one) => one.name === version.name);
        expect([name, version.name, match?.status]).toEqual([name, version.name, version.status]);
        const plain = (columns: typeof version.columns) =>
          (columns ?? []).map(({ name: title, type, jsonPath }) => ({ title, type, jsonPath }));
        if (name !== 'ClusterServiceVersion') expect(plain(version.columns)).toEqual(plain(match?.columns));
      }
    }
  });

  test('what real programs wrote comes out of both as the same object, and is accepted by both', () => {
    let count = 0;
    const all = pairs();
    for (const { file, object } of recorded()) {
      const pair = all.find(({ kind }) => kind.kind === object.kind && object.apiVersion.startsWith(`${kind.group}/`));
      const ours = pair && schemaOf(pair.kind, object.apiVersion);
      const theirs = pair && schemaOf(pair.other, object.apiVersion);
      if (!ours || !theirs) continue;
      const [mine, real] = [ours, theirs].map((schema) => structured(object, schema, undefined, undefined));
      expect(mine, file).toEqual(real);
      expect(validate(mine, ours, undefined, ''), file).toEqual(validate(real, theirs, undefined, ''));
      count += 1;
    }
    expect(count).toBeGreaterThan(100);
  });

  test('the same object with one field spoilt is refused by both with the same words', () => {
    let refused = 0;
    const all = pairs();
    for (const { file, object } of recorded().filter((one) => one.file.startsWith('samples/'))) {
      const pair = all.find(({ kind }) => kind.kind === object.kind && object.apiVersion.startsWith(`${kind.group}/`));
      const ours = pair && schemaOf(pair.kind, object.apiVersion);
      const theirs = pair && schemaOf(pair.other, object.apiVersion);
      if (!ours || !theirs) continue;
      for (const spoilt of variants(object)) {
        const [mine, real] = [ours, theirs].map((schema) => {
          const made = structured(spoilt, schema, undefined, undefined);
          return validate(made, schema, undefined, '')
            .map(({ field, message }) => `${field}: ${message}`)
            .sort();
        });
        expect(mine, file).toEqual(real);
        if (mine!.length > 0) refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(50);
  });
});

/** The object with each field of its spec in turn left out, then with a value of the wrong type. */
function variants(object: KubeObject): KubeObject[] {
  const found: KubeObject[] = [];
  const walk = (value: unknown, put: (changed: unknown) => KubeObject): void => {
    if (Array.isArray(value)) {
      found.push(put([]));
      value.forEach((item, at) => {
        walk(item, (changed) => put(value.with(at, changed)));
      });
    } else if (isRecord(value)) {
      for (const key of Object.keys(value)) {
        const { [key]: field, ...rest } = value;
        found.push(put(rest));
        walk(field, (changed) => put({ ...value, [key]: changed }));
      }
      found.push(put('spoilt'));
    } else found.push(put(typeof value === 'string' ? 7 : 'spoilt'));
  };
  walk(object.spec, (changed) => ({ ...object, spec: changed }));
  return found;
}
