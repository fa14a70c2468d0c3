import { parse } from 'yaml';
import { fault } from '../../../shared/fault.ts';

/** One document of a catalog file: its value, and its bytes as they stand in the file. */
export interface CatalogDocument {
  format: 'json' | 'yaml';
  bytes: Buffer;
  value: Record<string, unknown>;
}

const [brace, closing, bracket, bracketEnd, quote, backslash, dash] = [...Buffer.from('{}[]"\\-')] as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

/**
 * The documents of a file of a file-based catalog, one at a time: concatenated JSON, or YAML parted by `---` (operator-registry
 * alpha/declcfg/load.go takes both). Only one value exists at a time. Faults: catalog.unreadable, which names the file and the byte.
 */
export function* readDocuments(path: string, bytes: Buffer): Generator<CatalogDocument> {
  const start = skipBlanks(bytes, 0);
  if (bytes[start] === brace) yield* readJson(path, bytes, start);
  else yield* readYaml(path, bytes);
}

function* readJson(path: string, bytes: Buffer, start: number): Generator<CatalogDocument> {
  for (let at = start; at < bytes.length; ) {
    if (bytes[at] !== brace) throw unreadable(path, at, 'a JSON object is expected here');
    const end = endOfObject(bytes, at);
    if (end < 0) throw unreadable(path, at, 'the JSON object that begins here has no end');
    const document = bytes.subarray(at, end);
    let value: unknown;
    try {
      value = JSON.parse(document.toString('utf8'));
    } catch (error) {
      throw unreadable(path, at, (error as Error).message);
    }
    yield { format: 'json', bytes: document, value: value as Record<string, unknown> };
    at = skipBlanks(bytes, end);
    // A separator of YAML between JSON documents is taken by its readers.
    if (bytes[at] === dash && bytes.subarray(at, at + 3).toString() === '---') at = skipBlanks(bytes, at + 3);
  }
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
      yield { format: 'yaml', bytes: document, value: value as Record<string, unknown> };
    }
    at = next;
  }
}

/** Index of the byte after the object that begins at `start`; -1 when it has no end. */
function endOfObject(bytes: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === quote) {
      for (at += 1; at < bytes.length && bytes[at] !== quote; at += 1) if (bytes[at] === backslash) at += 1;
    } else if (byte === brace || byte === bracket) {
      depth += 1;
    } else if (byte === closing || byte === bracketEnd) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

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

function skipBlanks(bytes: Buffer, start: number): number {
  let at = start;
  // A byte order mark counts as blank.
  while (at < bytes.length && (bytes[at]! <= 0x20 || (at < 3 && bytes[at]! >= 0xbb))) at += 1;
  return at;
}

const unreadable = (path: string, at: number, why: string) =>
  fault(
    'catalog.unreadable',
    `The catalog's file ${path} can't be read at byte ${at}: ${why}.`,
    'Take another tag of the catalog, or tell whoever publishes it.',
    { field: 'image', about: [path] },
  );
