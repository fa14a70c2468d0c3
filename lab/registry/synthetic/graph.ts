import { type Release, releaseRepository } from './release.ts';

/** One answer of an update service (Cincinnati's graph JSON). */
export interface Graph {
  version: 1;
  nodes: { version: string; payload: string; metadata: Record<string, string> }[];
  edges: [number, number][];
  conditionalEdges: [];
}

/** Channels the releases are in. */
export const channels: readonly string[] = ['candidate-4.12', 'fast-4.12', 'stable-4.12', 'eus-4.12'];

/** The graph of a channel and architecture; empty for those that have none of these releases. */
export function graphOf(releases: readonly Release[], host: string, channel: string, arch: string): Graph {
  const here = channels.includes(channel) && ['amd64', 'x86_64'].includes(arch) ? releases : [];
  return {
    version: 1,
    nodes: here.map(({ version, image }) => ({
      version,
      payload: `${host}/${releaseRepository}@${image.digest}`,
      metadata: {
        'io.openshift.upgrades.graph.release.channels': channels.join(','),
        'io.openshift.upgrades.graph.release.manifestref': image.digest,
        url: `https://release.example/errata/${version}`,
      },
    })),
    edges: here.flatMap(({ previous }, to) =>
      previous.flatMap((version): [number, number][] => {
        const from = here.findIndex((release) => release.version === version);
        return from < 0 ? [] : [[from, to]];
      }),
    ),
    conditionalEdges: [],
  };
}
