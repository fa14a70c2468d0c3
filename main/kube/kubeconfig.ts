import type { Clock } from '../../shared/clock.ts';
import type { ContextInfo } from '../../shared/contract/hubs.ts';
import { fault, toFault } from '../../shared/fault.ts';
import { findCommand } from './command.ts';
import { type Answers, questionsOf } from './consent.ts';
import { filesOf, materialsOf } from './file-reference.ts';
import type { Kubeconfig } from './kubeconfig-read.ts';
import type { UserEntry } from './kubeconfig-shape.ts';
import { readCa, readPair } from './pem.ts';
import { proxyOf } from './proxy.ts';
import { findTarget, type Target, withoutPassword } from './target.ts';

function authOf(user: UserEntry): ContextInfo['auth'] {
  if (user.exec) return 'exec';
  if (user['auth-provider']) return 'authProvider';
  if (user.token || user.tokenFile) return 'token';
  if (user.username) return 'basic';
  return user['client-certificate'] || user['client-certificate-data'] ? 'certificate' : 'none';
}

/** How the server's certificate is checked. */
export function tlsOf({ server, cluster }: Target): ContextInfo['tls'] {
  if (server.startsWith('http:')) return 'plain-http';
  if (cluster.value['insecure-skip-tls-verify']) return 'insecure';
  return cluster.value['certificate-authority'] || cluster.value['certificate-authority-data']
    ? 'custom-ca'
    : 'system-ca';
}

/** Reads what may be read without asking, so that a broken context is known before it is used. */
async function check(target: Target, now: number, env: NodeJS.ProcessEnv): Promise<void> {
  proxyOf(target, env);
  const { ca, cert, key } = materialsOf(target);
  const outside = new Set((await filesOf(target)).filter((file) => file.outside).map((file) => file.path));
  const free = (file: string | undefined) => file === undefined || !outside.has(file);
  if (free(ca.file) && tlsOf(target) === 'custom-ca') await readCa(ca);
  if (free(cert.file) && free(key.file)) await readPair(cert, key, now);
  const exec = target.user.value.exec;
  if (!exec) return;
  const { path, found } = await findCommand(exec.command, target.user.dir, env);
  if (!found) {
    const field = `users[${target.userName}].user.exec.command`;
    const hint = exec.installHint?.trim();
    throw fault(
      'kubeconfig.execMissing',
      `The program ${path} that signs in is not on this computer.`,
      hint || 'Install it, or use a kubeconfig with a token.',
      {
        field,
      },
    );
  }
}

async function describe(
  config: Kubeconfig,
  name: string,
  answers: Answers,
  clock: Pick<Clock, 'now'>,
  env: NodeJS.ProcessEnv,
): Promise<ContextInfo> {
  const written = config.contexts.get(name)?.value ?? {};
  const bare: ContextInfo = {
    context: name,
    cluster: written.cluster ?? '',
    server: withoutPassword(config.clusters.get(written.cluster ?? '')?.value.server ?? ''),
    user: written.user ?? '',
    namespace: written.namespace || 'default',
    auth: authOf(config.users.get(written.user ?? '')?.value ?? {}),
    tls: 'system-ca',
    current: name === config.current,
    questions: [],
  };
  try {
    const target = findTarget(config, name);
    bare.server = target.server;
    bare.tls = tlsOf(target);
    bare.questions = await questionsOf(target, answers, env);
    await check(target, clock.now(), env);
    return bare;
  } catch (error) {
    return { ...bare, fault: toFault(error) };
  }
}

const goesAround = (target: Target, env: NodeJS.ProcessEnv) =>
  !target.cluster.value['proxy-url'] && proxyOf(target, env) !== undefined;

/**
 * Describes every context of a joined kubeconfig; what is wrong with one is its `fault`. Nothing is connected to or run,
 * and no file outside the kubeconfigs' folders is opened.
 */
export async function describeContexts(
  config: Kubeconfig,
  answers: Answers,
  clock: Pick<Clock, 'now'>,
  env: NodeJS.ProcessEnv,
): Promise<{ contexts: ContextInfo[]; warnings: string[] }> {
  const contexts = await Promise.all(
    [...config.contexts.keys()].map((name) => describe(config, name, answers, clock, env)),
  );
  const warnings = [...config.warnings];
  if (config.current !== undefined && !config.contexts.has(config.current))
    warnings.push(`current-context "${config.current}" is not among the contexts.`);
  const around = contexts.filter(({ context, fault }) => !fault && goesAround(findTarget(config, context), env));
  if (around.length > 0)
    warnings.push(
      `The proxy of this computer's environment is used for ${around.map(({ server }) => server).join(', ')}.`,
    );
  return { contexts, warnings };
}
