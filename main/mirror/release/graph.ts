import { compare, parse } from 'semver';
import { z } from 'zod';
import { fault } from '../../../shared/fault.ts';
import { nearest } from '../../../shared/rules/nearest.ts';

/** A release in an update graph. `channels` is empty where the graph does not say. */
export interface GraphNode {
  version: string;
  /** Reference of its image. */
  image: string;
  channels: readonly string[];
  /** As the graph says; '' where it does not. */
  architecture: string;
}

/** An update graph (cincinnati, docs/design/openshift.md): positions in `nodes` make the edges. */
export interface UpdateGraph {
  nodes: readonly GraphNode[];
  edges: readonly (readonly [number, number])[];
  /** Updates that are recommended only where none of the named risks applies. */
  conditional: readonly { edge: readonly [number, number]; risks: readonly string[] }[];
}

const Answer = z.object({
  nodes: z.array(
    z.object({
      version: z.string(),
      payload: z.string(),
      metadata: z
        .record(z.string(), z.string())
        .nullish()
        .transform((value) => value ?? {}),
    }),
  ),
  edges: z
    .array(z.tuple([z.int(), z.int()]))
    .nullish()
    .transform((value) => value ?? []),
  conditionalEdges: z
    .array(
      z.object({
        edges: z.array(z.object({ from: z.string(), to: z.string() })),
        risks: z.array(z.object({ name: z.string().optional() })).default([]),
      }),
    )
    .nullish()
    .transform((value) => value ?? []),
});

const channelsKey = 'io.openshift.upgrades.graph.release.channels';
const architectureKey = 'release.openshift.io/architecture';

/** Reads the JSON answer of a graph service. Faults: release.graph. */
export function readGraph(bytes: Buffer, place: string): UpdateGraph {
  const bad = (why: string) =>
    fault('release.graph', `${place} is no update graph: ${why}.`, 'Give the JSON that a graph service answers.', {
      field: 'releases.graph',
    });
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw bad('it is no JSON');
  }
  const parsed = Answer.safeParse(json);
  if (!parsed.success) throw bad(`${parsed.error.issues[0]?.path.join('.') || 'nodes'} is not as it should be`);
  const nodes = parsed.data.nodes.map(({ version, payload, metadata }): GraphNode => {
    const read = parse(version);
    if (!read) throw bad(`"${version}" is no version`);
    const channels = (metadata[channelsKey] ?? '').split(',').filter(Boolean);
    // Raw graph data writes the architecture as build metadata: 4.12.3+arm64.
    return {
      version: read.version,
      image: payload,
      channels,
      architecture: metadata[architectureKey] ?? read.build[0] ?? '',
    };
  });
  const edges = parsed.data.edges;
  if (edges.some((edge) => edge.some((end) => !nodes[end]))) throw bad('an edge leads to a release that is not there');
  const at = new Map(nodes.map(({ version }, index) => [version, index]));
  const conditional = parsed.data.conditionalEdges.flatMap((group) => {
    const risks = group.risks.flatMap(({ name }) => name ?? []);
    return group.edges.flatMap(({ from, to }) => {
      const [start, end] = [at.get(from), at.get(to)];
      return start === undefined || end === undefined ? [] : [{ edge: [start, end] as const, risks }];
    });
  });
  return { nodes, edges, conditional };
}

/**
 * What of a graph belongs to a channel and architecture, sorted by version. A service answers only that already; a file may hold more.
 * Faults: release.channel with the nearest name when the graph has channels, but not this one.
 */
export function channelOf(graph: UpdateGraph, channel: string, architecture: string): GraphNode[] {
  const nodes = graph.nodes.filter(
    (node) =>
      (node.channels.length === 0 || node.channels.includes(channel)) &&
      (node.architecture === '' || node.architecture === architecture),
  );
  if (nodes.length > 0) return nodes.sort((a, b) => compare(a.version, b.version));
  const known = [...new Set(graph.nodes.flatMap((node) => node.channels))].sort();
  const meant = nearest(channel, known);
  throw fault(
    'release.channel',
    `The graph has no release in the channel ${channel} for ${architecture}.`,
    meant && meant !== channel
      ? `Did you mean ${meant}?`
      : 'Look at the channel’s name and architecture, and at the graph.',
    { field: 'releases.channels', about: known.slice(-20) },
  );
}

/** A way through a graph, and the risks of its conditional updates, if it needs any. */
export interface UpdatePath {
  nodes: GraphNode[];
  risks: string[];
}

/**
 * The shortest way from one version to another, the higher versions first where there are several. Unconditional updates only, unless
 * they don't lead there. Undefined when nothing does.
 */
export function shortestPath(graph: UpdateGraph, from: string, to: string): UpdatePath | undefined {
  const sure = walk(graph, graph.edges, from, to);
  if (sure) return { nodes: sure, risks: [] };
  const risky = walk(graph, [...graph.edges, ...graph.conditional.map(({ edge }) => edge)], from, to);
  if (!risky) return undefined;
  const steps = new Set(risky.slice(1).map((node, index) => `${risky[index]?.version} ${node.version}`));
  const used = graph.conditional.filter(({ edge: [start, end] }) =>
    steps.has(`${graph.nodes[start]?.version} ${graph.nodes[end]?.version}`),
  );
  return { nodes: risky, risks: [...new Set(used.flatMap(({ risks }) => risks))].sort() };
}

function walk(graph: UpdateGraph, edges: UpdateGraph['edges'], from: string, to: string): GraphNode[] | undefined {
  const start = graph.nodes.findIndex((node) => node.version === from);
  const end = graph.nodes.findIndex((node) => node.version === to);
  if (start < 0 || end < 0) return undefined;
  const next = new Map<number, number[]>();
  for (const [origin, target] of edges) next.set(origin, [...(next.get(origin) ?? []), target]);
  const before = new Map<number, number>([[start, -1]]);
  const queue = [start];
  for (const at of queue) {
    if (at === end) break;
    const targets = (next.get(at) ?? []).sort((a, b) => compare(graph.nodes[b]!.version, graph.nodes[a]!.version));
    for (const target of targets) {
      if (before.has(target)) continue;
      before.set(target, at);
      queue.push(target);
    }
  }
  if (!before.has(end)) return undefined;
  const path: GraphNode[] = [];
  for (let at = end; at >= 0; at = before.get(at) ?? -1) path.unshift(graph.nodes[at]!);
  return path;
}
