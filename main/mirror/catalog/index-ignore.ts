import { compileRegexp } from '../../../shared/rules/kernel-mapping.ts';

/**
 * The test of a catalog's `.indexignore` files (given by path, with their text): patterns as in .gitignore, each file for its own
 * folder and below, the last match wins, `!` takes back. Source: operator-registry alpha/declcfg/load.go.
 */
export function ignoredBy(files: ReadonlyMap<string, string>): (path: string) => boolean {
  const rules = [...files.keys()].sort().flatMap((file) => {
    const folder = file.slice(0, -'.indexignore'.length);
    return (files.get(file) ?? '').split('\n').flatMap((line) => rule(folder, line.replace(/\r$/, '')));
  });
  return (path) => {
    let ignored = false;
    for (const { folder, test, takesBack } of rules) {
      if (path.startsWith(folder) && test(path.slice(folder.length))) ignored = !takesBack;
    }
    return ignored;
  };
}

function rule(folder: string, line: string): { folder: string; test: (path: string) => boolean; takesBack: boolean }[] {
  let pattern = line.replace(/(?<!\\)\s+$/, '');
  if (pattern === '' || pattern.startsWith('#')) return [];
  const takesBack = pattern.startsWith('!');
  if (takesBack) pattern = pattern.slice(1);
  const folderOnly = pattern.endsWith('/');
  if (folderOnly) pattern = pattern.slice(0, -1);
  // A slash inside ties the pattern to this folder; without one it matches at any depth.
  const tied = pattern.includes('/');
  pattern = pattern.replace(/^\//, '');
  const source = pattern.replace(/\\?[\s\S]/g, (sign, at: number) => {
    if (sign === '*') return pattern[at - 1] === '*' ? '' : pattern[at + 1] === '*' ? '.*' : '[^/]*';
    if (sign === '?') return '[^/]';
    return sign.slice(-1).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  // RE2: a catalog is another's text, and must not be able to keep us busy for ever.
  const regexp = compileRegexp(
    `^${tied ? '' : '(?:.*/)?'}${source.replace('.*/', '(?:.*/)?')}${folderOnly ? '/.*' : '(?:/.*)?'}$`,
    'image',
  );
  return [{ folder, test: (path) => regexp.matcher(path).find(), takesBack }];
}
