import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import type { FaultError } from '../../shared/fault.ts';
import { createKubeClient, inspectKubeconfig } from './kube.ts';
import { kubeconfigText } from './testing/kubeconfig-text.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'consent-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const server = 'https://api.hub.example:6443';
const questions = async (cluster: object, user: object = {}, answers?: () => 'yes' | 'no') => {
  const { contexts } = await inspectKubeconfig({ text: kubeconfigText(cluster, user) }, answers);
  return contexts[0]!.questions;
};
const exec = (more: object = {}) => ({
  exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'node', args: ['a b', '--x'], ...more },
});

describe('questions', () => {
  it('shows the whole command line of a program, found in PATH, with what is added to its environment', async () => {
    const [question] = await questions({ server }, exec({ env: [{ name: 'PROFILE', value: 'prod' }] }));
    expect(question).toMatchObject({ kind: 'exec', answer: 'undecided' });
    expect(question?.detail).toMatch(/^\/.*\/node "a b" --x\nwith PROFILE=prod$/);
    expect(question?.key).toMatch(/^[0-9a-f]{64}$/);
  });
  it('asks again when command, arguments, environment or server change, and only then', async () => {
    const key = async (cluster: object, user: object) => (await questions(cluster, user))[0]?.key;
    const keys = [
      await key({ server }, exec()),
      await key({ server }, exec({ args: ['a', 'b --x'] })),
      await key({ server }, exec({ env: [{ name: 'A', value: '1' }] })),
      await key({ server }, exec({ command: '/bin/true' })),
      await key({ server: 'https://other.example' }, exec()),
    ];
    expect(new Set(keys).size).toBe(5);
    expect(await key({ server, 'tls-server-name': 'x' }, { ...exec(), token: 'other' })).toBe(keys[0]);
  });
  it.each([
    [{ server, 'proxy-url': 'http://u:p@proxy:3128' }, {}, 'proxy', 'http://***@proxy:3128'],
    [{ server, 'insecure-skip-tls-verify': true }, {}, 'insecure', 'insecure-skip-tls-verify'],
    [{ server: 'http://hub.example' }, {}, 'insecure', 'http://hub.example'],
    [{ server }, { token: 't', as: 'admin', 'as-groups': ['system:masters'] }, 'impersonation', 'group system:masters'],
    [{ server, 'certificate-authority': '/etc/ssl/ca.pem' }, {}, 'outsideFile', '/etc/ssl/ca.pem'],
    [{ server }, { tokenFile: '/var/run/token' }, 'outsideFile', '/var/run/token'],
    [
      { server },
      { 'auth-provider': { name: 'gcp', config: { 'cmd-path': '/bin/gcloud', 'cmd-args': 'config x' } } },
      'authProvider',
      '/bin/gcloud config x',
    ],
    [
      { server },
      { 'auth-provider': { name: 'oidc', config: { 'idp-issuer-url': 'https://idp.example' } } },
      'authProvider',
      'https://idp.example',
    ],
  ])('%j %j asks about %s', async (cluster, user, kind, detail) => {
    const asked = await questions(cluster, user);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ kind, answer: 'undecided' });
    expect(asked[0]?.detail).toContain(detail);
    expect(asked[0]?.sentence).not.toContain('u:p@');
  });
  it('asks nothing of a plain loopback address or inline credentials', async () => {
    expect(await questions({ server: 'http://127.0.0.1:8001' }, { token: 't' })).toEqual([]);
  });
  it('gives earlier answers back', async () => {
    expect((await questions({ server }, exec(), () => 'yes'))[0]?.answer).toBe('yes');
  });
  it('does not ask again when the tokens of an old provider rotate', async () => {
    const key = async (token: string) => {
      const config = {
        'idp-issuer-url': 'https://idp.example',
        'client-id': 'c',
        'id-token': token,
        'refresh-token': token,
      };
      return (await questions({ server }, { 'auth-provider': { name: 'oidc', config } }))[0]?.key;
    };
    expect(await key('one')).toBe(await key('two'));
  });
});

describe('without a yes', () => {
  const marker = () => join(dir, 'ran');
  const plugin = () => exec({ command: '/bin/sh', args: ['-c', `touch ${marker()}`] });
  it.each(['no', 'undecided'] as const)('"%s": no program runs, neither inspecting nor connecting', async (answer) => {
    const text = kubeconfigText({ server }, plugin());
    await inspectKubeconfig({ text }, () => answer);
    const fault = await createKubeClient({ source: { text }, allow: () => answer, clock: systemClock() }).then(
      () => expect.unreachable(),
      (error: FaultError) => error.fault,
    );
    expect(fault.code).toBe('hub.consentNeeded');
    const { contexts } = await inspectKubeconfig({ text });
    expect(fault.about).toEqual(contexts[0]?.questions.map(({ key }) => key));
    await expect(stat(marker())).rejects.toThrow('ENOENT');
  });
  it('a file outside is not opened', async () => {
    const path = join(dir, 'outside.pem');
    await writeFile(path, 'not a certificate');
    const { contexts } = await inspectKubeconfig({ text: kubeconfigText({ server, 'certificate-authority': path }) });
    // Opening it would have found that it holds no certificate.
    expect(contexts[0]?.fault).toBeUndefined();
    const client = createKubeClient({
      source: { text: kubeconfigText({ server, 'certificate-authority': path }) },
      allow: () => 'yes',
      clock: systemClock(),
    });
    await expect(client).rejects.toMatchObject({ fault: { code: 'kubeconfig.badCertificate' } });
  });
  it('a program that is not there is a fault with its install hint', async () => {
    const { contexts } = await inspectKubeconfig({
      text: kubeconfigText({ server }, exec({ command: 'no-such-helper', installHint: 'Get it from example.org.' })),
    });
    expect(contexts[0]?.fault).toMatchObject({ code: 'kubeconfig.execMissing', remedy: 'Get it from example.org.' });
    expect(contexts[0]?.questions).toHaveLength(1);
  });
});
