import { Readable } from 'node:stream';
import { fault, toFault } from '../../../shared/fault.ts';
import type { Registry } from '../../images/types.ts';
import type { SiteImageRecord, SiteRecord } from '../../store/sites.ts';
import type { SigningKey } from '../bundle/keys.ts';
import type { createTrust } from '../bundle/trust.ts';
import { parseAddress, under } from '../sites/registries.ts';
import type { MirrorImage, WantedFile } from '../types.ts';
import { type RecordEntry, recordArtifact, recordBytes, recordRepository, recordTag } from './laptop-record.ts';
import type { LookDeps } from './look.ts';
import { readRecords, recordFiles, recordLimit } from './read-records.ts';
import { signaturesOf } from './site-content.ts';

/** Facts that resources are made by, or that tell a person what it is. The rest is of no use at a site. */
const factsKept = ['role', 'alsoBy', 'version', 'architecture', 'component', 'base'];

/**
 * Writes into a site's registry what this laptop pushed there, so that another laptop, or this one after a loss, makes the same cluster
 * resources. What its earlier record tells of places that the rows know nothing of stays, and so do signatures of releases that lie
 * there but are in the store no more. Gives a warning where it could not be written, else '': the push is as good without it.
 */
export async function putRecord(
  deps: Pick<LookDeps, 'sites' | 'registries'> & { trust: Pick<ReturnType<typeof createTrust>, 'trusted' | 'key'> },
  site: SiteRecord,
  signaturesHere: () => Promise<WantedFile[]>,
): Promise<string> {
  const { sites, registries, trust } = deps;
  const address = parseAddress(site.address);
  const registry = registries.of(address.host);
  const repository = under(address, recordRepository);
  try {
    const key = trust.key();
    const rows = sites.images(site.id);
    const own = [{ publicKey: key.publicKey, ours: true }];
    const { records } = await readRecords(registry, repository, own, [recordTag(key.id)]);
    const before = records.find(({ verdict }) => verdict.state === 'ours');
    const known = new Set(rows.map((row) => `${row.repository}:${row.tag || row.digest}`));
    const kept = (before?.record.images ?? []).filter(
      (entry) => !known.has(`${under(address, entry.repository)}:${entry.tag || entry.digest}`),
    );
    const images = [...rows.filter(({ pushed_by }) => pushed_by === '').map(entryOf), ...kept];
    if (images.length === 0) return '';
    const signatures = await signaturesHere();
    const here = (path: string) => signatures.find((file) => file.path === path);
    const files = signaturesOf(
      [...signatures, ...(before ? await recordFiles(registry, repository, before, here) : [])],
      new Set(images.map(({ digest }) => digest)),
    );
    await put(registry, repository, key, images, files);
    return '';
  } catch (error) {
    return `What was pushed could not be written down at the site, so other laptops make no resources of it: ${toFault(error).message}`;
  }
}

function entryOf({ tag, digest, image_json, pushed_at }: SiteImageRecord): RecordEntry {
  const image = JSON.parse(image_json) as MirrorImage;
  const { target, name, category, by, sources, mediaType, attached = [], omitted } = image;
  const facts = Object.fromEntries(Object.entries(image.facts ?? {}).filter(([name]) => factsKept.includes(name)));
  return {
    ...{ repository: target.repository, tag, digest: digest as RecordEntry['digest'], mediaType, name },
    ...{ category, by, sources, facts, attached, pushedAt: pushed_at },
    ...(omitted && { omitted }),
  };
}

async function put(
  registry: Registry,
  repository: string,
  key: SigningKey,
  images: readonly RecordEntry[],
  files: readonly WantedFile[],
): Promise<void> {
  const tag = recordTag(key.id);
  const json = recordBytes(images, files);
  if (json.length > recordLimit) {
    throw fault(
      'record.tooLarge',
      `The record of ${images.length} images is too large to be read back.`,
      'Use a second prefix.',
    );
  }
  const { manifest, blobs } = recordArtifact(json, files, key);
  if ((await registry.resolve(repository, tag))?.digest === manifest.digest) return;
  for (const { descriptor, bytes } of blobs) {
    if ((await registry.hasBlob(repository, descriptor.digest)) !== undefined) continue;
    await registry.upload(repository, descriptor, async (offset) =>
      Readable.from([bytes.subarray(offset)], { objectMode: false }),
    );
  }
  await registry.putManifest(repository, tag, manifest);
  if ((await registry.resolve(repository, tag))?.digest !== manifest.digest) {
    throw fault('registry.unverified', `${registry.host}/${repository} does not give it back.`, 'Push again.');
  }
}
