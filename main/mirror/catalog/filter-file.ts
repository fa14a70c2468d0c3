import { type CatalogDocument, readDocuments } from './documents.ts';
import { factsOf } from './facts.ts';
import type { Selection } from './selection.ts';

type Json = Record<string, unknown>;

/**
 * What stays of a catalog's file; empty when nothing does. Bundles, unknown schemas and all else that stays whole keep their bytes;
 * packages, channels and deprecations that change are written anew as JSON (which is YAML too), so the same input gives the same bytes.
 */
export function filterFile(path: string, bytes: Buffer, { packages }: Selection): Buffer {
  const parts: Buffer[] = [];
  for (const document of readDocuments(path, bytes)) {
    const kept = filterDocument(path, document, packages);
    if (!kept) continue;
    if (document.format === 'yaml') parts.push(Buffer.from('---\n'));
    parts.push(kept);
    if (kept.at(-1) !== 0x0a) parts.push(Buffer.from('\n'));
  }
  return Buffer.concat(parts);
}

function filterDocument(
  path: string,
  { bytes, value }: CatalogDocument,
  packages: Selection['packages'],
): Buffer | undefined {
  const facts = factsOf(value, path);
  // What belongs to no package concerns the whole catalog.
  if (facts.schema === 'other' && facts.package === '') return bytes;
  const owner = packages[facts.package];
  if (!owner) return undefined;
  switch (facts.schema) {
    case 'olm.package':
      return facts.defaultChannel === owner.defaultChannel
        ? bytes
        : json({ ...value, defaultChannel: owner.defaultChannel });
    case 'olm.channel': {
      const names = owner.channels[facts.name];
      if (!names) return undefined;
      const entries = (value['entries'] as Json[]).filter(({ name }) => names.includes(String(name)));
      return entries.length === facts.entries.length ? bytes : json({ ...value, entries });
    }
    case 'olm.bundle':
      return Object.values(owner.channels).some((names) => names.includes(facts.bundle.name)) ? bytes : undefined;
    case 'olm.deprecations':
      return filterDeprecations(bytes, value, owner.channels);
    default:
      return bytes;
  }
}

/** opm refuses a deprecation of what is not there. */
function filterDeprecations(bytes: Buffer, value: Json, channels: Record<string, string[]>): Buffer | undefined {
  const all = (Array.isArray(value['entries']) ? value['entries'] : []) as {
    reference?: { schema?: string; name?: string };
  }[];
  const entries = all.filter(({ reference: { schema, name = '' } = {} }) => {
    if (schema === 'olm.channel') return name in channels;
    if (schema === 'olm.bundle') return Object.values(channels).some((names) => names.includes(name));
    return true;
  });
  if (entries.length === 0) return undefined;
  return entries.length === all.length ? bytes : json({ ...value, entries });
}

const json = (value: Json): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
