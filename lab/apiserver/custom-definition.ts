import type { KubeObject } from '../../shared/kube.ts';
import { ensure } from './ensure.ts';
import type { FieldFault } from './errors.ts';
import { type Column, type KindSchema, resourceName, type Schema } from './kind-schema.ts';

interface Version {
  name: string;
  served: boolean;
  storage: boolean;
  schema?: { openAPIV3Schema?: Schema };
  subresources?: { status?: object };
  additionalPrinterColumns?: Column[];
  selectableFields?: { jsonPath: string }[];
}

/** apiextensions.k8s.io/v1 CustomResourceDefinitionSpec. */
export interface DefinitionSpec {
  group: string;
  scope: 'Cluster' | 'Namespaced';
  names: {
    plural: string;
    kind: string;
    singular?: string;
    listKind?: string;
    shortNames?: readonly string[];
    categories?: readonly string[];
  };
  versions: Version[];
  conversion?: { strategy: string };
}

const kinds = new WeakMap<DefinitionSpec, KindSchema>();
const specs = new WeakMap<KindSchema, DefinitionSpec>();

/** The kind that a CRD's spec describes: made once for each spec. */
export const kindOf = (spec: DefinitionSpec): KindSchema =>
  ensure(kinds, spec, () => {
    const { plural, kind, singular, shortNames, categories } = spec.names;
    const stored = [...spec.versions].sort((a, b) => Number(b.storage) - Number(a.storage));
    return {
      group: spec.group,
      plural,
      kind,
      namespaced: spec.scope === 'Namespaced',
      singular: singular ?? kind.toLowerCase(),
      ...(shortNames && { shortNames }),
      ...(categories && { categories }),
      versions: stored.map((version) => ({
        name: version.name,
        schema: version.schema?.openAPIV3Schema ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        status: version.subresources?.status !== undefined,
        columns: version.additionalPrinterColumns ?? [],
        selectable: (version.selectableFields ?? []).map(({ jsonPath }) => jsonPath.replace(/^\./, '')),
        served: version.served,
      })),
    };
  });

/** The spec of the CRD that would serve `kind`: made once, shared by all cores. */
export const specOf = (kind: KindSchema): DefinitionSpec =>
  ensure(specs, kind, () => {
    const spec: DefinitionSpec = {
      group: kind.group,
      scope: kind.namespaced ? 'Namespaced' : 'Cluster',
      names: {
        plural: kind.plural,
        kind: kind.kind,
        singular: kind.singular ?? kind.kind.toLowerCase(),
        listKind: `${kind.kind}List`,
        ...(kind.shortNames && { shortNames: kind.shortNames }),
        ...(kind.categories && { categories: kind.categories }),
      },
      conversion: { strategy: 'None' },
      versions: kind.versions.map((version, at) => ({
        name: version.name,
        served: version.served !== false,
        storage: at === 0,
        schema: { openAPIV3Schema: version.schema },
        ...(version.status && { subresources: { status: {} } }),
        ...(version.columns?.length && { additionalPrinterColumns: [...version.columns] }),
      })),
    };
    kinds.set(spec, kind);
    return spec;
  });

/** The CRD object for a kind, as applied. */
export const definitionOf = (kind: KindSchema): KubeObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: resourceName(kind) },
  spec: specOf(kind),
});

/** What is wrong with a CRD before anything can be served by it. */
export function definitionFaults(object: KubeObject): FieldFault[] {
  const spec = object.spec as Partial<DefinitionSpec> | undefined;
  const faults: FieldFault[] = [];
  const required = (field: string, detail = '') =>
    faults.push({ field, reason: 'FieldValueRequired', message: `Required value${detail}` });
  if (!spec?.group) required('spec.group');
  if (!spec?.names?.plural) required('spec.names.plural');
  if (!spec?.names?.kind) required('spec.names.kind');
  if (!spec?.scope) required('spec.scope');
  if (faults.length > 0 || !spec) return faults;
  const name = `${spec.names?.plural}.${spec.group}`;
  const wrong = (field: string, value: unknown, text: string) =>
    faults.push({ field, reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${text}` });
  if (object.metadata.name !== name) {
    wrong('metadata.name', object.metadata.name, 'must be spec.names.plural+"."+spec.group');
  }
  if ((spec.versions ?? []).filter(({ storage }) => storage).length !== 1) {
    wrong('spec.versions', spec.versions ?? [], 'must have exactly one version marked as storage version');
  }
  spec.versions?.forEach((version, at) => {
    const field = `spec.versions[${at}].schema.openAPIV3Schema`;
    if (!version.schema?.openAPIV3Schema) required(field, ': schemas are required');
    else if (version.schema.openAPIV3Schema.type !== 'object') {
      required(`${field}.type`, ': must not be empty at the root');
    }
  });
  return faults;
}
