/** An id for a thing with a name: lower-case letters, digits and single hyphens, at most `length`, with -2, -3 … where it is taken. */
export function freeSlug(name: string, taken: ReadonlySet<string>, otherwise: string, length = 40): string {
  const base =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, length)
      .replace(/^-+|-+$/g, '') || otherwise;
  for (let n = 1; ; n += 1) {
    const slug = n === 1 ? base : `${base}-${n}`;
    if (!taken.has(slug)) return slug;
  }
}
