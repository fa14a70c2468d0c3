import { FaultError, fault, toFault } from '../../../shared/fault.ts';
import { inParallel } from '../../images/copy/in-parallel.ts';
import { digestMismatch, matches } from '../../images/digest.ts';
import { readManifest } from '../../images/manifest.ts';
import { bodyBytes } from '../../images/registry/exchange.ts';
import type { Descriptor, Manifest, Registry } from '../../images/types.ts';
import { keyId } from '../bundle/public-key.ts';
import { judge, type Trusted, type Verdict } from '../bundle/signature.ts';
import type { WantedFile } from '../types.ts';
import { LaptopRecord, recordJsonType, recordTag, recordType, signatureKey } from './laptop-record.ts';

/** A record whose signature fits: `verdict` says whose it is. */
export interface FoundRecord {
  verdict: Verdict & { state: 'ours' | 'trusted' | 'unknown' };
  record: LaptopRecord;
}

/** Most bytes of a record's JSON; some 12,000 images. */
export const recordLimit = 8 * 1_048_576;
/** Whoever may push may put any number of them there: so many by unknown keys are read, those of trusted ones all. */
const mostStrangers = 20;
const atOnce = 6;

/** What says nothing of the line or of our rights, only of this one record. */
const spoilt = /^(registry\.(notFound|digestMismatch|tooLarge|schema1)|record\.unusable)$/;

/**
 * All records of a site, those of trusted keys first, or of the tags `only`. One that cannot be used (damaged, unsigned, of another form) is a sentence in
 * `unusable`, not the end. Faults: those of a registry that cannot be asked.
 */
export async function readRecords(
  registry: Registry,
  repository: string,
  trusted: readonly Trusted[],
  only?: readonly string[],
): Promise<{ records: FoundRecord[]; unusable: string[] }> {
  const place = `${registry.host}/${repository}`;
  const unusable: string[] = [];
  const listed = only ?? (await tagsOf(registry, repository, unusable));
  const wanted = new Set(trusted.map(({ publicKey }) => recordTag(keyId(publicKey))));
  const all = listed.filter((tag) => tag.startsWith(recordTag(''))).sort();
  const strangers = all.filter((tag) => !wanted.has(tag));
  if (strangers.length > mostStrangers) {
    unusable.push(
      `${place} holds ${strangers.length} records by keys that are not trusted here; ${mostStrangers} are read.`,
    );
  }
  const tags = [...all.filter((tag) => wanted.has(tag)), ...strangers.slice(0, mostStrangers)];
  const found = new Map<string, FoundRecord>();
  await inParallel(tags, atOnce, async (tag, signal) => {
    try {
      found.set(tag, await readOne(registry, repository, tag, trusted, signal));
    } catch (error) {
      if (!(error instanceof FaultError) || !spoilt.test(error.fault.code)) throw error;
      unusable.push(`The record ${place}:${tag} is not used: ${toFault(error).message}`);
    }
  });
  return { records: tags.flatMap((tag) => found.get(tag) ?? []), unusable: unusable.sort() };
}

/** No such repository: no record. Where only this repository is closed to us, the rest of the site can still be looked at. */
async function tagsOf(registry: Registry, repository: string, unusable: string[]): Promise<string[]> {
  try {
    return await registry.tags(repository);
  } catch (error) {
    const { code, message } = toFault(error);
    if (code === 'registry.notFound') return [];
    if (!/^registry\.(forbidden|unauthorized|refused)$/.test(code)) throw error;
    unusable.push(`What other laptops pushed is not known: ${message}`);
    return [];
  }
}

async function readOne(
  registry: Registry,
  repository: string,
  tag: string,
  trusted: readonly Trusted[],
  signal: AbortSignal,
): Promise<FoundRecord> {
  const { artifactType, layers, annotations } = contentOf(await registry.manifest(repository, tag, signal));
  const layer = layers.find(({ mediaType }) => mediaType === recordJsonType);
  if (artifactType !== recordType || !layer) throw unusableFault('it has another form; a newer version may read it.');
  const bytes = await smallBlob(registry, repository, layer, recordLimit, signal);
  const verdict = judge(bytes, annotations[signatureKey], trusted);
  const { state } = verdict;
  if (state === 'unsigned') throw unusableFault('it is not signed.');
  if (state === 'broken') throw unusableFault('it is not what was signed.');
  if (recordTag(verdict.key) !== tag) throw unusableFault(`it was signed by the key ${verdict.key}.`);
  const record = parsed(bytes);
  if (!record) throw unusableFault('it is not as it should be; a newer version may read it.');
  return { verdict: { ...verdict, state }, record };
}

function contentOf(manifest: Manifest): ReturnType<typeof readManifest> {
  try {
    return readManifest(manifest);
  } catch (error) {
    throw unusableFault(toFault(error).message);
  }
}

/** Files of a record, those that are `here` already not asked for. A file that is lost costs only itself. */
export async function recordFiles(
  registry: Registry,
  repository: string,
  { record }: FoundRecord,
  here: (path: string) => WantedFile | undefined,
): Promise<WantedFile[]> {
  const files: WantedFile[] = [];
  await inParallel(record.files, atOnce, async (file, signal) => {
    const { path, mediaType, digest, size } = file;
    const known = here(path);
    if (known && matches(known.bytes, digest)) return void files.push(known);
    try {
      files.push({ path, mediaType, bytes: await smallBlob(registry, repository, file, size, signal) });
    } catch (error) {
      if (!(error instanceof FaultError) || !spoilt.test(error.fault.code)) throw error;
    }
  });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function smallBlob(
  registry: Registry,
  repository: string,
  { mediaType, digest, size }: Pick<Descriptor, 'mediaType' | 'digest' | 'size'>,
  limit: number,
  signal: AbortSignal,
): Promise<Buffer> {
  if (size > limit) throw unusableFault(`it has ${size} bytes.`);
  const { body } = await registry.blob(repository, { mediaType, digest, size }, { offset: 0, signal });
  const bytes = await bodyBytes(body, size);
  if (!bytes || !matches(bytes, digest)) throw digestMismatch(digest, 'other bytes', `${registry.host}/${repository}`);
  return bytes;
}

function parsed(bytes: Buffer): LaptopRecord | undefined {
  try {
    return LaptopRecord.safeParse(JSON.parse(bytes.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

const unusableFault = (why: string) => fault('record.unusable', why, 'Push from that laptop again: it writes it anew.');
