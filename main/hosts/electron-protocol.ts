import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { protocol, type Session } from 'electron';
import { resolveAsset } from './asset.ts';
import { securityHeaders } from './web-session.ts';

const mediaTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Must run before the app is ready. `standard` gives the scheme an origin of its own. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the built window as app://bastion/…: GET only, one host, nothing outside `root`, the policy on every answer. */
export function serveScheme(session: Session, root: string): void {
  session.protocol.handle('app', async (request) => {
    const refuse = (status: number) => new Response(null, { status, headers: securityHeaders });
    const url = URL.parse(request.url);
    if (request.method !== 'GET' || url === null || url.host !== 'bastion') return refuse(403);
    const file = resolveAsset(root, url.pathname);
    if (file === undefined) return refuse(403);
    try {
      const body = await readFile(file);
      return new Response(new Uint8Array(body), {
        headers: { ...securityHeaders, 'content-type': mediaTypes[extname(file)] ?? 'application/octet-stream' },
      });
    } catch {
      return refuse(404);
    }
  });
}
