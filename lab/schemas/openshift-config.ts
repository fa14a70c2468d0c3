import type { KindSchema, Schema } from '../apiserver/kind-schema.ts';
import { kinds } from '../kinds.ts';
import { ageColumn, column, customKind } from './custom-kind.ts';
import {
  atomicList,
  boolean,
  conditions,
  integer,
  list,
  object,
  oneOf,
  open,
  setOf,
  string,
  strings,
} from './shapes.ts';

const host =
  '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))+)?';
const place = `^(${host}(?::[0-9]+)?)(?:(?:/[a-z0-9]+(?:(?:(?:[._]|__|[-]*)[a-z0-9]+)+)?)+)?$`;
const anyBelow = '^\\*(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))+$';

/** The two mirror sets of config.openshift.io differ in the name of their list. */
const mirrorSet = (member: string): Record<string, Schema> => ({
  spec: object({
    [member]: atomicList(
      object(
        {
          mirrorSourcePolicy: oneOf('NeverContactSource', 'AllowContactingSource'),
          mirrors: setOf({ ...string, pattern: place }),
          source: { ...string, pattern: `${anyBelow}|${place}` },
        },
        'source',
      ),
    ),
  }),
  status: { type: 'object' },
});

/** OpenShift 4.13 and newer. */
export const mirrorSetKinds: readonly KindSchema[] = [
  customKind(kinds.ImageDigestMirrorSet, {
    description: 'ImageDigestMirrorSet says where images named by digest may be pulled from besides their source.',
    shortNames: ['idms'],
    required: ['spec'],
    properties: mirrorSet('imageDigestMirrors'),
  }),
  customKind(kinds.ImageTagMirrorSet, {
    description: 'ImageTagMirrorSet says where images named by tag may be pulled from besides their source.',
    shortNames: ['itms'],
    required: ['spec'],
    properties: mirrorSet('imageTagMirrors'),
  }),
];

const registrySources = object({
  allowedRegistries: atomicList(string),
  blockedRegistries: atomicList(string),
  containerRuntimeSearchRegistries: setOf(string),
  insecureRegistries: atomicList(string),
});

/** The older mirror sets: all that OpenShift up to 4.12 has. */
export const sourcePolicyKinds: readonly KindSchema[] = [
  customKind(kinds.ImageContentSourcePolicy, {
    description: 'ImageContentSourcePolicy says where images named by digest may be pulled from besides their source.',
    required: ['spec'],
    properties: {
      spec: object({ repositoryDigestMirrors: list(object({ mirrors: strings, source: string }, 'source')) }),
    },
  }),
];

/** The cluster's Image configuration. */
const imageKinds: readonly KindSchema[] = [
  customKind(kinds.ImageConfig, {
    description: 'Image holds what the cluster knows of registries. Its one object is named cluster.',
    required: ['spec'],
    properties: {
      spec: object({
        additionalTrustedCA: object({ name: string }, 'name'),
        allowedRegistriesForImport: atomicList(object({ domainName: string, insecure: boolean })),
        externalRegistryHostnames: atomicList(string),
        imageStreamImportMode: oneOf('', 'Legacy', 'PreserveOriginal'),
        registrySources,
      }),
      status: object({
        externalRegistryHostnames: atomicList(string),
        imageStreamImportMode: string,
        internalRegistryHostname: string,
      }),
    },
  }),
];

/** The Update Service operator's kind: on a hub that serves the graph to its fleet. */
const updateServiceKinds: readonly KindSchema[] = [
  customKind(kinds.UpdateService, {
    description: 'UpdateService serves the update graph of mirrored releases.',
    properties: {
      spec: object(
        { graphDataImage: string, releases: string, replicas: { ...integer, format: 'int32', minimum: 1 } },
        'graphDataImage',
        'releases',
        'replicas',
      ),
      status: object({ conditions, policyEngineURI: string }),
    },
  }),
];

/** OLM's second edition (OpenShift 4.18 and newer). */
const olmV1Kinds: readonly KindSchema[] = [
  customKind(kinds.ClusterCatalog, {
    description: 'ClusterCatalog makes the content of a catalog image known to the cluster.',
    required: ['metadata', 'spec'],
    columns: [
      column('LastUnpacked', 'date', '.status.lastUnpacked'),
      column('Serving', 'string', '.status.conditions[?(@.type=="Serving")].status'),
      ageColumn,
    ],
    properties: {
      spec: object(
        {
          availabilityMode: { ...oneOf('Unavailable', 'Available'), default: 'Available' },
          priority: { ...integer, format: 'int32', default: 0 },
          source: object(
            {
              type: oneOf('Image'),
              image: object(
                { ref: { ...string, maxLength: 1000 }, pollIntervalMinutes: { ...integer, minimum: 1 } },
                'ref',
              ),
            },
            'type',
          ),
        },
        'source',
      ),
      status: open,
    },
  }),
];

/** What a spoke of a version serves of these. */
export function configKindsOf(openshift: string): readonly KindSchema[] {
  const [major = 0, minor = 0] = openshift.split('.').map(Number);
  const from = (least: number) => major > 4 || (major === 4 && minor >= least);
  return [...sourcePolicyKinds, ...imageKinds, ...(from(13) ? mirrorSetKinds : []), ...(from(18) ? olmV1Kinds : [])];
}

/** What a hub serves of these: all of them. */
export const hubConfigKinds: readonly KindSchema[] = [...configKindsOf('4.18.0'), ...updateServiceKinds];
