import { compare } from 'semver';
import type { z } from 'zod';
import type { ReleaseChannel } from '../../../shared/contract/image-set.ts';
import { fault } from '../../../shared/fault.ts';
import { channelOf, type GraphNode, shortestPath, type UpdateGraph } from './graph.ts';

export interface PickedReleases {
  nodes: GraphNode[];
  warnings: string[];
}

/**
 * The releases a channel entry asks for. Versions are compared as blang/semver does, which oc-mirror uses: a range is from ≤ v ≤ to by
 * precedence, so that pre-releases between the ends belong to it (4.13.0-rc.1 lies within 4.12.3 … 4.13.0), unlike in npm's ranges.
 * Without from and to: the head, which is the highest version. Faults: release.channel, release.version, release.noPath.
 */
export function pickReleases(
  graph: UpdateGraph,
  { name, from, to, path }: Omit<z.output<typeof ReleaseChannel>, 'type'>,
  architecture: string,
): PickedReleases {
  const nodes = channelOf(graph, name, architecture);
  const head = nodes.at(-1)!.version;
  const last = to ?? head;
  const first = from ?? (to === undefined ? head : nodes[0]!.version);
  const inRange = nodes.filter(({ version }) => compare(version, first) >= 0 && compare(version, last) <= 0);
  const where = `${name} (${architecture})`;
  if (inRange.length === 0) {
    throw fault(
      'release.version',
      `${where} has no release from ${first} to ${last}.`,
      `It goes from ${nodes[0]!.version} to ${head}; correct the range.`,
      { field: 'releases.channels', about: nodes.map(({ version }) => version).slice(-50) },
    );
  }
  if (path === 'shortest') return alongPath(graph, nodes, first, last, where);
  const warnings: string[] = [];
  for (const end of new Set([from, to])) {
    if (end && end !== '0.0.0' && !nodes.some(({ version }) => compare(version, end) === 0)) {
      warnings.push(
        `${where} has no ${end}; the range begins and ends at ${inRange[0]!.version} and ${inRange.at(-1)!.version}.`,
      );
    }
  }
  return { nodes: inRange, warnings };
}

function alongPath(
  graph: UpdateGraph,
  nodes: readonly GraphNode[],
  first: string,
  last: string,
  where: string,
): PickedReleases {
  for (const end of [first, last]) {
    if (nodes.some(({ version }) => version === end)) continue;
    throw fault(
      'release.version',
      `${where} has no ${end}, where the path should begin or end.`,
      'Choose a version of the channel.',
      {
        field: 'releases.channels',
        about: nodes.map(({ version }) => version).slice(-50),
      },
    );
  }
  const found = shortestPath(graph, first, last);
  if (!found) {
    throw fault(
      'release.noPath',
      `No update leads from ${first} to ${last} in ${where}.`,
      'Choose other versions, or path: all.',
      {
        field: 'releases.channels',
      },
    );
  }
  const risks =
    found.risks.length > 0
      ? [
          `The way from ${first} to ${last} is recommended only where these risks do not apply: ${found.risks.join(', ')}.`,
        ]
      : [];
  return { nodes: found.nodes, warnings: risks };
}

/** Graphs of several channels as one: the same version and image is one release. */
export function mergeGraphs(graphs: readonly UpdateGraph[]): UpdateGraph {
  const nodes: GraphNode[] = [];
  const at = new Map<string, number>();
  const positions = graphs.map((graph) =>
    graph.nodes.map((node) => {
      const known = at.get(node.image);
      if (known !== undefined) return known;
      at.set(node.image, nodes.length);
      return nodes.push(node) - 1;
    }),
  );
  const moved = (index: number, [from, to]: readonly [number, number]): [number, number] => [
    positions[index]![from]!,
    positions[index]![to]!,
  ];
  return {
    nodes,
    edges: graphs.flatMap(({ edges }, index) => edges.map((edge) => moved(index, edge))),
    conditional: graphs.flatMap(({ conditional }, index) =>
      conditional.map(({ edge, risks }) => ({ edge: moved(index, edge), risks })),
    ),
  };
}

/**
 * What is missing for a cluster to get from the lowest to the highest of the picked releases: the rest of the shortest path. A warning
 * says what was added, or that nothing leads there.
 */
export function bridge(graph: UpdateGraph, picked: readonly GraphNode[], architecture: string): PickedReleases {
  const sorted = [...picked].sort((a, b) => compare(a.version, b.version));
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (!first || !last || first.version === last.version) return { nodes: [], warnings: [] };
  const here = new Set(picked.map((node) => node.image));
  const kept = graph.nodes.map((node) => here.has(node.image));
  const within = {
    ...graph,
    edges: graph.edges.filter(([from, to]) => kept[from] && kept[to]),
    conditional: graph.conditional.filter(({ edge: [from, to] }) => kept[from] && kept[to]),
  };
  if (shortestPath(within, first.version, last.version)) return { nodes: [], warnings: [] };
  const found = shortestPath(graph, first.version, last.version);
  const way = `from ${first.version} to ${last.version} (${architecture})`;
  if (!found)
    return { nodes: [], warnings: [`The graph knows no way ${way}: clusters can be installed, but not updated so.`] };
  const added = found.nodes.filter((node) => !here.has(node.image));
  const names = added.map(({ version }) => version).join(', ');
  return { nodes: added, warnings: [`Added for the way ${way}: ${names}.`] };
}
