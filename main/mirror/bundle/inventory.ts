import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';
import { fault } from '../../../shared/fault.ts';
import { isDigest } from '../../images/digest.ts';
import type { Digest } from '../../images/types.ts';
import { canonicalJson } from './canonical.ts';
import { bundleDiskFault } from './disk-fault.ts';
import { writeDurably } from './durable.ts';
import { checkFolders } from './export-state.ts';
import type { SigningKey } from './keys.ts';
import { judge, signatureOf, type Trusted, type Verdict } from './signature.ts';

/** What a site has, to carry home: the base of the next delta, and the receipt for bundles. Times are ISO 8601 UTC. */
export interface Inventory {
  /** '' = the store of a laptop that serves no site in particular. */
  site: string;
  madeAt: string;
  madeBy: string;
  /** Ids of bundles that were imported whole. */
  acknowledges: string[];
  digests: ReadonlySet<Digest>;
}

const Header = z.strictObject({
  schema: z.literal('bastion.kmm/inventory/v1'),
  site: z.string().max(80),
  madeAt: z.iso.datetime(),
  madeBy: z.string().max(200),
  acknowledges: z.array(z.string().regex(/^[0-9a-f]{64}$/)),
  digests: z.int().min(0),
});

/** Some 500,000 digests; both limits are checked before memory is spent. */
const limits = { fileBytes: 32 * 1024 * 1024, textBytes: 40 * 1024 * 1024 };

/**
 * Writes the signed inventory (FORMAT.md) into a folder that exists; the file's name is legal on FAT, exFAT and NTFS.
 * Faults: bundle.noFolder, store.full, store.unplugged, store.readOnly, inventory.tooLarge.
 */
export async function writeInventory(options: {
  folder: string;
  inventory: Omit<Inventory, 'digests'> & { digests: Iterable<Digest> };
  key: SigningKey;
}): Promise<{ path: string; digests: number }> {
  const { folder, key } = options;
  const { digests: given, ...rest } = options.inventory;
  await checkFolders([folder]);
  const digests = [...new Set(given)].sort();
  const header = canonicalJson({
    ...rest,
    schema: 'bastion.kmm/inventory/v1',
    acknowledges: [...rest.acknowledges].sort(),
    digests: digests.length,
  } satisfies z.infer<typeof Header>);
  const text = [header, ...digests, ''].join('\n');
  if (text.length > limits.textBytes) throw tooLarge(digests.length);
  const payload = zstdCompressSync(text, {
    params: { [constants.ZSTD_c_compressionLevel]: 6 },
  });
  const path = join(folder, fileName(rest));
  try {
    await writeDurably(path, Buffer.concat([Buffer.from(`${signatureOf(payload, key)}\n`), payload]));
  } catch (error) {
    throw bundleDiskFault(error, folder);
  }
  return { path, digests: digests.length };
}

/**
 * Reads an inventory and judges its signature before unpacking it.
 * Faults: inventory.notFound, inventory.damaged, inventory.untrusted, store.unplugged.
 */
export async function readInventory(
  path: string,
  trusted: readonly Trusted[],
): Promise<Inventory & { verdict: Verdict }> {
  const bytes = await readWhole(path);
  const end = bytes.subarray(0, 1000).indexOf(0x0a);
  if (end < 0) throw damaged(path, 'it has no signature');
  const payload = bytes.subarray(end + 1);
  const verdict = judge(payload, bytes.toString('utf8', 0, end), trusted);
  if (verdict.state === 'broken') throw damaged(path, 'it is not what was signed');
  if (verdict.state === 'unknown') throw untrusted(path, verdict);
  try {
    const text = zstdDecompressSync(payload, { maxOutputLength: limits.textBytes }).toString('utf8');
    const [first = '', ...lines] = text.split('\n');
    const { schema: _, digests: count, ...header } = Header.parse(JSON.parse(first));
    const digests = new Set(lines.filter(isDigest));
    if (digests.size !== count || lines.length !== count + 1) throw new Error(`it lists not ${count} digests`);
    return { ...header, digests, verdict };
  } catch (cause) {
    throw damaged(path, cause instanceof z.ZodError ? 'its first line is not as it should be' : String(cause));
  }
}

/** `bastion-inventory-<site>-20261122t221500z.inv` */
function fileName({ site, madeAt }: { site: string; madeAt: string }): string {
  const slug = site
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-|-$/g, '');
  const stamp = madeAt.replace(/\.\d+/, '').replace(/[-:]/g, '').toLowerCase();
  return `bastion-inventory-${slug === '' ? 'store' : slug}-${stamp}.inv`;
}

async function readWhole(path: string): Promise<Buffer> {
  try {
    const handle = await open(path, 'r');
    try {
      const found = await handle.stat();
      if (!found.isFile()) throw noInventory(path);
      if (found.size > limits.fileBytes) throw damaged(path, `it has ${found.size} bytes`);
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw noInventory(path);
    throw bundleDiskFault(error, path);
  }
}

/** Nothing that could be an inventory lies at this path. */
export const noInventory = (path: string, field = 'path') =>
  fault(
    'inventory.notFound',
    `${path} is no file that is there.`,
    'Name the file bastion-inventory-….inv that came back from the site.',
    { field },
  );

const damaged = (path: string, why: string) =>
  fault(
    'inventory.damaged',
    `The inventory ${path} can't be used: ${why}.`,
    'Copy it again, or have the site write it anew: `cli mirror inventory`.',
    { field: 'path' },
  );

const untrusted = (path: string, { key, publicKey }: Verdict) =>
  fault(
    'inventory.untrusted',
    `The inventory ${path} is signed by the key ${key}, which is not trusted here.`,
    `Ask the site to read out the key. If it is the same: \`cli mirror trust --name NAME --publicKey ${publicKey}\``,
    { field: 'path', about: [key] },
  );

const tooLarge = (digests: number) =>
  fault(
    'inventory.tooLarge',
    `${digests} digests do not fit into one inventory.`,
    'Prune the store first, or export full bundles.',
    { field: 'site' },
  );
