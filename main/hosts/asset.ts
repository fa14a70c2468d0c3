import { isAbsolute, join, relative } from 'node:path';

/** The file under `root` for a URL path ('/' is index.html), or undefined when it would leave the folder. */
export function resolveAsset(root: string, pathname: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  if (path.includes('\0')) return undefined;
  const file = join(root, path === '/' ? 'index.html' : path);
  const inside = relative(root, file);
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? undefined : file;
}
