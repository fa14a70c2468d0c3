const repository = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
const tag = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** Whether this is a repository's name (distribution-spec, "Pulling manifests"); at most 255 characters. */
export const isRepository = (name: string): boolean => name.length <= 255 && repository.test(name);

/** Whether this is a tag. */
export const isTag = (name: string): boolean => tag.test(name);

/** The order of lists: case-insensitive first, then by code point, so that it is total. */
export function byName(a: string, b: string): number {
  const [low, high] = [a.toLowerCase(), b.toLowerCase()];
  if (low !== high) return low < high ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A reference's path and tag without its host: `quay.io/a/b:1@sha256:…` → `a/b` and `1`. */
export function pathOf(reference: string): { repository: string; tag: string | undefined } {
  const plain = reference.split('@', 1)[0] ?? '';
  const slash = plain.indexOf('/');
  const host = plain.slice(0, Math.max(0, slash));
  const path = /[.:\]]|^localhost$/.test(host) ? plain.slice(slash + 1) : plain;
  const colon = path.lastIndexOf(':');
  return colon > path.lastIndexOf('/')
    ? { repository: path.slice(0, colon), tag: path.slice(colon + 1) }
    : { repository: path, tag: undefined };
}
