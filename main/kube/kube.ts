import type { Clock } from '../../shared/clock.ts';
import type { ContextInfo, KubeconfigSource } from '../../shared/contract/hubs.ts';
import { createClient } from './client.ts';
import { type Answers, mustBeAllowed } from './consent.ts';
import { createCredentials } from './credentials.ts';
import { materialsOf } from './file-reference.ts';
import { createHubClock } from './hub-clock.ts';
import { impersonationHeaders } from './impersonation.ts';
import { describeContexts, tlsOf } from './kubeconfig.ts';
import { readKubeconfig } from './kubeconfig-read.ts';
import { clusterOf, createLogin, userOf } from './login.ts';
import { readCa } from './pem.ts';
import { postForm } from './post-form.ts';
import { isExempt, proxyOf } from './proxy.ts';
import { findTarget } from './target.ts';
import { createTransport } from './transport.ts';
import type { KubeClient } from './types.ts';

/**
 * Reads kubeconfigs without connecting or running anything, and without opening files outside their folders.
 * Faults: kubeconfig.unreadable, .notYaml, .invalid, .noContexts.
 */
export async function inspectKubeconfig(
  source: KubeconfigSource,
  answers: Answers = () => 'undecided',
  effects: { clock?: Pick<Clock, 'now'>; env?: NodeJS.ProcessEnv } = {},
): Promise<{ contexts: ContextInfo[]; warnings: string[] }> {
  const env = effects.env ?? process.env;
  return describeContexts(await readKubeconfig(source, env), answers, effects.clock ?? Date, env);
}

export interface KubeClientOptions {
  source: KubeconfigSource;
  /** Its current context when left out. */
  context?: string | undefined;
  /** Answers to questions; asked again before each run of a program. */
  allow: Answers;
  clock: Clock;
  random?: () => number;
  env?: NodeJS.ProcessEnv;
  userAgent?: string;
  /** For tests: how long token and certificate files count as unchanged, ms. */
  fileAgeMs?: number;
}

/**
 * A client for one context. Reads the files it needs; the first call connects.
 * Faults: kubeconfig.*, hub.consentNeeded (about = keys of the questions without a yes).
 */
export async function createKubeClient(options: KubeClientOptions): Promise<KubeClient> {
  const { allow, clock, random = Math.random, env = process.env, fileAgeMs } = options;
  const target = findTarget(await readKubeconfig(options.source, env), options.context);
  await mustBeAllowed(target, allow, env);
  const { server, cluster, user } = target;
  const ca = tlsOf(target) === 'custom-ca' ? await readCa(materialsOf(target).ca) : undefined;
  const credentials = createCredentials(target, {
    allow,
    clock,
    env,
    post: postForm(user),
    ...(fileAgeMs !== undefined && { fileAgeMs }),
  });
  const hubClock = createHubClock(clock);
  const transport = createTransport({
    server,
    login: await createLogin(clusterOf(target, ca, proxyOf(target, env)), userOf(target), credentials),
    hubClock,
    clock,
    random,
    userAgent: options.userAgent ?? 'kmm-bastion',
    headers: impersonationHeaders(user.value),
    compress: !isExempt(new URL(server).hostname, '') && cluster.value['disable-compression'] !== true,
  });
  return createClient(transport, server, hubClock, clock);
}
