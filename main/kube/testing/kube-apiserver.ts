import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../shared/clock.ts';
import { createKubeClient } from '../kube.ts';
import { resources } from '../resources.ts';
import { createAuthority } from './authority.ts';
import type { SuiteServer } from './client-suite.ts';
import { base64, kubeconfigText } from './kubeconfig-text.ts';

/** Folder with `etcd` and `kube-apiserver`, named by KUBE_TEST_SERVER; undefined when there is none. */
export const binaries: string | undefined = [process.env.KUBE_TEST_SERVER].find(
  (dir) => dir !== undefined && existsSync(join(dir, 'kube-apiserver')),
);

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const end = (child: ChildProcess) =>
  new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 5000).unref();
  });

/** Starts a real kube-apiserver with its etcd on loopback; no controllers, RBAC on. */
export async function startKubeApiserver(folder: string): Promise<SuiteServer> {
  const dir = await mkdtemp(join(tmpdir(), 'kube-apiserver-'));
  const at = (name: string) => join(dir, name);
  const authority = await createAuthority('kube CA');
  const pair = await authority.issue({ cn: 'kube-apiserver', ips: ['127.0.0.1'] });
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(at('ca.crt'), authority.pem);
  await writeFile(at('server.crt'), pair.cert);
  await writeFile(at('server.key'), pair.key);
  await writeFile(at('sa.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }));
  await writeFile(at('tokens.csv'), 'admin-token,admin,1,"system:masters"\npowerless-token,powerless,2\n');
  const [client, peer, secure] = [await freePort(), await freePort(), await freePort()];
  const etcdUrl = `http://127.0.0.1:${client}`;
  const peerUrl = `http://127.0.0.1:${peer}`;
  const run = (name: string, flags: Record<string, string>) =>
    spawn(
      join(folder, name),
      Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
      { stdio: 'ignore' },
    );
  const etcd = run('etcd', {
    'data-dir': at('etcd'),
    'listen-client-urls': etcdUrl,
    'advertise-client-urls': etcdUrl,
    'listen-peer-urls': peerUrl,
    'initial-advertise-peer-urls': peerUrl,
    'initial-cluster': `default=${peerUrl}`,
    'unsafe-no-fsync': 'true',
  });
  const api = run('kube-apiserver', {
    'etcd-servers': etcdUrl,
    'bind-address': '127.0.0.1',
    'secure-port': String(secure),
    'tls-cert-file': at('server.crt'),
    'tls-private-key-file': at('server.key'),
    'client-ca-file': at('ca.crt'),
    'token-auth-file': at('tokens.csv'),
    'authorization-mode': 'RBAC',
    'service-account-issuer': 'https://localhost',
    'service-account-key-file': at('sa.key'),
    'service-account-signing-key-file': at('sa.key'),
    'service-cluster-ip-range': '10.0.0.0/24',
    'endpoint-reconciler-type': 'none',
    'disable-admission-plugins': 'ServiceAccount',
    'anonymous-auth': 'false',
    'cert-dir': at('certs'),
  });
  const stop = async () => {
    await end(api);
    await end(etcd);
    await rm(dir, { recursive: true, force: true });
  };
  const server = `https://127.0.0.1:${secure}`;
  const source = (token: string) => ({
    text: kubeconfigText({ server, 'certificate-authority-data': base64(authority.pem) }, { token }),
  });
  const probe = await createKubeClient({
    source: source('admin-token'),
    allow: () => 'yes',
    clock: systemClock(),
    env: {},
  });
  for (let tries = 0; ; tries += 1) {
    try {
      if (await probe.get(resources.Namespace, 'default')) break;
    } catch (error) {
      if (tries > 300 || api.exitCode !== null) {
        await stop();
        throw error;
      }
    }
    probe.refresh();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  probe.close();
  return { admin: source('admin-token'), powerless: source('powerless-token'), stop };
}
