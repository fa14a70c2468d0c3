import { expect, test } from 'vitest';
import { podSpec } from '../schemas/kubernetes-pod.ts';
import { object } from '../schemas/shapes.ts';
import { strategicMerge } from './strategic-merge.ts';

const schema = object({ spec: podSpec });
const pod = {
  spec: {
    containers: [
      { name: 'a', image: '1', args: ['x'] },
      { name: 'b', image: '2' },
    ],
    nodeName: 'n',
  },
};
const patched = (spec: object) => (strategicMerge(pod, { spec }, schema) as typeof pod).spec;

test('lists with keys are merged by item, lists without are replaced, null deletes', () => {
  expect(
    patched({
      nodeName: null,
      containers: [
        { name: 'a', image: '3' },
        { name: 'c', image: '4' },
      ],
    }),
  ).toEqual({
    containers: [
      { name: 'a', image: '3', args: ['x'] },
      { name: 'b', image: '2' },
      { name: 'c', image: '4' },
    ],
  });
  expect(patched({ containers: [{ name: 'a', args: ['y', 'z'] }] }).containers[0]?.args).toEqual(['y', 'z']);
});

test('$patch deletes an item or replaces a list; finalizers are a set', () => {
  expect(patched({ containers: [{ name: 'a', $patch: 'delete' }] }).containers.map(({ name }) => name)).toEqual(['b']);
  expect(patched({ containers: [{ $patch: 'replace' }, { name: 'c', image: '4' }] }).containers).toEqual([
    { name: 'c', image: '4' },
  ]);
  const meta = { metadata: { finalizers: ['a', 'b'] } };
  expect(strategicMerge(meta, { metadata: { finalizers: ['c'] } }, schema)).toEqual({
    metadata: { finalizers: ['a', 'b', 'c'] },
  });
  expect(strategicMerge(meta, { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } }, schema)).toEqual({
    metadata: { finalizers: ['b'] },
  });
});

test('a patch that changes nothing answers the object itself', () => {
  expect(strategicMerge(pod, { spec: { nodeName: 'n' } }, schema)).toBe(pod);
});
