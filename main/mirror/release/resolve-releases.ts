import type { PublicKey } from 'openpgp';
import { compare, parse } from 'semver';
import type { z } from 'zod';
import type { ReleaseSet } from '../../../shared/contract/image-set.ts';
import { fault } from '../../../shared/fault.ts';
import { nearest } from '../../../shared/rules/nearest.ts';
import { hexOf } from '../../images/digest.ts';
import { formatReference, parseReference, repositoryOf } from '../../images/reference.ts';
import { pool } from '../../modules/pool.ts';
import type { Basket } from '../image-set/basket.ts';
import type { ResolveEffects } from '../image-set/effects.ts';
import { type PinnedReference, pin } from '../image-set/pin.ts';
import type { WantedImage } from '../types.ts';
import { releaseKeys } from './openpgp-keys.ts';
import { type ReleasePayload, readPayload } from './payload.ts';
import { type AskedRelease, releasesOf } from './releases-of.ts';
import { findSignatures } from './signature.ts';

type Releases = z.output<typeof ReleaseSet>;

/** From this version on clusters refuse releases whose cosign signature (tag `sha256-<hex>.sig`) is not mirrored (mirror.md 1.8). */
const needsCosign = '4.21.0-0';

/**
 * The releases of a set: which they are, whether they are signed, and the images of each. A release that can't be had, or is not signed
 * when it must be, is a gap; the others come.
 */
export async function resolveReleases(releases: Releases, effects: ResolveEffects, basket: Basket): Promise<void> {
  const asked = await releasesOf(releases, effects, basket);
  const keys = await releaseKeys(releases.keys, (place, options) => effects.fetch(place, options));
  await pool(asked, 3, (release) =>
    basket.part(release.version ? `${release.image} (${release.version})` : release.image, () =>
      resolveRelease(release, releases, keys, effects, basket),
    ),
  );
}

async function resolveRelease(
  asked: AskedRelease,
  releases: Releases,
  keys: readonly PublicKey[],
  effects: ResolveEffects,
  basket: Basket,
): Promise<void> {
  effects.onStep?.(`the release ${asked.version || asked.image}`);
  const reference = await pin(parseReference(asked.image, 'releases'), effects);
  const { signal } = effects;
  const {
    files,
    problems,
    keys: signers,
  } = await findSignatures(reference.digest, keys, {
    base: releases.signatures,
    fetch: effects.fetch,
    signal,
  });
  const name = formatReference(reference);
  // Signatures come first: what nobody signed is not even read.
  if (files.length === 0) {
    const why = `${name} has no valid signature (${problems.join('; ')})`;
    if (releases.unsigned === 'refuse') throw unsigned(why);
    basket.warn(`${why}; it is taken because the set says so, clusters will refuse it unless forced.`);
  }
  const source = effects.open(reference);
  const payload = await readPayload(source, reference.digest, signal);
  if (asked.version && asked.version !== payload.version) throw otherVersion(name, asked.version, payload.version);
  for (const file of files) basket.file(file);
  const facts = { version: payload.version, architecture: payload.architecture };
  basket.add({
    name,
    category: 'release',
    target: { repository: 'openshift/release-images', tag: tagOf(payload) },
    sources: [repositoryOf(reference)],
    by: 'digest',
    facts: { ...facts, ...(signers.length > 0 && { signedBy: signers.join(' ') }) },
  });
  addComponents(payload, reference, releases.components, basket);
  await checkCosign(payload, reference, effects, basket);
}

/** `4.12.3-x86_64`: the tag of a release, and the start of its components' tags. */
const tagOf = ({ version, architecture }: ReleasePayload): string => `${version}-${architecture}`.replace(/\+/g, '_');

function addComponents(
  payload: ReleasePayload,
  release: PinnedReference,
  filter: readonly string[],
  basket: Basket,
): void {
  const names = payload.components.map(({ name }) => name);
  for (const missing of filter.filter((name) => !names.includes(name))) {
    basket.gap(`${payload.version} ${missing}`, noComponent(missing, payload.version, nearest(missing, names)));
  }
  for (const { name, image } of payload.components) {
    if (filter.length > 0 && !filter.includes(name)) continue;
    try {
      const reference = parseReference(image);
      const wanted: WantedImage = {
        name: formatReference(reference),
        category: 'component',
        target: { repository: 'openshift/release', tag: `${tagOf(payload)}-${name}`.slice(0, 128) },
        sources: [repositoryOf(reference)],
        by: 'digest',
        neededBy: [formatReference(release)],
        facts: { version: payload.version, architecture: payload.architecture, component: name },
      };
      basket.add(wanted);
    } catch (error) {
      basket.gap(`${payload.version} ${name}`, error);
    }
  }
}

async function checkCosign(
  { version }: ReleasePayload,
  reference: PinnedReference,
  effects: ResolveEffects,
  basket: Basket,
): Promise<void> {
  if (!parse(version) || compare(version, needsCosign) < 0) return;
  const tag = `sha256-${hexOf(reference.digest)}.sig`;
  const found = await effects.open(reference).resolve(tag, effects.signal);
  if (found) return;
  basket.warn(
    `${version} has no cosign signature at ${repositoryOf(reference)}:${tag}: clusters of 4.21 and later refuse such releases by their default policy.`,
  );
}

const unsigned = (why: string) =>
  fault(
    'release.unsigned',
    `${why}.`,
    'Look at releases.signatures and releases.keys. unsigned: accept takes it nevertheless.',
    {
      field: 'releases.signatures',
    },
  );

const otherVersion = (name: string, wanted: string, is: string) =>
  fault(
    'release.version',
    `The graph calls ${name} ${wanted}, the image itself says ${is}.`,
    'Do not use this graph or this image.',
    {
      field: 'releases.graph',
    },
  );

const noComponent = (name: string, version: string, meant: string | undefined) =>
  fault(
    'release.component',
    `${version} has no component ${name}.`,
    meant ? `Did you mean ${meant}?` : 'Look at releases.components.',
    {
      field: 'releases.components',
    },
  );
