import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '../apiserver/http/authority.ts';
import { kubeconfigText, type Login, writeKubeconfig } from '../apiserver/http/kubeconfig.ts';
import { accountToken } from './account-token.ts';
import { type Caller, createCaller } from './caller.ts';
import { apiServerFlags, controllerFlags, etcdFlags } from './flags.ts';
import { type Program, startProgram } from './program.ts';
import { readerRights } from './reader.ts';
import { type Servers, serverProgram } from './servers.ts';

/** A real kube-apiserver with its etcd, on loopback, for one test file. */
export interface KubeServer {
  url: string;
  caPem: string;
  /** Holds etcd.log, kube-apiserver.log, kube-controller-manager.log and the kubeconfigs `admin`, `reader`. Gone after `stop`. */
  folder: string;
  /** Who may come: a client certificate and a token with all rights, one that may only read, one that may nothing. */
  logins: Record<'certificate' | 'admin' | 'reader' | 'powerless', Login>;
  kubeconfig(who: keyof KubeServer['logins']): string;
  caller: Caller;
  /** Forgets all history before now, as etcd's compaction does. */
  compact(): Promise<void>;
  /** Ends the API server; `back` starts it again on the same port and data. */
  leave(): Promise<void>;
  back(): Promise<void>;
  /** `leave` and `back`. */
  restart(): Promise<void>;
  /** A token of `system:serviceaccount:<namespace>:<name>`, whose uid is `uid`, that the server takes for another `ms`. */
  tokenFor(account: { namespace: string; name: string; uid: string }, ms: number): string;
  /** Ends all that was started, and removes the folder. */
  stop(): Promise<void>;
}

const tokens = { admin: 'admin-token', reader: 'reader-token', powerless: 'powerless-token' };
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function freePorts(count: number): Promise<number[]> {
  // All are held open until all are known: none is given twice.
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

export interface StartOptions {
  controllers?: boolean;
  /** Further flags of kube-apiserver, without the dashes. */
  apiFlags?: Record<string, string>;
}

/**
 * Starts etcd and kube-apiserver (RBAC, no webhooks), with `controllers` also the garbage collector and the namespace
 * controller. Ready after about 3 s. A start that fails throws an Error with the end of the program's log.
 */
export async function startKubeServer(
  servers: Servers,
  { controllers = false, apiFlags = {} }: StartOptions = {},
): Promise<KubeServer> {
  const folder = await mkdtemp(join(tmpdir(), 'kube-server-'));
  const at = (name: string) => join(folder, name);
  const authority = await createAuthority();
  const pair = await authority.server(['localhost'], ['127.0.0.1']);
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const csv = `${tokens.admin},admin,1,"system:masters"\n${tokens.reader},auditor,2\n${tokens.powerless},powerless,3\n`;
  await Promise.all([
    writeFile(at('ca.crt'), authority.caPem),
    writeFile(at('server.crt'), pair.cert),
    writeFile(at('server.key'), pair.key),
    writeFile(at('sa.key'), privateKey.export({ type: 'pkcs1', format: 'pem' })),
    writeFile(at('tokens.csv'), csv),
  ]);
  const [client = 0, peer = 0, secure = 0] = await freePorts(3);
  const etcdUrl = `http://127.0.0.1:${client}`;
  const front = { url: `https://127.0.0.1:${secure}`, caPem: authority.caPem };
  const caller = createCaller({ ...front, token: tokens.admin });
  const running = new Map<string, Program>();
  const stop = async () => {
    caller.close();
    // The API server first: without etcd it would wait for it.
    for (const name of ['kube-controller-manager', 'kube-apiserver', 'etcd']) await running.get(name)?.stop();
    await rm(folder, { recursive: true, force: true });
  };

  async function start(name: 'etcd' | 'kube-apiserver' | 'kube-controller-manager', flags: Record<string, string>) {
    const path = serverProgram(servers, name);
    if (!path) throw new Error(`There is no ${name} in ${servers.folder ?? servers.why}.`);
    running.set(name, startProgram(path, flags, at(`${name}.log`)));
  }
  async function ready(): Promise<void> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const answer = await caller.call('GET', '/readyz').catch(() => undefined);
      const there = answer?.status === 200 && (await caller.call('GET', '/api/v1/namespaces/default')).status === 200;
      if (there) return;
      for (const [name, program] of running) {
        if (program.alive() && Date.now() < deadline) continue;
        const what = program.alive() ? 'was not ready after 60 s' : 'ended';
        throw new Error(`${name} ${what}. Its log ends:\n${program.log().split('\n').slice(-25).join('\n')}`);
      }
      await sleep(100);
    }
  }
  const leave = async () => {
    await running.get('kube-apiserver')?.stop();
  };
  const back = async () => {
    await api();
    await ready();
  };
  const api = () => start('kube-apiserver', { ...apiServerFlags(at, etcdUrl, secure), ...apiFlags });

  try {
    await start('etcd', etcdFlags(at('etcd'), etcdUrl, `http://127.0.0.1:${peer}`));
    await api();
    await ready();
    for (const object of readerRights('auditor')) {
      const plural = `${object.kind.toLowerCase()}s`;
      await caller.call('POST', `/apis/rbac.authorization.k8s.io/v1/${plural}`, { body: object });
    }
    const logins = {
      certificate: await authority.client('admin', ['system:masters']),
      admin: { token: tokens.admin },
      reader: { token: tokens.reader },
      powerless: { token: tokens.powerless },
    };
    await writeKubeconfig(at('admin'), front, logins.certificate);
    await writeKubeconfig(at('reader'), front, logins.reader);
    if (controllers) await start('kube-controller-manager', controllerFlags(at('admin'), at));
    return {
      ...front,
      folder,
      logins,
      kubeconfig: (who) => kubeconfigText(front, logins[who]),
      caller,
      async compact() {
        const range = await fetch(`${etcdUrl}/v3/kv/range`, { method: 'POST', body: '{"key":"AA=="}' });
        const { header } = (await range.json()) as { header: { revision: string } };
        await fetch(`${etcdUrl}/v3/kv/compaction`, {
          method: 'POST',
          body: JSON.stringify({ revision: header.revision }),
        });
      },
      leave,
      back,
      async restart() {
        await leave();
        await back();
      },
      tokenFor: (account, ms) => accountToken(privateKey, publicKey, account, Date.now() + ms),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
