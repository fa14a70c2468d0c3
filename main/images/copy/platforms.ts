import { fault } from '../../../shared/fault.ts';
import type { Descriptor } from '../types.ts';

type Platform = NonNullable<Descriptor['platform']>;

export const platformText = ({ os, architecture, variant }: Platform): string =>
  [os, architecture, ...(variant ? [variant] : [])].join('/');

/** Where BuildKit says which image an attestation in the same index is about. */
const attestationOf = 'vnd.docker.reference.digest';

/**
 * The children of an index for some platforms (`os/architecture[/variant]`; none = all). Children without a platform come along,
 * attestations with their image. Fault image.noPlatform names those there are.
 */
export function choosePlatforms(
  children: readonly Descriptor[],
  platforms: readonly string[],
  name: string,
): Descriptor[] {
  if (platforms.length === 0 || children.length === 0) return [...children];
  const named = children.filter(({ platform }) => platform && platform.os !== 'unknown');
  const chosen = new Set(named.filter(({ platform }) => platforms.some((each) => fits(platform as Platform, each))));
  if (named.length > 0 && chosen.size === 0) {
    const there = [...new Set(named.map(({ platform }) => platformText(platform as Platform)))].join(', ');
    throw fault(
      'image.noPlatform',
      `${name} has no ${platforms.join(' or ')}; there is ${there}.`,
      'Add one of these to the platforms of the image set, or leave the image out.',
      { field: 'platforms', about: [name] },
    );
  }
  const digests = new Set<string>([...chosen].map(({ digest }) => digest));
  return children.filter((child) => {
    if (named.includes(child)) return chosen.has(child);
    const about = child.annotations?.[attestationOf];
    return about === undefined || digests.has(about);
  });
}

function fits(platform: Platform, wanted: string): boolean {
  const [os, architecture, variant] = wanted.split('/');
  return (
    platform.os === os &&
    platform.architecture === architecture &&
    (variant === undefined || (platform.variant ?? '') === variant)
  );
}
