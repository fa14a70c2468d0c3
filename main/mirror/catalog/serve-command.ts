import type { ImageConfig } from '../made-image/image-config.ts';

/** Flags of `opm serve` that speak of its cache, and whether a word of its own follows (operator-registry cmd/opm/serve). */
const cacheFlags = new Map([
  ['--cache-dir', true],
  ['--cache-only', false],
  ['--cache-enforce-integrity', false],
]);

/**
 * A catalog's command without its cache: with `--cache-dir` opm refuses to start when the cache does not belong to the files, without
 * it it makes one anew in a folder of its own. `folders` are the caches it named, without slashes at the ends.
 */
export function withoutCache(config: ImageConfig): { config: ImageConfig; folders: string[] } {
  const folders: string[] = [];
  const clean = (words: string[] | undefined) => {
    if (!words) return undefined;
    const kept: string[] = [];
    for (let at = 0; at < words.length; at += 1) {
      const word = words[at] ?? '';
      const [flag = '', value] = word.split(/=(.*)/s);
      const follows = cacheFlags.get(flag);
      if (follows === undefined) kept.push(word);
      else if (flag === '--cache-dir') folders.push(value ?? words[at + 1] ?? '');
      if (follows && value === undefined) at += 1;
    }
    return kept;
  };
  const { Entrypoint, Cmd, ...inner } = config.config ?? {};
  const [entry, command] = [clean(Entrypoint), clean(Cmd)];
  return {
    config: { ...config, config: { ...inner, ...(entry && { Entrypoint: entry }), ...(command && { Cmd: command }) } },
    folders: [...new Set(folders.map(plain).filter((path) => path !== '' && !path.split('/').includes('..')))],
  };
}

const plain = (path: string): string =>
  path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
