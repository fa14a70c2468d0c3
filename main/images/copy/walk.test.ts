import { expect, test } from 'vitest';
import { descriptorOf, manifestOf, sampleImage, sampleIndex } from '../testing/sample-image.ts';
import type { ImageSource, Manifest } from '../types.ts';
import { walkImage } from './walk.ts';

/** A source of manifests that counts how often it is asked. */
function sourceOf(manifests: readonly Manifest[]) {
  const all = new Map(manifests.map((manifest) => [manifest.digest as string, manifest]));
  const asked = { times: 0 };
  const source: Pick<ImageSource, 'manifest'> = {
    manifest: async (name) => {
      asked.times += 1;
      return all.get(name)!;
    },
  };
  return { source: source as ImageSource, asked };
}

test('an index of thousands of children is refused before they are asked for', async () => {
  const child = sampleImage().manifest;
  const wide = sampleIndex(
    Array.from({ length: 5000 }, (_, at) => manifestOf({ ...JSON.parse(child.bytes.toString()), annotations: { at } })),
  );
  const { source, asked } = sourceOf([wide]);
  await expect(walkImage(source, wide.digest, 'x')).rejects.toMatchObject({ fault: { code: 'image.tooDeep' } });
  expect(asked.times).toBe(1);
});

test('indexes that name each other over and over are read once each', async () => {
  let level = Array.from({ length: 12 }, () => sampleImage().manifest);
  const all = [...level];
  for (let depth = 0; depth < 3; depth += 1) {
    const below = level;
    level = Array.from({ length: 12 }, (_, at) =>
      manifestOf({ ...JSON.parse(sampleIndex(below).bytes.toString()), annotations: { at } }),
    );
    all.push(...level);
  }
  const root = sampleIndex(level);
  const { source, asked } = sourceOf([...all, root]);
  const tree = await walkImage(source, root.digest, 'x');
  expect(tree.nodes).toHaveLength(all.length + 1);
  expect(tree.nodes.at(-1)?.manifest).toEqual(root);
  expect(asked.times).toBe(all.length + 1);
  expect(tree.root.children.map(({ manifest }) => descriptorOf(manifest))).toEqual(level.map(descriptorOf));
});
