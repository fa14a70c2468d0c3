import { expect, test } from 'vitest';
import { feedbackOf } from './actors/ocm/work-feedback.ts';
import { findValues, parsePath } from './json-path.ts';

const object = {
  apiVersion: 'config.openshift.io/v1',
  kind: 'ClusterVersion',
  metadata: { name: 'version' },
  status: {
    desired: { version: '4.12.6' },
    observedGeneration: 3,
    history: [
      { state: 'Partial', version: '4.12.6', completionTime: null },
      { state: 'Completed', version: '4.12.3' },
    ],
    conditions: [
      { type: 'Available', status: 'True' },
      { type: 'Progressing', status: 'True', message: 'Working towards 4.12.6' },
    ],
    ratio: 0.5,
    done: false,
  },
};
const at = (path: string) => findValues(parsePath(path), object);

test('paths the agent understands (real-ocm.md B24)', () => {
  expect(at('.status.history[0].version')).toEqual(['4.12.6']);
  expect(at('.status.conditions[?(@.type=="Progressing")].message')).toEqual(['Working towards 4.12.6']);
  expect(at(".status['desired'].version")).toEqual(['4.12.6']);
  expect(at('.status.history[-1].state')).toEqual(['Completed']);
  expect(at('.status.history[*].version')).toEqual(['4.12.6', '4.12.3']);
  expect(at('.status.nothing.here')).toEqual([]);
});

test.each([
  ['.status.conditions[?(@.type=="A" && @.status=="B")].status', "unrecognized character in action: U+0026 '&'"],
  ['status.desired', 'unrecognized identifier status'],
])('a path it does not: %s', (path, words) => {
  expect(() => parsePath(path)).toThrow(words);
});

test('values by type; null and missing give none; lists, objects and fractions are faults, the others still come', () => {
  const path = (name: string, text: string) => ({ name, path: text });
  const { values, said } = feedbackOf(
    [
      {
        type: 'JSONPaths',
        jsonPaths: [
          path('version', '.status.desired.version'),
          path('generation', '.status.observedGeneration'),
          path('done', '.status.done'),
          path('completed', '.status.history[0].completionTime'),
          path('missing', '.status.missing'),
          path('history', '.status.history'),
        ],
      },
    ],
    object,
  );
  expect(values).toEqual([
    { name: 'version', fieldValue: { type: 'String', string: '4.12.6' } },
    { name: 'generation', fieldValue: { type: 'Integer', integer: 3 } },
    { name: 'done', fieldValue: { type: 'Boolean', boolean: false } },
  ]);
  expect(said).toMatchObject({
    status: 'False',
    message: 'Sync status feedback failed with error the type []interface {} of the value for history is not found',
  });
  const far = feedbackOf([{ type: 'JSONPaths', jsonPaths: [path('x', '.status.history[7].version')] }], object);
  expect(far.said.message).toContain('array index out of bounds: index 7, length 2');
});
