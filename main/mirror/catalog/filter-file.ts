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

function filterDocument(path: string, document: CatalogDocument, packages: Selection['packages']): Buffer | undefined {
  const { bytes } = document;
  const [schema, name, owned] = [document.member('schema'), document.member('name'), document.member('package')];
  const owner = schema === 'olm.package' ? name : owned;
  // What belongs to no package concerns the whole catalog.
  if (typeof owner !== 'string' || owner === '') return factsOf(document, path).schema === 'other' ? bytes : undefined;
  if (!Object.hasOwn(packages, owner)) return undefined;
  const { defaultChannel, channels } = packages[owner]!;
  switch (schema) {
    case 'olm.package':
      return document.member('defaultChannel') === defaultChannel
        ? bytes
        : json({ ...document.value(), defaultChannel });
    case 'olm.channel': {
      if (!Object.hasOwn(channels, String(name))) return undefined;
      const names = channels[String(name)]!;
      return keepEntries(document, (entry) => names.includes(String(entry['name'])));
    }
    case 'olm.bundle':
      return Object.values(channels).some((names) => names.includes(String(name))) ? bytes : undefined;
    case 'olm.deprecations':
      // opm refuses a deprecation of what is not there.
      return keepEntries(document, ({ reference }) => {
        const { schema: what, name: of = '' } = (reference ?? {}) as { schema?: string; name?: string };
        if (what === 'olm.channel') return Object.hasOwn(channels, of);
        return what !== 'olm.bundle' || Object.values(channels).some((names) => names.includes(of));
      });
    default:
      return bytes;
  }
}

/** The document with the entries that pass; nothing when none does. */
function keepEntries(document: CatalogDocument, passes: (entry: Json) => boolean): Buffer | undefined {
  const all = (document.member('entries') ?? []) as Json[];
  const entries = all.filter(passes);
  if (entries.length === 0) return undefined;
  return entries.length === all.length ? document.bytes : json({ ...document.value(), entries });
}

const json = (value: Json): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
