import type { z } from 'zod';
import { OkdPlaces, type ReleaseChannel, type ReleaseSet } from '../../../shared/contract/image-set.ts';
import { parseReference } from '../../images/reference.ts';
import type { Basket } from '../image-set/basket.ts';
import type { ResolveEffects } from '../image-set/effects.ts';
import { isAddress } from '../image-set/fetch-place.ts';
import { type GraphNode, readGraph, type UpdateGraph } from './graph.ts';
import { isOkdRelease, okdGraph, okdGraphPlace } from './okd.ts';
import { bridge, mergeGraphs, pickReleases } from './pick-releases.ts';

/** A release image that a set asks for. */
export interface AskedRelease {
  image: string;
  /** As the graph says; '' for one that was named outright. */
  version: string;
  /** Whose release it is: OKD's are signed by others. */
  type: Type;
}

type Releases = z.output<typeof ReleaseSet>;
type Channel = z.output<typeof ReleaseChannel>;
type Type = Channel['type'];

/** Which release images a set asks for, by its channels (one graph for each channel and architecture) and outright. */
export async function releasesOf(releases: Releases, effects: ResolveEffects, basket: Basket): Promise<AskedRelease[]> {
  const asked = new Map<string, AskedRelease>();
  for (const architecture of releases.architectures) {
    for (const type of ['ocp', 'okd'] as const) {
      const graphs: UpdateGraph[] = [];
      const picked: GraphNode[] = [];
      for (const channel of releases.channels.filter((each) => each.type === type)) {
        await basket.part(`${channel.name} (${architecture})`, async () => {
          effects.onStep?.(`the update graph of ${channel.name} (${architecture})`);
          const graph = await graphOf(releases, channel, architecture, effects);
          const { nodes, warnings } = pickReleases(graph, channel, architecture);
          for (const warning of warnings) basket.warn(warning);
          graphs.push(graph);
          picked.push(...nodes);
        });
      }
      const merged = mergeGraphs(graphs);
      const { nodes, warnings } = bridge(ofArchitecture(merged, architecture), picked, architecture);
      for (const warning of warnings) basket.warn(warning);
      for (const { image, version } of [...picked, ...nodes]) asked.set(image, { image, version, type });
    }
  }
  for (const image of releases.images) {
    if (!asked.has(image)) asked.set(image, { image, version: '', type: typeOf(image) });
  }
  return [...asked.values()];
}

/** What does not read as a reference is told where the release is pinned. */
function typeOf(image: string): Type {
  try {
    return isOkdRelease(parseReference(image)) ? 'okd' : 'ocp';
  } catch {
    return 'ocp';
  }
}

async function graphOf(
  releases: Releases,
  channel: Channel,
  architecture: string,
  { fetch, signal }: ResolveEffects,
): Promise<UpdateGraph> {
  const okd = channel.type === 'okd';
  const place = okd
    ? okdGraphPlace((releases.okd ?? OkdPlaces.parse({})).graph, channel)
    : graphPlace(releases.graph, channel.name, architecture);
  const graph = readGraph(await fetch(place, { accept: 'application/json', signal }), place);
  return okd ? okdGraph(graph, channel) : graph;
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
