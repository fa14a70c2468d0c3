import { chmod, writeFile } from 'node:fs/promises';
import type { KeyPair } from './authority.ts';
import type { ApiFront } from './serve.ts';

/** How the kubeconfig identifies its user. */
export type Login = KeyPair | { token: string };

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A kubeconfig with one context; the certificate authority and the credentials are inside. */
export function kubeconfigText(front: Pick<ApiFront, 'url' | 'caPem'>, login: Login, name = 'lab-hub'): string {
  const user =
    'token' in login
      ? [`    token: ${login.token}`]
      : [`    client-certificate-data: ${base64(login.cert)}`, `    client-key-data: ${base64(login.key)}`];
  return [
    'apiVersion: v1',
    'kind: Config',
    'clusters:',
    `- name: ${name}`,
    '  cluster:',
    `    server: ${front.url}`,
    `    certificate-authority-data: ${base64(front.caPem)}`,
    'users:',
    `- name: ${name}-user`,
    '  user:',
    ...user,
    'contexts:',
    `- name: ${name}`,
    '  context:',
    `    cluster: ${name}`,
    `    user: ${name}-user`,
    `current-context: ${name}`,
    '',
  ].join('\n');
}

/** Writes the file so that only its owner reads it (0600). */
export async function writeKubeconfig(
  path: string,
  front: Pick<ApiFront, 'url' | 'caPem'>,
  login: Login,
  name?: string,
): Promise<void> {
  await writeFile(path, kubeconfigText(front, login, name), { mode: 0o600 });
  await chmod(path, 0o600);
}
