import { readFile } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { request } from 'undici';
import { fault } from '../../shared/fault.ts';
import { openConnections } from './connections.ts';
import type { Written } from './kubeconfig-read.ts';
import type { UserEntry } from './kubeconfig-shape.ts';
import { transportFault } from './transport-fault.ts';

async function issuerCa({ value, dir }: Written<UserEntry>): Promise<string | undefined> {
  const config = value['auth-provider']?.config ?? {};
  const data = config['idp-certificate-authority-data'];
  if (data) return Buffer.from(data, 'base64').toString('utf8');
  const file = config['idp-certificate-authority'];
  return file ? readFile(isAbsolute(file) || !dir ? file : resolve(dir, file), 'utf8') : undefined;
}

/** Asks an OpenID issuer: a GET without a form, a POST with one. Faults: kube.signInFailed, kube.certificate*, kube.unreachable. */
export const postForm =
  (user: Written<UserEntry>) =>
  async (url: string, form?: Record<string, string>): Promise<unknown> => {
    const { origin } = new URL(url);
    const ca = await issuerCa(user);
    const dispatcher = openConnections(origin, { type: 'agent', connect: ca ? { ca } : {} });
    try {
      const { statusCode, body } = await request(url, {
        dispatcher,
        headers: { accept: 'application/json', ...(form && { 'content-type': 'application/x-www-form-urlencoded' }) },
        ...(form && { method: 'POST' as const, body: new URLSearchParams(form).toString() }),
      });
      const text = await body.text();
      if (statusCode !== 200)
        throw fault(
          'kube.signInFailed',
          `${origin} refused to renew the sign-in (HTTP ${statusCode}).`,
          'Sign in again with the tool that made this kubeconfig.',
        );
      return JSON.parse(text);
    } catch (error) {
      if (error instanceof Error && 'fault' in error) throw error;
      if (error instanceof SyntaxError)
        throw fault('kube.signInFailed', `${origin} answered without JSON.`, 'Check idp-issuer-url.');
      throw transportFault(error, origin, Date.now());
    } finally {
      dispatcher.destroy().catch(() => {});
    }
  };
