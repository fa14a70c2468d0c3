import { execFile } from 'node:child_process';
import { z } from 'zod';
import { fault } from '../../shared/fault.ts';
import { findCommand } from './command.ts';
import { execKey } from './consent.ts';
import type { ExecEntry } from './kubeconfig-shape.ts';

/** What signs a request: a bearer token, or a client certificate (PEM), or both. `until` is when to get a new one, ms. */
export interface Credential {
  token?: string;
  cert?: string;
  key?: string;
  until?: number;
}

const versions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

const ExecCredential = z.object({
  apiVersion: z.string(),
  kind: z.literal('ExecCredential'),
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
    expirationTimestamp: z.string().nullish(),
  }),
});

/** What of our environment a sign-in program gets: where things are, and the ways out; no secrets of other programs. */
const passed =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_.*|TMPDIR|TEMP|TMP|SYSTEMROOT|USERPROFILE|APPDATA|LOCALAPPDATA|XDG_.*|KUBECONFIG|DBUS_SESSION_BUS_ADDRESS|DISPLAY|WAYLAND_DISPLAY|SSL_CERT_FILE|SSL_CERT_DIR|HTTPS?_PROXY|NO_PROXY|ALL_PROXY)$/i;

export function minimalEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => passed.test(name)));
}

/**
 * Runs a program without a shell and gives back what it printed; killed after `timeoutMs` (60 s).
 * Faults: kube.signInFailed with its last words.
 */
export function run(
  path: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  field: string,
  timeoutMs = 60_000,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      path,
      args,
      { env, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 4_000_000, windowsHide: true, shell: false },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        const last = stderr.trim().split('\n').slice(-3).join(' ').slice(0, 500);
        const how = error.killed ? `gave no answer in ${timeoutMs / 1000} s` : `failed (${error.code ?? error.signal})`;
        reject(
          fault(
            'kube.signInFailed',
            `The program ${path} that signs in ${how}${last ? `: ${last}` : '.'}`,
            'Run it in a terminal to see what it asks for, sign in there, and connect again.',
            { field, cause: error },
          ),
        );
      },
    );
    child.stdin?.end();
  });
}

/** What an exec plugin is told about the cluster when it asks to be (provideClusterInfo). */
interface ExecCluster {
  server: string;
  'tls-server-name'?: string;
  'insecure-skip-tls-verify'?: boolean;
  'certificate-authority-data'?: string;
  'proxy-url'?: string;
}

export interface ExecOptions {
  exec: ExecEntry;
  field: string;
  dir: string | undefined;
  server: string;
  cluster: ExecCluster;
  env: NodeJS.ProcessEnv;
  /** Asked right before each run, so that a withdrawn permission counts at once. */
  allowed: (key: string) => boolean;
  timeoutMs?: number;
}

/**
 * Runs the exec plugin of a kubeconfig, if allowed (client-go plugin/pkg/client/auth/exec).
 * Faults: hub.consentNeeded, kubeconfig.execMissing, kube.signInFailed.
 */
export async function runExec(options: ExecOptions): Promise<Credential> {
  const { exec, field, dir, server, env, timeoutMs } = options;
  const args = exec.args ?? [];
  const extra = exec.env ?? [];
  const { path, found } = await findCommand(exec.command, dir, env);
  const key = execKey(path, args, extra, server);
  if (!options.allowed(key)) {
    throw fault(
      'hub.consentNeeded',
      `The program ${path} may not run: nobody has allowed it.`,
      'Look at the question and answer it.',
      {
        field,
        about: [key],
      },
    );
  }
  const bad = (what: string, remedy: string) => fault('kube.signInFailed', `${path}: ${what}`, remedy, { field });
  if (!found)
    throw fault(
      'kubeconfig.execMissing',
      `The program ${path} is not on this computer.`,
      exec.installHint || 'Install it.',
      { field },
    );
  const apiVersion = exec.apiVersion ?? '';
  if (!versions.includes(apiVersion))
    throw bad(`apiVersion "${apiVersion}" is not known.`, `Use ${versions.join(' or ')} in the kubeconfig.`);
  if (exec.interactiveMode === 'Always')
    throw bad('it wants a terminal (interactiveMode Always), which there is none of here.', 'Use a token instead.');
  const info = {
    apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(exec.provideClusterInfo && { cluster: options.cluster }) },
  };
  const childEnv = {
    ...minimalEnv(env),
    ...Object.fromEntries(extra.map(({ name, value }) => [name, value])),
    KUBERNETES_EXEC_INFO: JSON.stringify(info),
  };
  const text = await run(path, args, childEnv, `${field}.command`, timeoutMs);
  let answer: z.infer<typeof ExecCredential>;
  try {
    answer = ExecCredential.parse(JSON.parse(text));
  } catch {
    throw bad('it printed no ExecCredential.', 'Run it in a terminal and look at what it prints.');
  }
  const { token, clientCertificateData: cert, clientKeyData, expirationTimestamp } = answer.status;
  if (answer.apiVersion !== apiVersion)
    throw bad(
      `it answered in ${answer.apiVersion}, asked in ${apiVersion}.`,
      'Correct exec.apiVersion in the kubeconfig.',
    );
  if (!token && !cert) throw bad('it gave neither a token nor a certificate.', 'Sign in with it in a terminal.');
  if (Boolean(cert) !== Boolean(clientKeyData))
    throw bad('it gave half of certificate and key.', 'Bring the program up to date.');
  const until = expirationTimestamp ? Date.parse(expirationTimestamp) : Number.NaN;
  return {
    ...(token && { token }),
    ...(cert && clientKeyData && { cert, key: clientKeyData }),
    ...(Number.isFinite(until) && { until }),
  };
}
