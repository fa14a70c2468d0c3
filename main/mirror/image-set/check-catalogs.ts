import type { ImageSet } from '../../../shared/contract/image-set.ts';
import { checkReference, checkTarget } from './check-reference.ts';
import { checkRange, doubles } from './check-releases.ts';
import type { Say } from './set-text.ts';

/** What contradicts itself in `catalogs` and `kmm`; the rules of oc-mirror (config/validate.go) are among them. */
export function checkCatalogs({ catalogs, kmm }: ImageSet, say: Say): void {
  doubles(
    catalogs.map((catalog) => catalog.image),
    ['catalogs'],
    'catalog',
    say,
    ['image'],
  );
  for (const [index, { image, target, packages, full }] of catalogs.entries()) {
    const at = ['catalogs', index];
    checkReference(image, [...at, 'image'], say);
    checkTarget(target, [...at, 'target'], say);
    if (full && packages.length > 0) {
      say('error', [...at, 'full'], 'full takes everything, packages only some.', 'Keep one of the two.');
    }
    if (full) say('warning', [...at, 'full'], 'A whole catalog may be hundreds of GB.', 'Name the packages you need.');
    doubles(
      packages.map((each) => each.name),
      [...at, 'packages'],
      'package',
      say,
      ['name'],
    );
    for (const [place, { channels, ...range }] of packages.entries()) {
      const there = [...at, 'packages', place];
      checkRange(range, there, say);
      doubles(
        channels.map((channel) => channel.name),
        [...there, 'channels'],
        'channel',
        say,
        ['name'],
      );
      for (const [number, channel] of channels.entries()) checkRange(channel, [...there, 'channels', number], say);
      if (channels.length > 0 && (range.from || range.to)) {
        const field = range.from ? 'from' : 'to';
        say(
          'error',
          [...there, field],
          'A range of the package and channels exclude each other.',
          'Move it into a channel.',
        );
      }
    }
  }
  if (!kmm) return;
  if (kmm.flavour === 'openshift') {
    if (kmm.catalog) checkReference(kmm.catalog, ['kmm', 'catalog'], say);
    else
      say(
        'error',
        ['kmm', 'flavour'],
        'The openshift flavour comes from a catalog.',
        'Add catalog, such as registry.redhat.io/redhat/redhat-operator-index:v4.12.',
      );
  } else {
    if (kmm.catalog) say('warning', ['kmm', 'catalog'], 'The upstream flavour needs no catalog.', 'Take it away.');
    if (!kmm.version) say('error', ['kmm'], 'The upstream flavour needs a version.', 'Add version, such as v2.4.1.');
  }
}
