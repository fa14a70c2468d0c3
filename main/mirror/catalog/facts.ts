import { fault } from '../../../shared/fault.ts';
import type { CatalogDocument } from './documents.ts';

/** What a channel says of one bundle (olm.channel entries). Empty where it says nothing. */
export interface ChannelEntry {
  name: string;
  replaces: string;
  skips: string[];
  skipRange: string;
}

/** What a bundle needs of the same cluster. `other` are constraints that cannot be followed here (cel, not). */
export type Requirement =
  | { kind: 'package'; name: string; range: string }
  | { kind: 'gvk'; gvk: string }
  | { kind: 'all' | 'any'; of: Requirement[] }
  | { kind: 'other'; words: string };

export interface BundleFacts {
  name: string;
  package: string;
  image: string;
  /** Of its olm.package property; empty when it has none. */
  version: string;
  /** relatedImages that are not empty, as written. */
  related: string[];
  emptyRelated: number;
  /** `group/version/kind`. */
  provides: string[];
  requires: Requirement[];
}

/** One document of a catalog, as far as filtering needs to know it. Unknown schemas keep their package. */
export type DocumentFacts =
  | { schema: 'olm.package'; package: string; defaultChannel: string }
  | { schema: 'olm.channel'; package: string; name: string; entries: ChannelEntry[] }
  | { schema: 'olm.bundle'; package: string; bundle: BundleFacts }
  | { schema: 'olm.deprecations'; package: string }
  | { schema: 'other'; package: string };

type Json = Record<string, unknown>;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const record = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const gvkOf = (value: unknown): string => {
  const { group, version, kind } = record(value);
  return `${text(group)}/${text(version)}/${text(kind)}`;
};

/** Reads a document (mirror.md 7.6). Fault: catalog.unreadable where a schema or name is missing, as opm refuses it too. */
export function factsOf(document: CatalogDocument, path: string): DocumentFacts {
  const [schema, name, owner] = ['schema', 'name', 'package'].map((key) => text(document.member(key))) as [
    string,
    string,
    string,
  ];
  const named = (what: string, given: string) => {
    if (given !== '') return given;
    throw fault(
      'catalog.unreadable',
      `A document ${schema ? `of schema ${schema} ` : ''}in the catalog's file ${path} has no ${what}.`,
      'Take another tag of the catalog, or tell whoever publishes it.',
      { field: 'image', about: [path] },
    );
  };
  named('schema', schema);
  if (schema === 'olm.package') {
    return { schema, package: named('name', name), defaultChannel: text(document.member('defaultChannel')) };
  }
  if (schema === 'olm.channel') {
    const entries = list(document.member('entries')).map((entry) => {
      const { name: of, replaces, skips, skipRange } = record(entry);
      return {
        name: text(of),
        replaces: text(replaces),
        skips: list(skips).map(text).filter(Boolean),
        skipRange: text(skipRange),
      };
    });
    return { schema, package: named('package', owner), name: named('name', name), entries };
  }
  if (schema === 'olm.bundle') {
    return { schema, package: named('package', owner), bundle: bundleOf(document, owner, named('name', name)) };
  }
  return { schema: schema === 'olm.deprecations' ? schema : 'other', package: owner };
}

/** Of a bundle's properties; its manifests and metadata, the most of it, are none of them. */
const readProperties: ReadonlySet<string> = new Set([
  'olm.package',
  'olm.gvk',
  'olm.gvk.required',
  'olm.package.required',
  'olm.constraint',
]);

function bundleOf(document: CatalogDocument, owner: string, name: string): BundleFacts {
  let version = '';
  const provides: string[] = [];
  const requires: Requirement[] = [];
  for (const { type, value: of } of document.properties(readProperties)) {
    if (type === 'olm.package') version = text(record(of)['version']);
    else if (type === 'olm.gvk') provides.push(gvkOf(of));
    else if (type === 'olm.gvk.required') requires.push({ kind: 'gvk', gvk: gvkOf(of) });
    else if (type === 'olm.package.required') requires.push(packageRequirement(of));
    else if (type === 'olm.constraint') requires.push(constraint(of));
  }
  const images = list(document.member('relatedImages')).map((one) => text(record(one)['image']).trim());
  const related = images.filter(Boolean);
  return {
    name,
    package: owner,
    image: text(document.member('image')).trim(),
    version,
    related,
    emptyRelated: images.length - related.length,
    provides,
    requires,
  };
}

const packageRequirement = (value: unknown): Requirement => {
  const { packageName, versionRange } = record(value);
  return { kind: 'package', name: text(packageName), range: text(versionRange) };
};

/** olm.constraint (operator-framework/api pkg/constraints): package, gvk, all, any are followed; cel and not are named. */
function constraint(value: unknown): Requirement {
  const { package: wanted, gvk, all, any, cel, not, failureMessage } = record(value);
  if (wanted) return packageRequirement(wanted);
  if (gvk) return { kind: 'gvk', gvk: gvkOf(gvk) };
  if (all) return { kind: 'all', of: list(record(all)['constraints']).map(constraint) };
  if (any) return { kind: 'any', of: list(record(any)['constraints']).map(constraint) };
  const what = cel ? 'a CEL rule' : not ? 'a negation' : 'a rule of an unknown kind';
  return { kind: 'other', words: text(failureMessage) ? `${what} (${text(failureMessage)})` : what };
}

/** A requirement in words. */
export function requirementWords(requirement: Requirement): string {
  if (requirement.kind === 'package') {
    return `package ${requirement.name}${requirement.range ? ` in version ${requirement.range}` : ''}`;
  }
  if (requirement.kind === 'gvk') return `kind ${requirement.gvk}`;
  if (requirement.kind === 'other') return requirement.words;
  return requirement.of.map(requirementWords).join(requirement.kind === 'all' ? ' and ' : ' or ');
}
