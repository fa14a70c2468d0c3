import { readDocuments } from './documents.ts';
import { type BundleFacts, type ChannelEntry, type DocumentFacts, factsOf } from './facts.ts';
import { ignoredBy } from './index-ignore.ts';

export interface PackageFacts {
  name: string;
  defaultChannel: string;
  /** Entries by channel. */
  channels: Map<string, ChannelEntry[]>;
  bundles: Map<string, BundleFacts>;
}

/** A catalog without its texts: what filtering and dependencies need. */
export interface CatalogIndex {
  packages: Map<string, PackageFacts>;
  /** Documents of schemas that are not OLM's. */
  others: number;
}

/** A file of a catalog's folder; `path` is relative to that folder. */
export interface CatalogFile {
  path: string;
  bytes: Buffer;
}

/**
 * Reads a catalog file by file and keeps facts only. What `.indexignore` files name is left out, wherever they come in the
 * stream. Fault: catalog.unreadable of the first file that is not ignored.
 */
export async function indexCatalog(files: AsyncIterable<CatalogFile>): Promise<CatalogIndex> {
  const ignores = new Map<string, string>();
  const found = new Map<string, { facts: DocumentFacts[]; error?: unknown }>();
  for await (const { path, bytes } of files) {
    if (isIgnoreFile(path)) {
      ignores.set(path, bytes.toString('utf8'));
      continue;
    }
    const facts: DocumentFacts[] = [];
    found.set(path, { facts });
    try {
      for (const document of readDocuments(path, bytes)) facts.push(factsOf(document, path));
    } catch (error) {
      found.set(path, { facts, error });
    }
  }
  const ignored = ignoredBy(ignores);
  const index: CatalogIndex = { packages: new Map(), others: 0 };
  for (const path of [...found.keys()].sort()) {
    const { facts, error } = found.get(path)!;
    if (ignored(path)) continue;
    if (error) throw error;
    for (const one of facts) add(index, one);
  }
  return index;
}

export const isIgnoreFile = (path: string): boolean => path === '.indexignore' || path.endsWith('/.indexignore');

function add(index: CatalogIndex, facts: DocumentFacts): void {
  if (facts.schema === 'other') index.others += 1;
  if (facts.schema === 'other' || facts.schema === 'olm.deprecations') return;
  let owner = index.packages.get(facts.package);
  if (!owner) {
    owner = { name: facts.package, defaultChannel: '', channels: new Map(), bundles: new Map() };
    index.packages.set(facts.package, owner);
  }
  if (facts.schema === 'olm.package') owner.defaultChannel = facts.defaultChannel;
  else if (facts.schema === 'olm.channel') owner.channels.set(facts.name, facts.entries);
  else owner.bundles.set(facts.bundle.name, facts.bundle);
}
