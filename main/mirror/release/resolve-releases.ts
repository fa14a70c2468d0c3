import type { PublicKey } from 'openpgp';
import { compare, parse } from 'semver';
import type { z } from 'zod';
import { OkdPlaces, type ReleaseSet } from '../../../shared/contract/image-set.ts';
import { fault } from '../../../shared/fault.ts';
import { nearest } from '../../../shared/rules/nearest.ts';
import { hexOf } from '../../images/digest.ts';
import { formatReference, parseReference, repositoryOf } from '../../images/reference.ts';
import { pool } from '../../modules/pool.ts';
import type { Basket } from '../image-set/basket.ts';
import type { ResolveEffects } from '../image-set/effects.ts';
import { type PinnedReference, pin } from '../image-set/pin.ts';
import type { WantedImage } from '../types.ts';
import { okdReleaseKeys } from './okd-keys.ts';
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
  const signing = signingOf(releases, effects);
  await pool(asked, 3, (release) =>
    basket.part(release.version ? `${release.image} (${release.version})` : release.image, () =>
      resolveRelease(release, releases, signing[release.type], effects, basket),
    ),
  );
}

/** Where signatures of a kind of releases lie, and whose count. */
interface Signing {
  base: string;
  /** Read when they are first asked for: a file that is missing spoils only the releases it is for. */
  keys: () => Promise<readonly PublicKey[]>;
}

function signingOf(releases: Releases, { fetch }: ResolveEffects): Record<AskedRelease['type'], Signing> {
  const { signatures, keys } = releases.okd ?? OkdPlaces.parse({});
  return {
    ocp: { base: releases.signatures, keys: once(() => releaseKeys(releases.keys, fetch)) },
    okd: { base: signatures, keys: once(() => releaseKeys(keys, fetch, okdReleaseKeys, 'releases.okd.keys')) },
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

async function resolveRelease(
  asked: AskedRelease,
  releases: Releases,
  signing: Signing,
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
  } = await findSignatures(reference.digest, await signing.keys(), {
    base: signing.base,
    fetch: effects.fetch,
    signal,
  });
  const name = formatReference(reference);
  // Signatures come first: what nobody signed is not even read.
  if (files.length === 0) {
    const why = `${name} has no valid signature (${problems.join('; ')})`;
    if (releases.unsigned === 'refuse') throw unsigned(why, asked.type === 'okd' ? 'releases.okd' : 'releases');
    basket.warn(`${why}; it is taken because the set says so, clusters will refuse it unless forced.`);
  }
  const source = effects.open(reference);
  const payload = await readPayload(source, reference.digest, { kubevirt: releases.kubevirt, signal });
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
  if (releases.kubevirt) addKubevirt(payload, reference, basket);
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
    addComponent(payload, release, name, image, basket);
  }
}

function addComponent(
  payload: ReleasePayload,
  release: PinnedReference,
  name: string,
  image: string,
  basket: Basket,
): void {
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

/** The KubeVirt disk image by the name that oc-mirror v2 gives it; a payload for several architectures has one of each. */
function addKubevirt(payload: ReleasePayload, release: PinnedReference, basket: Basket): void {
  const { version, architecture, kubevirt } = payload;
  const wanted = Object.entries(kubevirt).filter(([each]) => architecture === 'multi' || each === architecture);
  for (const [each, image] of wanted) {
    const name = architecture === 'multi' ? `kube-virt-container-${each}` : 'kube-virt-container';
    addComponent(payload, release, name, image, basket);
  }
  if (wanted.length === 0) basket.gap(`${version} kube-virt-container`, noKubevirt(payload));
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

const unsigned = (why: string, at: string) =>
  fault(
    'release.unsigned',
    `${why}.`,
    `Look at ${at}.signatures and ${at}.keys. unsigned: accept takes it nevertheless.`,
    { field: `${at}.signatures` },
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

const noKubevirt = ({ version, architecture, kubevirt }: ReleasePayload) => {
  const others = Object.keys(kubevirt).join(', ');
  return fault(
    'release.kubevirt',
    `${version} names no disk image for KubeVirt machines of ${architecture}${others ? `, only for ${others}` : ''}.`,
    'Older releases have none, nor have all architectures; take kubevirt away.',
    { field: 'releases.kubevirt' },
  );
};

const noComponent = (name: string, version: string, meant: string | undefined) =>
  fault(
    'release.component',
    `${version} has no component ${name}.`,
    meant ? `Did you mean ${meant}?` : 'Look at releases.components.',
    {
      field: 'releases.components',
    },
  );
