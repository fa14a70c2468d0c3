import { z } from 'zod';
import { fault } from '../../shared/fault.ts';
import { findCommand } from './command.ts';
import { type Credential, minimalEnv, run } from './exec-credential.ts';

export interface ProviderOptions {
  name: string;
  config: Record<string, string>;
  field: string;
  dir: string | undefined;
  env: NodeJS.ProcessEnv;
  now: number;
  /** Posts a form, gets JSON; for OIDC only. */
  post: (url: string, form?: Record<string, string>) => Promise<unknown>;
}

const bearer = (token: string, until?: number): Credential => ({
  token,
  ...(until !== undefined && { until }),
});

/** `exp` of a JWT in ms; undefined when it is none. The hub checks the signature, not we. */
function expiryOf(jwt: string): number | undefined {
  try {
    const body: unknown = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const exp = (body as { exp?: unknown } | null)?.exp;
    return typeof exp === 'number' ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}

/** Follows `{.credential.access_token}`, the only form of path these providers were ever given. */
function follow(value: unknown, path: string): string {
  let at = value;
  for (const step of path
    .replace(/^\{|\}$/g, '')
    .split('.')
    .filter(Boolean))
    at = at !== null && typeof at === 'object' ? (at as Record<string, unknown>)[step] : undefined;
  return typeof at === 'string' ? at : '';
}

async function gcp({ config, field, dir, env, now }: ProviderOptions): Promise<Credential> {
  const stored = config['access-token'];
  const until = Date.parse(config.expiry ?? '');
  if (stored && (!Number.isFinite(until) || until > now))
    return bearer(stored, Number.isFinite(until) ? until : undefined);
  const command = config['cmd-path'];
  if (!command) {
    const message = 'The stored access token has expired and no cmd-path says how to get another.';
    throw fault('kube.signInFailed', message, 'Use gke-gcloud-auth-plugin or a token.', { field });
  }
  const { path } = await findCommand(command, dir, env);
  const text = await run(path, (config['cmd-args'] ?? '').split(' ').filter(Boolean), minimalEnv(env), field);
  if (!config['token-key']) return bearer(text.trim());
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw fault('kube.signInFailed', `${path} printed no JSON.`, 'Run it in a terminal and look.', { field });
  }
  const token = follow(answer, config['token-key']);
  if (!token) {
    throw fault('kube.signInFailed', `${path} printed no ${config['token-key']}.`, 'Correct token-key.', { field });
  }
  const end = Date.parse(follow(answer, config['expiry-key'] ?? ''));
  return bearer(token, Number.isFinite(end) ? end : undefined);
}

const Endpoints = z.object({ token_endpoint: z.url({ protocol: /^https$/ }) });
const Tokens = z.object({ id_token: z.string(), refresh_token: z.string().optional() });

async function oidc({ config, field, now, post }: ProviderOptions): Promise<Credential> {
  const stored = config['id-token'];
  const until = stored ? expiryOf(stored) : undefined;
  if (stored && until !== undefined && until > now + 10_000) return bearer(stored, until);
  const { 'idp-issuer-url': issuer, 'refresh-token': refresh, 'client-id': id, 'client-secret': secret } = config;
  if (!issuer || !refresh || !id) {
    const missing = !issuer ? 'idp-issuer-url' : !refresh ? 'refresh-token' : 'client-id';
    const message = `The id-token has expired and ${missing} is missing, so no new one can be had.`;
    throw fault('kube.signInFailed', message, 'Sign in again with the tool that made this kubeconfig.', { field });
  }
  // OpenID Connect Discovery 1.0 section 4, RFC 6749 section 6.
  const found = Endpoints.parse(await post(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`));
  const form = {
    grant_type: 'refresh_token',
    refresh_token: refresh,
    client_id: id,
    ...(secret && { client_secret: secret }),
  };
  const { id_token, refresh_token } = Tokens.parse(await post(found.token_endpoint, form));
  // Some issuers take a refresh token only once; the kubeconfig itself is never written.
  if (refresh_token) config['refresh-token'] = refresh_token;
  return bearer(id_token, expiryOf(id_token));
}

/**
 * Credentials of the legacy `auth-provider` of a user. Called only once the person has allowed it.
 * Faults: kube.signInFailed.
 */
export async function askProvider(options: ProviderOptions): Promise<Credential> {
  const { name, config, field, now } = options;
  if (name === 'gcp') return gcp(options);
  if (name === 'oidc') {
    try {
      return await oidc(options);
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      const message = `${config['idp-issuer-url']} did not answer as an OpenID provider does.`;
      throw fault('kube.signInFailed', message, 'Check idp-issuer-url.', { field, cause: error });
    }
  }
  const until = Number(config['expires-on']) * 1000;
  if (config['access-token'] && !(until <= now)) return bearer(config['access-token'], until || undefined);
  throw fault(
    'kube.signInFailed',
    `The provider "${name}" is no longer part of Kubernetes, and there is no valid access-token in the kubeconfig.`,
    name === 'azure' ? 'Run kubelogin convert-kubeconfig, or use a token.' : 'Use an exec plugin or a token.',
    { field },
  );
}
