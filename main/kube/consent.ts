import { createHash } from 'node:crypto';
import type { Question } from '../../shared/contract/hubs.ts';
import { fault } from '../../shared/fault.ts';
import { findCommand, quoted } from './command.ts';
import { filesOf } from './file-reference.ts';
import { type Target, withoutPassword } from './target.ts';

/** What was answered earlier for a question's key; undecided counts as no. */
export type Answers = (key: string) => Question['answer'];

const keyOf = (...parts: unknown[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

type Asked = Omit<Question, 'answer'>;

/** Key of an exec plugin: absolute command, arguments, environment and server. Change one and it is asked again. */
export const execKey = (
  path: string,
  args: readonly string[],
  env: readonly { name: string; value: string }[],
  server: string,
): string =>
  keyOf(
    'exec',
    path,
    args,
    env.map(({ name, value }) => [name, value]),
    server,
  );

async function execQuestion(target: Target, env: NodeJS.ProcessEnv): Promise<Asked[]> {
  const exec = target.user.value.exec;
  if (!exec) return [];
  const args = exec.args ?? [];
  const extra = exec.env ?? [];
  const { path } = await findCommand(exec.command, target.user.dir, env);
  const variables = extra.map(({ name, value }) => `${name}=${value}`);
  return [
    {
      key: execKey(path, args, extra, target.server),
      kind: 'exec',
      sentence: `Runs the program ${path} on this computer to sign in to ${target.server}.`,
      detail: quoted([path, ...args]) + (variables.length > 0 ? `\nwith ${quoted(variables)}` : ''),
    },
  ];
}

/** Settings of a provider that decide what it does; tokens rotate and are no part of the question. */
const decisive = ['cmd-path', 'cmd-args', 'token-key', 'idp-issuer-url', 'client-id', 'idp-certificate-authority'];

async function providerQuestion(target: Target, env: NodeJS.ProcessEnv): Promise<Asked[]> {
  const provider = target.user.value['auth-provider'];
  if (!provider || target.user.value.exec) return [];
  const config = provider.config ?? {};
  const told: [string, string][] = decisive.flatMap((name) => (config[name] ? [[name, config[name]]] : []));
  let sentence = `Signs in to ${target.server} with the old "${provider.name}" provider.`;
  let detail = told.map(([name, value]) => `${name}: ${value}`).join('\n') || provider.name;
  if (config['cmd-path']) {
    const { path } = await findCommand(config['cmd-path'], target.user.dir, env);
    told.push(['command', path]);
    sentence = `Runs the program ${path} on this computer to sign in to ${target.server} ("${provider.name}" provider).`;
    detail = [path, config['cmd-args'] ?? ''].join(' ').trim();
  } else if (config['idp-issuer-url']) {
    sentence = `Sends your refresh token to ${config['idp-issuer-url']} to sign in to ${target.server}.`;
  }
  return [{ key: keyOf('authProvider', provider.name, told, target.server), kind: 'authProvider', sentence, detail }];
}

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

function addressQuestions(target: Target): Asked[] {
  const asked: Asked[] = [];
  const proxy = target.cluster.value['proxy-url'];
  if (proxy) {
    const shown = withoutPassword(proxy);
    asked.push({
      key: keyOf('proxy', proxy, target.server),
      kind: 'proxy',
      sentence: `Sends all traffic to ${target.server} through the proxy ${shown}.`,
      detail: shown,
    });
  }
  const { protocol, hostname } = new URL(target.server);
  if (protocol === 'http:' && !loopback.test(hostname)) {
    asked.push({
      key: keyOf('insecure', 'plain-http', target.server),
      kind: 'insecure',
      sentence: `Talks to ${target.server} without encryption: anyone on the way can read and change everything.`,
      detail: target.server,
    });
  } else if (target.cluster.value['insecure-skip-tls-verify'] && protocol === 'https:') {
    asked.push({
      key: keyOf('insecure', 'skip-tls-verify', target.server),
      kind: 'insecure',
      sentence: `Does not check that ${target.server} is the hub: anyone on the way can pose as it.`,
      detail: `insecure-skip-tls-verify: true (cluster "${target.clusterName}")`,
    });
  }
  return asked;
}

function impersonationQuestion(target: Target): Asked[] {
  const { as, 'as-uid': uid, 'as-groups': groups, 'as-user-extra': extra } = target.user.value;
  const said = [
    ...(as ? [`user ${as}`] : []),
    ...(uid ? [`uid ${uid}`] : []),
    ...(groups ?? []).map((group) => `group ${group}`),
    ...Object.entries(extra ?? {}).map(([name, values]) => `${name}: ${values.join(', ')}`),
  ];
  if (said.length === 0) return [];
  return [
    {
      key: keyOf('impersonation', as ?? '', uid ?? '', groups ?? [], extra ?? {}, target.server),
      kind: 'impersonation',
      sentence: `Acts on ${target.server} as ${as ? `"${as}"` : 'someone else'}, not as the user who signs in.`,
      detail: said.join('\n'),
    },
  ];
}

/**
 * Everything that a person must allow before this context is used, with earlier answers. Reads no file that is asked
 * about, runs nothing. Faults: kubeconfig.relativeFile.
 */
export async function questionsOf(target: Target, answers: Answers, env: NodeJS.ProcessEnv): Promise<Question[]> {
  const files = (await filesOf(target)).filter((file) => file.outside);
  const asked: Asked[] = [
    ...(await execQuestion(target, env)),
    ...(await providerQuestion(target, env)),
    ...files.map(
      ({ field, path }): Asked => ({
        key: keyOf('outsideFile', field.replace(/^.*\./, ''), path, target.server),
        kind: 'outsideFile',
        sentence: `Reads ${path}, which lies outside the kubeconfig's folder, and uses it towards ${target.server}.`,
        detail: `${field}: ${path}`,
      }),
    ),
    ...addressQuestions(target),
    ...impersonationQuestion(target),
  ];
  return asked.map((question) => ({ ...question, answer: answers(question.key) }));
}

/** Ends with a fault unless each question has a yes. Faults: hub.consentNeeded (about = keys of the others). */
export async function mustBeAllowed(target: Target, answers: Answers, env: NodeJS.ProcessEnv): Promise<void> {
  const open = (await questionsOf(target, answers, env)).filter(({ answer }) => answer !== 'yes');
  if (open[0]) {
    const others = open.length > 1 ? ` (and ${open.length - 1} more)` : '';
    throw fault(
      'hub.consentNeeded',
      `Not allowed yet: ${open[0].sentence}${others}`,
      'Look at the questions of this hub and answer them.',
      {
        about: open.map(({ key }) => key),
      },
    );
  }
}
