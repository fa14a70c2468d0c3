import { parse } from 'semver';
import { isAddress } from '../image-set/fetch-place.ts';
import type { UpdateGraph } from './graph.ts';

/** A channel of OKD as a set asks for it. */
interface OkdChannel {
  name: string;
  from?: string | undefined;
  to?: string | undefined;
}

/** Builds of a day (`4.12.0-0.okd-2023-02-18-033438`): up to 4.16 some of them were releases, which the name does not tell. */
const isDaily = (version: string): boolean => /-\d{4}-\d{2}-\d{2}-\d{6}$/.test(version);
const isPreview = (version: string): boolean => /\.(ec|rc)\.\d+$/.test(version);

/** Channels that OKD's graph service takes; others are refused with 400 (openshift/release-controller, http_upgrade_graph.go). */
const served = /^(stable|stable-scos|next|next-scos|prerelease|nightly)(-\d+(\.\d+)?)?$/;

/**
 * Where OKD's graph of a channel is asked for. Names of its release streams (`4-scos-stable`), which oc-mirror's sets have, are no channels
 * of the service: it is asked for all then.
 */
export function okdGraphPlace(graph: string, { name }: OkdChannel): string {
  if (!isAddress(graph) || !served.test(name)) return graph;
  const url = new URL(graph);
  url.searchParams.set('channel', name);
  return url.href;
}

/**
 * What of OKD's graph belongs to a channel. Its service answers every build it knows, whatever the channel, and says of none which channels
 * it is in; so the names decide: daily builds and previews (`.ec.`, `.rc.`) belong only to a range that begins or ends with one, previews to
 * channels of `next` too, and `stable-4.18` has nothing above 4.18.
 */
export function okdGraph(graph: UpdateGraph, channel: OkdChannel): UpdateGraph {
  const ends = [channel.from ?? '', channel.to ?? ''];
  const daily = ends.some(isDaily) || /nightly|prerelease/.test(channel.name);
  const preview = ends.some(isPreview) || /next|prerelease/.test(channel.name);
  const [, major, minor] = /-(\d+)(?:\.(\d+))?$/.exec(channel.name) ?? [];
  const kept = graph.nodes.map(({ version }) => {
    if ((isDaily(version) && !daily) || (isPreview(version) && !preview)) return false;
    const read = parse(version);
    if (!read || major === undefined) return true;
    return read.major < Number(major) || (read.major === Number(major) && read.minor <= Number(minor ?? Infinity));
  });
  let next = 0;
  const moved = kept.map((stays) => (stays ? next++ : -1));
  const whole = ([from, to]: readonly [number, number]) => kept[from] && kept[to];
  const move = ([from, to]: readonly [number, number]): [number, number] => [moved[from]!, moved[to]!];
  return {
    nodes: graph.nodes.filter((_, at) => kept[at]),
    edges: graph.edges.filter(whole).map(move),
    conditional: graph.conditional
      .filter(({ edge }) => whole(edge))
      .map(({ edge, risks }) => ({ edge: move(edge), risks })),
  };
}

/** Whether an image that is named outright is a release of OKD, by where OKD publishes them. */
export const isOkdRelease = ({ registry, repository }: { registry: string; repository: string }): boolean =>
  (registry === 'quay.io' && /^(okd|openshift\/okd)(\/|$)/.test(repository)) ||
  (registry === 'registry.ci.openshift.org' && repository.startsWith('origin/'));
