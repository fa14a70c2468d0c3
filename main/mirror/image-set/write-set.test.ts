import { expect, test } from 'vitest';
import { checkImageSet } from './check-set.ts';
import { imageSetTemplate } from './template.ts';
import { writeImageSet } from './write-set.ts';

const read = (yaml: string) => checkImageSet(yaml).set!;

test('nothing changed leaves every byte of the template', () => {
  const yaml = imageSetTemplate();
  expect(writeImageSet(read(yaml), yaml)).toBe(yaml);
});

test('a change touches its own line; comments stay', () => {
  const yaml = imageSetTemplate();
  const set = read(yaml);
  set.releases!.channels[0]!.to = '4.12.9';
  set.images.push({ name: 'a.b/c:1', target: '' });
  const written = writeImageSet(set, yaml);
  expect(read(written)).toEqual(set);
  expect(written).toContain('Red Hat');
  const lines = new Set(written.split('\n'));
  expect(yaml.split('\n').filter((line) => !lines.has(line))).toEqual(['      to: 4.12.6', 'images: []']);
});

test('entries of lists keep their comments by name; what goes is gone', () => {
  const yaml = `apiVersion: bastion.kmm/v1
kind: ImageSet
name: s
images:
  # first
  - name: a.b/one:1
  # second
  - name: a.b/two:2 # keep
    target: x/two:2
`;
  const set = read(yaml);
  set.images.shift();
  set.images[0]!.target = '';
  set.images.push({ name: 'a.b/three:3', target: 'y:3' });
  expect(writeImageSet(set, yaml)).toBe(`apiVersion: bastion.kmm/v1
kind: ImageSet
name: s
images:
  # first
  # second
  - name: a.b/two:2 # keep
    target: ""
  - name: a.b/three:3
    target: y:3
`);
});

test('the graph image comes and goes', () => {
  const yaml = imageSetTemplate();
  const set = read(yaml);
  set.releases!.graphImage = { base: 'a.b/ubi:1', data: '/media/graph.tar.gz' };
  const written = writeImageSet(set, yaml);
  expect(read(written)).toEqual(set);
  expect(written).toContain('  graphImage:\n    base: a.b/ubi:1\n    data: /media/graph.tar.gz\n');
  delete set.releases!.graphImage;
  expect(read(writeImageSet(set, written))).toEqual(read(yaml));
  expect(writeImageSet(set, written)).not.toContain('a.b/ubi');
});

test('without a text, or with a broken one, it is written anew without defaults', () => {
  const set = read(
    'apiVersion: bastion.kmm/v1\nkind: ImageSet\nname: s\nreleases: {channels: [{name: stable-4.12}]}\n',
  );
  for (const yaml of ['', 'a: [']) {
    const written = writeImageSet(set, yaml);
    expect(written).toBe(
      'apiVersion: bastion.kmm/v1\nkind: ImageSet\nname: s\nreleases:\n  channels:\n    - name: stable-4.12\n',
    );
    expect(read(written)).toEqual(set);
  }
});

test('what a form holds is written with its mistakes, which the check finds', () => {
  const yaml = imageSetTemplate();
  const set = read(yaml);
  set.platforms = ['arm'];
  const written = writeImageSet({ ...set, name: 'North Sites!' }, yaml);
  expect(checkImageSet(written).findings.map(({ field }) => field)).toEqual(['name', 'platforms.0']);
  expect(writeImageSet({ ...set, platforms: [] }, written)).toBe(yaml);
});
