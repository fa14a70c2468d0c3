import { type Document, isMap, isSeq, parseDocument, type Scalar, stringify, type YAMLMap, type YAMLSeq } from 'yaml';
import { ImageSet } from '../../../shared/contract/image-set.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A set, or what a form holds that is to become one: any field may be wrong. */
type Draft = ImageSet | { name: string };

/**
 * The YAML of a set. Of `yaml` (which a form was filled from) comments, order and what is not changed stay as they are; fields that
 * have their default and were not written are left out.
 */
export function writeImageSet(set: Draft, yaml = ''): string {
  const doc = parseDocument(yaml, { logLevel: 'error' });
  const defaults = usualFields();
  const wanted = JSON.parse(JSON.stringify(set)) as { [key: string]: Json };
  if (doc.errors.length > 0 || !isMap(doc.contents)) return stringify(spare(wanted, defaults), { lineWidth: 0 });
  merge(doc, doc.contents as YAMLMap, wanted, defaults);
  return doc.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** Brings a map to `wanted` and touches only what differs. */
function merge(doc: Document, map: YAMLMap, wanted: { [key: string]: Json }, defaults: Json | undefined): void {
  const usual = isObject(defaults) ? defaults : {};
  for (const pair of [...map.items]) {
    const key = String((pair.key as Scalar).value);
    if (!(key in wanted)) map.delete(key);
  }
  for (const [key, value] of Object.entries(wanted)) {
    const there = map.get(key, true);
    if (there === undefined && !isObject(value) && same(value, usual[key] ?? null)) continue;
    if (isMap(there) && isObject(value)) merge(doc, there as YAMLMap, value, usual[key]);
    else if (isSeq(there) && Array.isArray(value)) mergeList(doc, there as YAMLSeq, value);
    else if (!same(plain(there, doc), value)) map.set(key, doc.createNode(spare(value, usual[key])));
  }
}

/** Entries keep their comments as long as they are the same, or bear the same name. */
function mergeList(doc: Document, list: YAMLSeq, wanted: Json[]): void {
  const before = [...list.items];
  list.items = wanted.map((value) => {
    const kept =
      before.find((node) => same(plain(node, doc), value)) ??
      before.find((node) => isMap(node) && isObject(value) && nameOf(plain(node, doc)) === nameOf(value));
    if (!kept) return doc.createNode(spare(value, undefined));
    before.splice(before.indexOf(kept), 1);
    if (isMap(kept) && isObject(value)) merge(doc, kept as YAMLMap, value, emptyEntry);
    return kept;
  });
  if (list.items.length > 0 && before.length === 0 && list.flow && wanted.some(isObject)) list.flow = false;
}

const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const nameOf = (value: Json): Json | undefined =>
  isObject(value)
    ? value['name'] || value['image'] || value['repository'] || value['manifest'] || undefined
    : undefined;

const plain = (node: unknown, doc: Document): Json =>
  node === undefined || node === null ? null : ((node as { toJS(doc: Document): Json }).toJS(doc) ?? null);

const same = (a: Json, b: Json): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What the schema fills into entries of lists. */
const emptyEntry: { [key: string]: Json } = {
  path: 'all',
  type: 'ocp',
  packages: [],
  channels: [],
  full: false,
  dependencies: true,
  target: '',
  name: '',
  version: '',
  paths: [],
};

/** What the schema fills in, but for the heading. */
function usualFields(): Json {
  const heading = { apiVersion: 'bastion.kmm/v1', kind: 'ImageSet', name: 'usual' };
  const { apiVersion, kind, name, ...bare } = ImageSet.parse({ ...heading, releases: {}, kmm: {} });
  return JSON.parse(JSON.stringify(bare)) as Json;
}

/** A value without the fields that only repeat a default. */
function spare(value: Json, defaults: Json | undefined): Json {
  if (Array.isArray(value)) return value.map((each) => spare(each, emptyEntry));
  if (!isObject(value)) return value;
  const usual = isObject(defaults) ? defaults : emptyEntry;
  const kept = Object.entries(value).filter(([key, each]) => !same(each, usual[key] ?? null) && !isEmptyList(each));
  return Object.fromEntries(kept.map(([key, each]) => [key, spare(each, usual[key])]));
}

const isEmptyList = (value: Json): boolean => Array.isArray(value) && value.length === 0;
