import type { z } from 'zod';
import type { ReleaseSet } from '../../../shared/contract/image-set.ts';
import type { Basket } from '../image-set/basket.ts';
import type { ResolveEffects } from '../image-set/effects.ts';
import { isAddress } from '../image-set/fetch-place.ts';
import { type GraphNode, readGraph, type UpdateGraph } from './graph.ts';
import { bridge, mergeGraphs, pickReleases } from './pick-releases.ts';

/** A release image that a set asks for. */
export interface AskedRelease {
  image: string;
  /** As the graph says; '' for one that was named outright. */
  version: string;
}

type Releases = z.output<typeof ReleaseSet>;

/** Which release images a set asks for, by its channels (one graph for each channel and architecture) and outright. */
export async function releasesOf(releases: Releases, effects: ResolveEffects, basket: Basket): Promise<AskedRelease[]> {
  const asked = new Map<string, AskedRelease>();
  for (const architecture of releases.architectures) {
    const graphs: UpdateGraph[] = [];
    const picked: GraphNode[] = [];
    for (const channel of releases.channels) {
      await basket.part(`${channel.name} (${architecture})`, async () => {
        effects.onStep?.(`the update graph of ${channel.name} (${architecture})`);
        const place = graphPlace(releases.graph, channel.name, architecture);
        const bytes = await effects.fetch(place, { accept: 'application/json', signal: effects.signal });
        const graph = readGraph(bytes, place);
        const { nodes, warnings } = pickReleases(graph, channel, architecture);
        for (const warning of warnings) basket.warn(warning);
        graphs.push(graph);
        picked.push(...nodes);
      });
    }
    const merged = mergeGraphs(graphs);
    const { nodes, warnings } = bridge(ofArchitecture(merged, architecture), picked, architecture);
    for (const warning of warnings) basket.warn(warning);
    for (const { image, version } of [...picked, ...nodes]) asked.set(image, { image, version });
  }
  for (const image of releases.images) if (!asked.has(image)) asked.set(image, { image, version: '' });
  return [...asked.values()];
}

/** A service is asked for one channel and architecture (cincinnati, docs/design/cincinnati.md); a file is taken as it is. */
function graphPlace(graph: string, channel: string, architecture: string): string {
  if (!isAddress(graph)) return graph;
  const url = new URL(graph);
  url.searchParams.set('channel', channel);
  url.searchParams.set('arch', architecture);
  return url.href;
}

/** Edges of other architectures are of no use to a cluster. */
function ofArchitecture(graph: UpdateGraph, architecture: string): UpdateGraph {
  const fits = (index: number) => ['', architecture].includes(graph.nodes[index]?.architecture ?? '');
  return {
    ...graph,
    edges: graph.edges.filter(([from, to]) => fits(from) && fits(to)),
    conditional: graph.conditional.filter(({ edge: [from, to] }) => fits(from) && fits(to)),
  };
}
