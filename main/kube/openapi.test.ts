import { expect, it } from 'vitest';
import { resolveReferences } from './openapi.ts';

it('puts references into place, keeps what stands beside them, and stops where a schema holds itself', () => {
  const schemas = {
    Meta: { type: 'object', properties: { name: { type: 'string' } } },
    Tree: {
      type: 'object',
      properties: {
        metadata: { description: 'who', default: {}, allOf: [{ $ref: '#/components/schemas/Meta' }] },
        children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } },
      },
    },
  };
  const resolved = resolveReferences({ $ref: '#/components/schemas/Tree' }, schemas);
  expect(resolved).toEqual({
    type: 'object',
    properties: {
      metadata: { description: 'who', default: {}, type: 'object', properties: { name: { type: 'string' } } },
      children: { type: 'array', items: { 'x-kubernetes-preserve-unknown-fields': true } },
    },
  });
  expect(() => JSON.stringify(resolved)).not.toThrow();
});

it('leaves a property that is called allOf or $ref alone when it is no schema word', () => {
  const schema = { properties: { $ref: { type: 'string' }, allOf: { type: 'array' } } };
  expect(resolveReferences(schema, {})).toEqual(schema);
});
