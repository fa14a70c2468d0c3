/**
 * A set of field paths as FieldsV1 writes it: keys `f:name`, `k:{"name":"x"}`, `v:"x"`; a node is a member itself when
 * it has no children, or the key `.`. Nodes are shared and never changed. The empty set is `undefined`.
 */
export interface FieldSet {
  readonly [element: string]: FieldSet;
}

/** The node of a path that is a member and has nothing below. */
export const leaf: FieldSet = Object.freeze({});

/** Whether the node itself, not only something below it, belongs to the set. Not meant for a root. */
export function isMember(node: FieldSet): boolean {
  if ('.' in node) return true;
  for (const _ in node) return false;
  return true;
}

/** A node from its parts; undefined when nothing is left. */
export function nodeOf(member: boolean, children: Record<string, FieldSet> | undefined): FieldSet | undefined {
  let any = false;
  for (const _ in children) {
    any = true;
    break;
  }
  if (!any) return member ? leaf : undefined;
  return member ? { '.': leaf, ...children } : children;
}

/** Whether every member of `part` is in `whole`. */
export function covers(whole: FieldSet | undefined, part: FieldSet | undefined, root = true): boolean {
  if (!part || part === whole) return true;
  if (!whole) return false;
  if (!root && isMember(part) && !isMember(whole)) return false;
  for (const key in part) if (key !== '.' && !covers(whole[key], part[key], false)) return false;
  return true;
}

/** Members of either. */
export function union(a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined {
  if (!a || a === b) return b;
  if (!b || covers(a, b)) return a;
  const all = (one: FieldSet, two: FieldSet): FieldSet => {
    if (one === two) return one;
    const children: Record<string, FieldSet> = {};
    for (const key in one) if (key !== '.') children[key] = two[key] ? all(one[key]!, two[key]!) : one[key]!;
    for (const key in two) if (key !== '.' && !one[key]) children[key] = two[key]!;
    return nodeOf(isMember(one) || isMember(two), children)!;
  };
  const children: Record<string, FieldSet> = { ...a };
  for (const key in b) children[key] = a[key] ? all(a[key]!, b[key]!) : b[key]!;
  return children;
}

/** Members of `a` that are not members of `b`. */
export function difference(a: FieldSet | undefined, b: FieldSet | undefined, root = true): FieldSet | undefined {
  if (!a || !b) return a;
  if (a === b) return undefined;
  const children: Record<string, FieldSet> = {};
  let changed = false;
  for (const key in a) {
    if (key === '.') continue;
    const rest = difference(a[key], b[key], false);
    if (rest) children[key] = rest;
    if (rest !== a[key]) changed = true;
  }
  const was = !root && isMember(a);
  const is = was && !isMember(b);
  if (!changed && was === is) return a;
  return nodeOf(is, children);
}

/** Members of both. */
export function intersection(a: FieldSet | undefined, b: FieldSet | undefined, root = true): FieldSet | undefined {
  if (!a || !b) return undefined;
  if (a === b) return a;
  const children: Record<string, FieldSet> = {};
  for (const key in a) {
    if (key === '.') continue;
    const both = intersection(a[key], b[key], false);
    if (both) children[key] = both;
  }
  return nodeOf(!root && isMember(a) && isMember(b), children);
}

/** `.spec.containers[name="a"].image`, as conflict messages name a path element. */
function elementText(element: string): string {
  if (element.startsWith('f:')) return `.${element.slice(2)}`;
  if (element.startsWith('v:')) return `[=${element.slice(2)}]`;
  const keys = JSON.parse(element.slice(2)) as Record<string, unknown>;
  return `[${Object.entries(keys)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(',')}]`;
}

/** All members as texts, sorted by path. */
export function pathsOf(set: FieldSet | undefined, prefix = '', root = true): string[] {
  if (!set) return [];
  const paths = !root && isMember(set) ? [prefix] : [];
  const keys = Object.keys(set)
    .filter((key) => key !== '.')
    .sort();
  // The members at one level come before what is below them.
  const ends = keys.filter((key) => isMember(set[key]!));
  for (const key of ends) paths.push(prefix + elementText(key));
  for (const key of keys) {
    const below = pathsOf(set[key], prefix + elementText(key), false);
    paths.push(...(ends.includes(key) ? below.slice(1) : below));
  }
  return paths;
}
