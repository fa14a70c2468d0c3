/** Docker Hub's key in files and helpers. */
export const dockerHubKey = 'https://index.docker.io/v1/';

/** A key of an auth file as `host[:port][/path]`: without scheme and the /v1/ or /v2/ that docker wrote behind old ones. */
export function plainKey(key: string): string {
  const bare = key
    .replace(/^https?:\/\//i, '')
    .replace(/\/v[12]\/?$/, '')
    .replace(/\/+$/, '');
  const slash = bare.indexOf('/');
  const host = (slash < 0 ? bare : bare.slice(0, slash)).toLowerCase();
  const path = slash < 0 ? '' : bare.slice(slash);
  return (['index.docker.io', 'registry-1.docker.io'].includes(host) ? 'docker.io' : host) + path;
}

/** `host/a/b` and what stands above it, the most specific first. */
const keysFor = (host: string, repository: string): string[] => {
  const parts = [host, ...repository.split('/').filter(Boolean)];
  return parts.map((_, at) => parts.slice(0, parts.length - at).join('/'));
};

/** The key in `keys` that fits a repository best; undefined when none does (containers-auth.json(5)). */
export function bestKey(keys: readonly string[], host: string, repository: string): string | undefined {
  for (const wanted of keysFor(host, repository)) {
    const exact = keys.find((key) => key === wanted);
    const found = exact ?? keys.find((key) => plainKey(key) === wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}
