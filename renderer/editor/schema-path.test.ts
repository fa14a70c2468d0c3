import { expect, it } from 'vitest';
import { placeAt, rootSchema, type Schema, schemaAt } from './schema-path.ts';

const at = (text: string) => {
  const offset = text.indexOf('|');
  return placeAt(text.replace('|', ''), offset);
};
const spec: Schema = {
  properties: {
    spokeNamespace: { type: 'string' },
    moduleSpec: {
      properties: {
        moduleLoader: {
          properties: {
            container: {
              properties: {
                imagePullPolicy: { enum: ['Always', 'IfNotPresent'] },
                kernelMappings: {
                  items: {
                    properties: { regexp: {}, literal: {}, build: { properties: { dockerfileConfigMap: {} } } },
                  },
                },
              },
            },
          },
        },
      },
    },
    selector: { additionalProperties: { type: 'string' } },
  },
};

it('finds keys by indentation in a text that does not parse', () => {
  expect(at('sp|').path).toEqual([]);
  expect(at('spec:\n  |').path).toEqual(['spec']);
  expect(at('spec:\n  moduleSpec:\n    moduleLoader:\n      container:\n        |').path).toEqual([
    'spec',
    'moduleSpec',
    'moduleLoader',
    'container',
  ]);
  expect(at('spec:\n  selector:\n    a: b\n  spoke|').path).toEqual(['spec']);
});

it('knows list items, both beside and under their dash, indented or not', () => {
  const path = ['spec', 'kernelMappings', '[]'];
  expect(at('spec:\n  kernelMappings:\n    - lit|').path).toEqual(path);
  expect(at('spec:\n  kernelMappings:\n    - literal: x\n      re|').path).toEqual(path);
  expect(at('spec:\n  kernelMappings:\n  - literal: x\n    re|').path).toEqual(path);
  expect(at('spec:\n  kernelMappings:\n    - literal: x\n      build:\n        |').path).toEqual([...path, 'build']);
  expect(at('spec:\n  kernelMappings:\n    - regexp: a\n    - |').path).toEqual(path);
});

it('knows a value from a key and where the word starts', () => {
  const place = at('kind: Man|');
  expect(place.valueOf).toBe('kind');
  expect(place.from).toBe('kind: '.length);
  expect(at('spec:\n  spoke|').from).toBe('spec:\n  '.length);
});

it('walks the schema through lists and maps', () => {
  const root = rootSchema(spec);
  const mapping = ['spec', 'moduleSpec', 'moduleLoader', 'container', 'kernelMappings', '[]'];
  expect(Object.keys(schemaAt(root, mapping)?.properties ?? {})).toContain('regexp');
  expect(schemaAt(root, ['spec', 'selector', 'any'])?.type).toBe('string');
  expect(schemaAt(root, ['spec', 'nonsense', 'x'])).toBeUndefined();
  expect(schemaAt(rootSchema(undefined), ['spec'])).toBeUndefined();
});
