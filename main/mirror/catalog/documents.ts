import { parse } from 'yaml';
import { fault } from '../../../shared/fault.ts';
import { elementsOf, endOfValue, membersOf, parseRange, skipBlanks } from './json-scan.ts';

/** One document of a catalog file. Bundles hold much that nobody here reads, so nothing is parsed before it is asked for. */
export interface CatalogDocument {
  format: 'json' | 'yaml';
  /** As it stands in the file. */
  bytes: Buffer;
  /** A member of it; undefined when it is not there. */
  member(name: string): unknown;
  /** Type and value of its `properties` that have one of the types. */
  properties(types: ReadonlySet<string>): { type: string; value: unknown }[];
  /** All of it. */
  value(): Record<string, unknown>;
}

/**
 * The documents of a file of a file-based catalog, one at a time: concatenated JSON, or YAML parted by `---` (operator-registry
 * alpha/declcfg/load.go takes both). Fault: catalog.unreadable, which names the file and the byte.
 */
export function* readDocuments(path: string, bytes: Buffer): Generator<CatalogDocument> {
  const mark = bytes.subarray(0, 3).toString('hex') === 'efbbbf' ? 3 : 0;
  const start = skipBlanks(bytes, mark);
  if (bytes[start] === brace) yield* readJson(path, bytes, start);
  else yield* readYaml(path, bytes.subarray(mark));
}

const brace = 0x7b;

function* readJson(path: string, bytes: Buffer, start: number): Generator<CatalogDocument> {
  for (let at = start; at < bytes.length; ) {
    if (bytes[at] !== brace) throw unreadable(path, at, 'a JSON object is expected here');
    const end = endOfValue(bytes, at);
    if (end < 0) throw unreadable(path, at, 'the JSON object that begins here has no end');
    yield jsonDocument(path, at, bytes.subarray(at, end));
    at = skipBlanks(bytes, end);
    // A separator of YAML between JSON documents is taken by its readers.
    if (bytes.toString('latin1', at, at + 3) === '---') at = skipBlanks(bytes, at + 3);
  }
}

function jsonDocument(path: string, at: number, bytes: Buffer): CatalogDocument {
  const guarded = <T>(run: () => T): T => {
    try {
      return run();
    } catch (error) {
      throw unreadable(path, at, (error as Error).message);
    }
  };
  const members = guarded(() => membersOf(bytes, 0));
  return {
    format: 'json',
    bytes,
    member: (name) => {
      const range = members.get(name);
      return range && guarded(() => parseRange(bytes, range));
    },
    properties: (types) =>
      guarded(() => {
        const list = members.get('properties');
        if (!list || bytes.toString('latin1', list.start, list.end) === 'null') return [];
        return elementsOf(bytes, list.start).flatMap(({ start }) => {
          const { type, value } = Object.fromEntries(membersOf(bytes, start));
          const name = type && parseRange(bytes, type);
          if (typeof name !== 'string' || !types.has(name) || !value) return [];
          return [{ type: name, value: parseRange(bytes, value) }];
        });
      }),
    value: () => guarded(() => JSON.parse(bytes.toString('utf8')) as Record<string, unknown>),
  };
}

function* readYaml(path: string, bytes: Buffer): Generator<CatalogDocument> {
  for (let at = 0; at < bytes.length; ) {
    const { end, next } = endOfYaml(bytes, at);
    const document = bytes.subarray(at, end);
    let value: unknown;
    try {
      value = parse(document.toString('utf8'), { maxAliasCount: 1000 });
    } catch (error) {
      throw unreadable(path, at, (error as Error).message.split('\n')[0] ?? '');
    }
    if (value !== null && value !== undefined) {
      if (typeof value !== 'object' || Array.isArray(value))
        throw unreadable(path, at, 'a YAML mapping is expected here');
      yield yamlDocument(document, value as Record<string, unknown>);
    }
    at = next;
  }
}

const yamlDocument = (bytes: Buffer, value: Record<string, unknown>): CatalogDocument => ({
  format: 'yaml',
  bytes,
  member: (name) => value[name],
  properties: (types) => {
    const list = (Array.isArray(value['properties']) ? value['properties'] : []) as { type: string; value: unknown }[];
    return list.filter((one) => types.has(one?.type));
  },
  value: () => value,
});

/** A line that is `---`, alone or with blanks or a comment behind, ends a YAML document. */
function endOfYaml(bytes: Buffer, start: number): { end: number; next: number } {
  for (let at = start; at < bytes.length; ) {
    const found = bytes.indexOf('---', at);
    if (found < 0) break;
    const lineEnd = bytes.indexOf('\n', found);
    const next = lineEnd < 0 ? bytes.length : lineEnd + 1;
    const rest = bytes
      .subarray(found + 3, next)
      .toString('latin1')
      .trim();
    if ((found === 0 || bytes[found - 1] === 0x0a) && (rest === '' || rest.startsWith('#')))
      return { end: found, next };
    at = found + 3;
  }
  return { end: bytes.length, next: bytes.length };
}

const unreadable = (path: string, at: number, why: string) =>
  fault(
    'catalog.unreadable',
    `The catalog's file ${path} can't be read at byte ${at}: ${why}.`,
    'Take another tag of the catalog, or tell whoever publishes it.',
    { field: 'image', about: [path] },
  );
