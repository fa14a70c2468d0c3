import { describe, expect, test } from 'vitest';
import { channelOf, readGraph, shortestPath, type UpdateGraph } from './graph.ts';
import { bridge, mergeGraphs, pickReleases } from './pick-releases.ts';

/** A graph in the shape of the service's answer; images are named after versions. */
function answer(
  versions: Record<string, string[]>,
  edges: [string, string][],
  conditional: [string, string, string][] = [],
) {
  const names = Object.keys(versions);
  const at = (version: string) => names.indexOf(version);
  return JSON.stringify({
    version: 1,
    nodes: names.map((version) => ({
      version,
      payload: `quay.io/r@${version}`,
      metadata: { 'io.openshift.upgrades.graph.release.channels': versions[version]!.join(',') },
    })),
    edges: edges.map(([from, to]) => [at(from), at(to)]),
    conditionalEdges: conditional.map(([from, to, name]) => ({ edges: [{ from, to }], risks: [{ name, url: 'u' }] })),
  });
}
const read = (text: string): UpdateGraph => readGraph(Buffer.from(text), 'graph.json');
const versionsOf = (nodes: readonly { version: string }[]) => nodes.map(({ version }) => version);

const both = ['stable-4.12', 'stable-4.13'];
const graph = read(
  answer(
    {
      '4.12.10': both,
      '4.12.3': both,
      '4.12.4': both,
      '4.12.6': both,
      '4.11.30': ['stable-4.12'],
      '4.13.0-rc.1': ['stable-4.13'],
      '4.13.0': ['stable-4.13'],
    },
    [
      ['4.12.3', '4.12.4'],
      ['4.12.4', '4.12.6'],
      ['4.12.3', '4.12.6'],
      ['4.12.6', '4.12.10'],
      ['4.12.10', '4.13.0'],
      ['4.11.30', '4.12.3'],
    ],
    [['4.12.3', '4.12.10', 'SomethingBreaks']],
  ),
);
const pick = (name: string, rest: { from?: string; to?: string; path?: 'all' | 'shortest' } = {}) =>
  pickReleases(graph, { name, path: 'all', ...rest }, 'amd64');

describe('what a channel entry asks for', () => {
  test('the head is the highest version, not the last or longest text', () => {
    expect(versionsOf(pick('stable-4.12').nodes)).toEqual(['4.12.10']);
    expect(versionsOf(pick('stable-4.13').nodes)).toEqual(['4.13.0']);
  });
  test('ranges hold both ends and the pre-releases in between', () => {
    expect(versionsOf(pick('stable-4.12', { from: '4.12.3', to: '4.12.6' }).nodes)).toEqual([
      '4.12.3',
      '4.12.4',
      '4.12.6',
    ]);
    expect(versionsOf(pick('stable-4.13', { from: '4.12.10' }).nodes)).toEqual(['4.12.10', '4.13.0-rc.1', '4.13.0']);
    expect(versionsOf(pick('stable-4.12', { to: '4.12.3' }).nodes)).toEqual(['4.11.30', '4.12.3']);
  });
  test('an end that is not there is said', () => {
    const { nodes, warnings } = pick('stable-4.12', { from: '4.12.4', to: '4.12.9' });
    expect(versionsOf(nodes)).toEqual(['4.12.4', '4.12.6']);
    expect(warnings).toEqual(['stable-4.12 (amd64) has no 4.12.9; the range begins and ends at 4.12.4 and 4.12.6.']);
  });
  test('the shortest path', () => {
    expect(versionsOf(pick('stable-4.12', { from: '4.12.3', to: '4.12.6', path: 'shortest' }).nodes)).toEqual([
      '4.12.3',
      '4.12.6',
    ]);
    expect(versionsOf(pick('stable-4.12', { from: '4.12.3', path: 'shortest' }).nodes)).toEqual([
      '4.12.3',
      '4.12.6',
      '4.12.10',
    ]);
    expect(() => pick('stable-4.12', { from: '4.12.5', path: 'shortest' })).toThrow('has no 4.12.5');
    expect(() => pick('stable-4.13', { from: '4.13.0-rc.1', to: '4.13.0', path: 'shortest' })).toThrow(
      'No update leads',
    );
  });
  test('conditional updates only where nothing else leads there, with their risks', () => {
    const risky = read(answer({ '4.12.3': [], '4.12.10': [] }, [], [['4.12.3', '4.12.10', 'SomethingBreaks']]));
    expect(shortestPath(risky, '4.12.3', '4.12.10')).toMatchObject({ risks: ['SomethingBreaks'] });
    expect(shortestPath(graph, '4.12.3', '4.12.10')?.risks).toEqual([]);
  });
  test('mistakes come with what there is', () => {
    expect(() => pick('stabel-4.12')).toThrow(
      expect.objectContaining({ fault: expect.objectContaining({ remedy: 'Did you mean stable-4.12?' }) }),
    );
    expect(() => pick('stable-4.12', { from: '4.14.0' })).toThrow('no release from 4.14.0 to 4.12.10');
    expect(() => pick('stable-4.12', { from: '4.12.11', to: '4.12.12' })).toThrow(
      expect.objectContaining({
        fault: expect.objectContaining({ remedy: 'It goes from 4.11.30 to 4.12.10; correct the range.' }),
      }),
    );
  });
});

test('architectures: by metadata, and by build metadata of raw data', () => {
  const mixed = read(
    JSON.stringify({
      nodes: [
        { version: '4.12.3+amd64', payload: 'a' },
        { version: '4.12.3+arm64', payload: 'b' },
        { version: '4.12.3', payload: 'c', metadata: { 'release.openshift.io/architecture': 'multi' } },
      ],
      edges: [],
    }),
  );
  expect(['amd64', 'arm64', 'multi'].map((each) => channelOf(mixed, 'any', each)[0]?.image)).toEqual(['a', 'b', 'c']);
  expect(() => channelOf(mixed, 'any', 's390x')).toThrow('no release in the channel any for s390x');
});

test('between channels what an update needs is added, and it is said when nothing leads there', () => {
  const merged = mergeGraphs([graph, read(answer({ '4.13.0': [], '4.13.5': [] }, [['4.13.0', '4.13.5']]))]);
  const at = (version: string) => merged.nodes.find((node) => node.version === version)!;
  expect(merged.nodes).toHaveLength(graph.nodes.length + 1);
  const { nodes, warnings } = bridge(merged, [at('4.12.3'), at('4.13.5')], 'amd64');
  expect(versionsOf(nodes)).toEqual(['4.12.6', '4.12.10', '4.13.0']);
  expect(warnings).toEqual(['Added for the way from 4.12.3 to 4.13.5 (amd64): 4.12.6, 4.12.10, 4.13.0.']);
  expect(bridge(merged, ['4.12.3', '4.12.6', '4.12.10'].map(at), 'amd64')).toEqual({ nodes: [], warnings: [] });
  expect(bridge(merged, ['4.12.3', '4.13.0-rc.1'].map(at), 'amd64').warnings[0]).toContain('knows no way');
});

test.each([
  ['<html>', 'it is no JSON'],
  ['{}', 'nodes is not as it should be'],
  ['{"nodes":[{"version":"4.12","payload":"x"}]}', '"4.12" is no version'],
  ['{"nodes":[],"edges":[[0,1]]}', 'an edge leads to a release that is not there'],
])('%s is no graph', (text, why) => {
  expect(() => read(text)).toThrow(why);
});
