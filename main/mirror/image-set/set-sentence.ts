import type { ImageSet } from '../../../shared/contract/image-set.ts';

const count = (number: number, one: string, many = `${one}s`): string[] =>
  number === 0 ? [] : [`${number} ${number === 1 ? one : many}`];

/** What a set asks for, in words: "4.12.3…4.12.6 (amd64), 2 packages, 3 images". */
export function setSentence({ releases, catalogs, kmm, images, modules, charts }: ImageSet): string {
  const channels = releases?.channels.map(({ name, from, to }) => {
    if (!from && !to) return `head of ${name}`;
    return from === to ? `${from}` : `${from ?? `start of ${name}`}…${to ?? `head of ${name}`}`;
  });
  const parts = [
    ...(releases && channels?.length ? [`${channels.join(', ')} (${releases.architectures.join(', ')})`] : []),
    ...count(releases?.images.length ?? 0, 'release image'),
    ...(releases?.graphImage ? ['graph-data image'] : []),
    ...count(catalogs.flatMap((catalog) => catalog.packages).length, 'package'),
    ...count(catalogs.filter((catalog) => catalog.packages.length === 0).length, 'whole catalog'),
    ...(kmm ? [kmm.flavour === 'upstream' ? `KMM ${kmm.version}` : 'KMM from its catalog'] : []),
    ...count(modules.length, 'module'),
    ...count(images.length, 'image'),
    ...count(charts.length, 'chart'),
  ];
  return parts.length === 0 ? 'nothing yet' : parts.join(', ');
}
