import type { Clock } from '../../shared/clock.ts';
import { askProvider } from './auth-provider.ts';
import { type Answers, mustBeAllowed } from './consent.ts';
import { type Credential, runExec } from './exec-credential.ts';
import { materialsOf } from './file-reference.ts';
import { readCa, readMaterial, readPair } from './pem.ts';
import type { Target } from './target.ts';

/** What signs the requests of one identity, renewed by itself. */
export interface Credentials {
  /** What to sign with now. Faults: kubeconfig.*, kube.signInFailed, hub.consentNeeded. */
  current(): Promise<Credential>;
  /** The hub refused: read or ask again next time. False when there is nothing that could have changed. */
  forget(): boolean;
}

export interface CredentialEffects {
  allow: Answers;
  clock: Pick<Clock, 'now'>;
  env: NodeJS.ProcessEnv;
  post: (url: string, form?: Record<string, string>) => Promise<unknown>;
  /** How long files are taken as unchanged, ms; 10 s as in client-go. */
  fileAgeMs?: number;
  execTimeoutMs?: number;
}

/** A little before its end a credential counts as gone: the request still has to travel. */
const early = 10_000;

async function fromFiles(target: Target, now: number): Promise<Credential> {
  const { cert, key, token } = materialsOf(target);
  const pair = await readPair(cert, key, now);
  const text = token.file && (await readMaterial(token))?.trim();
  return { ...pair, ...(text && { token: text }) };
}

async function fromPlugin(target: Target, effects: CredentialEffects): Promise<Credential> {
  const { allow, clock, env, post, execTimeoutMs } = effects;
  const { exec, 'auth-provider': provider } = target.user.value;
  const field = `users[${target.userName}].user`;
  const dir = target.user.dir;
  if (exec) {
    const { value } = target.cluster;
    const ca = exec.provideClusterInfo ? await readCa(materialsOf(target).ca) : undefined;
    const cluster = {
      server: target.server,
      ...(value['tls-server-name'] && { 'tls-server-name': value['tls-server-name'] }),
      ...(value['insecure-skip-tls-verify'] && { 'insecure-skip-tls-verify': true }),
      ...(ca && { 'certificate-authority-data': Buffer.from(ca).toString('base64') }),
      ...(value['proxy-url'] && { 'proxy-url': value['proxy-url'] }),
    };
    return runExec({
      exec,
      field: `${field}.exec`,
      dir,
      server: target.server,
      cluster,
      env,
      allowed: (key) => allow(key) === 'yes',
      ...(execTimeoutMs !== undefined && { timeoutMs: execTimeoutMs }),
    });
  }
  // Asked again, as for exec: a yes that was taken back counts at once.
  await mustBeAllowed(target, allow, env);
  const { name, config } = provider ?? { name: '', config: {} };
  return askProvider({ name, config: config ?? {}, field: `${field}.auth-provider`, dir, env, now: clock.now(), post });
}

/**
 * Credentials of a target. Files are read again every 10 s, plugins run again when what they gave runs out or is
 * refused; however many requests wait, one read or run serves all of them.
 */
export function createCredentials(target: Target, effects: CredentialEffects): Credentials {
  const { clock, fileAgeMs = 10_000 } = effects;
  const { exec, 'auth-provider': provider } = target.user.value;
  const plugin = Boolean(exec ?? provider);
  const files = plugin ? [] : Object.values(materialsOf(target)).filter(({ file }) => file !== undefined);
  let held: Credential | undefined;
  let goodUntil = 0;
  let coming: Promise<Credential> | undefined;

  function fetch(): Promise<Credential> {
    coming ??= (async () => {
      held = plugin ? await fromPlugin(target, effects) : await fromFiles(target, clock.now());
      goodUntil = plugin
        ? (held.until ?? Number.POSITIVE_INFINITY) - early
        : files.length > 0
          ? clock.now() + fileAgeMs
          : Number.POSITIVE_INFINITY;
      return held;
    })().finally(() => {
      coming = undefined;
    });
    return coming;
  }

  return {
    async current() {
      return held && clock.now() < goodUntil ? held : fetch();
    },
    forget() {
      goodUntil = 0;
      return plugin || files.length > 0;
    },
  };
}
