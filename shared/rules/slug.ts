/**
 * An id for a thing with a name: lower-case letters, digits and single hyphens, at most `length`, with -2, -3 … where it is taken. Accents
 * go; a name with letters of another script gets a hash of it, so that two of them are not one id on two laptops.
 */
export function freeSlug(name: string, taken: ReadonlySet<string>, otherwise: string, length = 40): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  const mark = /(?![a-z0-9])[\p{L}\p{N}]/u.test(plain) ? `-${hashOf(name.normalize('NFC'))}` : '';
  const latin = plain
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, length - mark.length)
    .replace(/^-+|-+$/g, '');
  const base = (latin || otherwise) + mark;
  for (let n = 1; ; n += 1) {
    const slug = n === 1 ? base : `${base}-${n}`;
    if (!taken.has(slug)) return slug;
  }
}

/** FNV-1a of the UTF-16 units, 32 bits, in base 36. */
function hashOf(text: string): string {
  let hash = 0x81_1c_9d_c5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01_00_01_93) >>> 0;
  return hash.toString(36);
}
