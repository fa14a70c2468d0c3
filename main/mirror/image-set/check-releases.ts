import { compare, parse } from 'semver';
import type { ImageSet } from '../../../shared/contract/image-set.ts';
import { checkReference } from './check-reference.ts';
import type { Path, Say } from './set-text.ts';

type Releases = NonNullable<ImageSet['releases']>;

/** What contradicts itself in `releases`. */
export function checkReleases(set: ImageSet, say: Say): void {
  const { releases } = set;
  if (!releases) return;
  const { channels, images, architectures, graph, unsigned, graphImage, kubevirt } = releases;
  const at: Path = ['releases'];
  const none = channels.length + images.length === 0;
  if (none && !graphImage) {
    say(
      'error',
      at,
      'Neither a channel nor a release image is named.',
      'Add channels or images, or take releases away.',
    );
  } else if (none && kubevirt) {
    say('warning', [...at, 'kubevirt'], 'Without a release there is no disk image of one.', 'Add channels or images.');
  }
  doubles(
    channels.map(({ name, type }) => (type === 'okd' ? `${name} (OKD)` : name)),
    [...at, 'channels'],
    'channel',
    say,
    ['name'],
  );
  doubles(architectures, [...at, 'architectures'], 'architecture', say);
  for (const [index, channel] of channels.entries()) {
    const path = [...at, 'channels', index];
    checkRange(channel, path, say);
    if (channel.type === 'okd') {
      if (!/^4-|^(stable|next|prerelease|nightly)(-|$)/.test(channel.name)) {
        const read = 'They read 4-scos-stable, 4-scos-next, stable-4.18.';
        say('warning', [...path, 'name'], `"${channel.name}" does not look like a channel of OKD.`, read);
      }
    } else if (!/-\d+\.\d+$/.test(channel.name)) {
      say(
        'warning',
        [...path, 'name'],
        `"${channel.name}" does not look like a channel.`,
        'They read stable-4.12, eus-4.14, fast-4.16.',
      );
    }
    if (channel.to && !channel.from) {
      say('warning', [...path, 'to'], 'Without from, every version from the channel’s first on is taken.', 'Add from.');
    }
    if (channel.path === 'shortest' && !channel.from) {
      say('error', [...path, 'path'], 'A shortest path needs its first version.', 'Add from.');
    }
  }
  for (const [index, image] of images.entries()) checkReference(image, [...at, 'images', index], say);
  checkPlain(graph, [...at, 'graph'], 'graph', say);
  checkOkd(releases, at, say);
  if (graphImage) checkGraphImage(graphImage, set, [...at, 'graphImage'], say);
  if (unsigned === 'accept') {
    say(
      'warning',
      [...at, 'unsigned'],
      'Releases without a valid signature are taken.',
      'Clusters refuse them unless forced; use refuse.',
    );
  }
}

function checkPlain(place: string, at: Path, what: string, say: Say): void {
  if (!/^http:/i.test(place) || /^http:\/\/(localhost|127\.|\[::1\])/i.test(place)) return;
  say('warning', at, `The ${what} comes without TLS: anyone on the way may change it.`, 'Use https.');
}

function checkOkd({ channels, images, architectures, okd }: Releases, at: Path, say: Say): void {
  if (okd) checkPlain(okd.graph, [...at, 'okd', 'graph'], 'graph', say);
  const some = channels.some(({ type }) => type === 'okd');
  // OKD's releases that are named outright are told by where they lie.
  if (okd && !some && images.length === 0) {
    say('warning', [...at, 'okd'], 'No channel is of the type okd.', 'Add type: okd to a channel, or take okd away.');
  }
  if (some && !okd && architectures.some((each) => each !== 'amd64')) {
    const only = 'OKD’s public graph has releases for amd64 only; they are taken whatever the architecture.';
    say('warning', [...at, 'architectures'], only, 'Name a graph of its own below okd, or keep to amd64.');
  }
}

function checkGraphImage(
  { base, data }: NonNullable<Releases['graphImage']>,
  { images }: ImageSet,
  at: Path,
  say: Say,
): void {
  checkReference(base, [...at, 'base'], say);
  checkPlain(data, [...at, 'data'], 'graph data', say);
  const other = images.findIndex(({ target }) => /^openshift\/graph-image(:latest)?$/.test(target));
  if (other < 0) return;
  const remedy = 'Take it away, or graphImage.';
  say('error', ['images', other, 'target'], 'The set makes the graph image of this place itself.', remedy);
}

/** A version as semver writes it, and `from` not above `to`. */
export function checkRange(
  { from, to }: { from?: string | undefined; to?: string | undefined },
  at: Path,
  say: Say,
): void {
  for (const [field, version] of [
    ['from', from],
    ['to', to],
  ] as const) {
    if (version !== undefined && !parse(version)) {
      say('error', [...at, field], `"${version}" is no version.`, 'Write three numbers, such as 4.12.3.');
    }
  }
  if (from && to && parse(from) && parse(to) && compare(from, to) > 0) {
    say('error', [...at, 'to'], `The range ends at ${to}, before it starts at ${from}.`, 'Swap them.');
  }
}

/** Says which entries of a list come twice. */
export function doubles(names: readonly string[], at: Path, what: string, say: Say, below: Path = []): void {
  for (const [index, name] of names.entries()) {
    if (name && names.indexOf(name) < index) {
      say('error', [...at, index, ...below], `The ${what} ${name} is listed twice.`, 'Keep one of them.');
    }
  }
}
