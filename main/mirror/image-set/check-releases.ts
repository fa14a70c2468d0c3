import { compare, parse } from 'semver';
import type { ImageSet } from '../../../shared/contract/image-set.ts';
import { checkReference } from './check-reference.ts';
import type { Path, Say } from './set-text.ts';

/** What contradicts itself in `releases`. */
export function checkReleases({ releases }: ImageSet, say: Say): void {
  if (!releases) return;
  const { channels, images, architectures, graph, unsigned } = releases;
  const at: Path = ['releases'];
  if (channels.length + images.length === 0) {
    say(
      'error',
      at,
      'Neither a channel nor a release image is named.',
      'Add channels or images, or take releases away.',
    );
  }
  doubles(
    channels.map((channel) => channel.name),
    [...at, 'channels'],
    'channel',
    say,
    ['name'],
  );
  doubles(architectures, [...at, 'architectures'], 'architecture', say);
  for (const [index, channel] of channels.entries()) {
    const path = [...at, 'channels', index];
    checkRange(channel, path, say);
    if (!/-\d+\.\d+$/.test(channel.name)) {
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
  if (/^http:/i.test(graph) && !/^http:\/\/(localhost|127\.|\[::1\])/i.test(graph)) {
    say('warning', [...at, 'graph'], 'The graph comes without TLS: anyone on the way may change it.', 'Use https.');
  }
  if (unsigned === 'accept') {
    say(
      'warning',
      [...at, 'unsigned'],
      'Releases without a valid signature are taken.',
      'Clusters refuse them unless forced; use refuse.',
    );
  }
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
