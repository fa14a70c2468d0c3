import type { KubeObject } from '../../../shared/kube.ts';

export const group = 'suite.kmm-bastion.io';
const text = { type: 'string' };
const whole = { type: 'integer' };

const spec = {
  type: 'object',
  required: ['size'],
  properties: {
    size: { ...whole, minimum: 0, maximum: 100 },
    mode: { ...text, enum: ['Fast', 'Slow'], default: 'Slow' },
    note: { ...text, minLength: 2, maxLength: 10, pattern: '^[a-z]+$' },
    ratio: { type: 'number', minimum: 0, exclusiveMinimum: true },
    maybe: { ...text, nullable: true },
    nested: {
      type: 'object',
      default: {},
      properties: { level: { ...whole, default: 3 }, names: { type: 'array', items: text } },
    },
    parts: {
      type: 'array',
      minItems: 1,
      maxItems: 3,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        type: 'object',
        required: ['name'],
        properties: { name: text, count: { ...whole, default: 1 }, mark: text },
      },
    },
    tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: text },
    atoms: { type: 'array', items: { type: 'object', properties: { a: whole, b: text } } },
    texts: { type: 'object', additionalProperties: text },
    whole: { type: 'object', 'x-kubernetes-map-type': 'atomic', properties: { a: whole, b: whole } },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    port: { 'x-kubernetes-int-or-string': true },
    when: { ...text, format: 'date-time' },
    on: { type: 'boolean' },
  },
};
const status = {
  type: 'object',
  properties: {
    phase: text,
    observedGeneration: whole,
    conditions: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
      items: {
        type: 'object',
        required: ['type', 'status'],
        properties: { type: text, status: { ...text, enum: ['True', 'False', 'Unknown'] }, reason: text },
      },
    },
  },
};

/** The kind that the scenarios write: one field for each sort of schema that the real CRDs use. */
export const gadgetDefinition: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `gadgets.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'gadgets', singular: 'gadget', kind: 'Gadget', listKind: 'GadgetList', shortNames: ['gd'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: [
          { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
          { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
          { name: 'Since', type: 'date', jsonPath: '.spec.when', description: 'When it began' },
          { name: 'Mode', type: 'string', jsonPath: '.spec.mode', priority: 1 },
        ],
        schema: { openAPIV3Schema: { type: 'object', properties: { spec, status } } },
      },
    ],
  },
};

/** A Gadget as a scenario sends it. */
export const gadget = (name: string, spec: unknown = { size: 1 }, more: object = {}) => ({
  apiVersion: `${group}/v1`,
  kind: 'Gadget',
  metadata: { name, ...(more as { metadata?: object }).metadata },
  spec,
  ...Object.fromEntries(Object.entries(more).filter(([key]) => key !== 'metadata')),
});
