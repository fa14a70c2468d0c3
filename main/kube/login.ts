import type { Cluster, KubeConfig, User } from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';
import { openConnections } from './connections.ts';
import type { Credentials } from './credentials.ts';
import { tlsOf } from './kubeconfig.ts';
import type { Target } from './target.ts';

/** How a request is sent: the headers that say who asks, and the connections it goes over. */
export interface Signed {
  headers: Record<string, string>;
  dispatcher: Dispatcher;
}

/** One identity on one hub, with its connections. */
export interface Login {
  /** What to send with now. Faults: kubeconfig.*, kube.signInFailed, kube.badCredential, hub.consentNeeded. */
  sign(): Promise<Signed>;
  /** After a 401 to a request signed with `used`: true when there is something else to try with. */
  renew(used: Signed): Promise<boolean>;
  close(): void;
}

/** The cluster of a target as client-node's KubeConfig takes it; `ca` is PEM, undefined for the CAs of this computer. */
export function clusterOf(target: Target, ca: string | undefined, proxy: URL | undefined): Cluster {
  const serverName = target.cluster.value['tls-server-name'];
  return {
    name: target.clusterName,
    server: target.server,
    // Without TLS there is nothing to check, and client-node wants that said.
    skipTLSVerify: /^(insecure|plain-http)$/.test(tlsOf(target)),
    ...(ca && { caData: Buffer.from(ca).toString('base64') }),
    ...(serverName && { tlsServerName: serverName }),
    ...(proxy && { proxyUrl: proxy.href }),
  };
}

/** What a kubeconfig itself says to sign in with. */
type Said = Pick<User, 'name' | 'token' | 'username' | 'password'>;

/** Token, name and password of a target's user as written; nothing that has to be read or run first. */
export function userOf({ userName: name, user: { value } }: Target): Said {
  const { exec, 'auth-provider': provider, tokenFile, token, username, password } = value;
  if (exec || provider) return { name };
  return {
    name,
    // The file wins: it is what rotates (client-go clientcmd/api/v1 AuthInfo.TokenFile).
    ...(token && !tokenFile && { token }),
    ...(username && { username, password: password ?? '' }),
  };
}

/** Marks the user whose further credentials we bring. */
const ours = { name: 'kmm-bastion' };

/**
 * Signs in with client-node's KubeConfig, which is loaded here and not before: it takes half a second and 90 MB.
 *
 * What it does wrongly or unsafely stays ours: reading (it knows no tokenFile, prefers files to inline data and drops
 * as-groups), merging (it refuses a name given twice, and the last current-context wins), paths (token files and
 * commands stay relative), exec (whole environment, no time limit, no KUBERNETES_EXEC_INFO), gcp and azure (through a
 * shell), oidc (sends no client secret; once renewed, renews for every request), token files (kept for 60 s, also
 * after a 401), proxies of the environment (not read).
 */
export async function createLogin(cluster: Cluster, user: Said, credentials: Credentials): Promise<Login> {
  const { HttpMethod, KubeConfig, RequestContext } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  // client-node tries its own providers first and asks nobody, so nothing that they look for may be left in here.
  config.loadFromClusterAndUser(cluster, { ...user, exec: undefined, authProvider: ours });
  config.addAuthenticator({
    isAuthProvider: ({ authProvider }) => authProvider === ours,
    async applyAuthentication(_, options) {
      const { token, cert, key } = await credentials.current();
      Object.assign(options, cert && key && { cert, key });
      if (token) Object.assign(options.headers ?? {}, { Authorization: `Bearer ${token}` });
    },
  });

  let open: { pair: string; dispatcher: Dispatcher } | undefined;
  const drop = () => {
    const old = open?.dispatcher;
    open = undefined;
    // Who has just been given them still sends; close() then lets requests and watches come to their end.
    setImmediate(() => old?.close().catch(() => {}));
  };
  const createDispatcher = (...[to, tls]: Parameters<KubeConfig['createDispatcherOptions']>): Dispatcher => {
    const pair = `${tls.cert ?? ''}\n${tls.key ?? ''}`;
    if (open && open.pair !== pair) drop();
    open ??= { pair, dispatcher: openConnections(cluster.server, config.createDispatcherOptions(to, tls)) };
    return open.dispatcher;
  };
  // Private in its types only. Its own opens new connections for every request (kubernetes-client/javascript#2893).
  Object.defineProperty(config, 'createDispatcher', { value: createDispatcher });

  async function sign(): Promise<Signed> {
    const context = new RequestContext(cluster.server, HttpMethod.GET);
    await config.applySecurityAuthentication(context);
    const dispatcher = context.getDispatcher();
    if (!dispatcher) throw new Error('client-node has given no dispatcher');
    return { headers: context.getHeaders(), dispatcher };
  }
  const same = (a: Signed, b: Signed) =>
    a.dispatcher === b.dispatcher && a.headers.Authorization === b.headers.Authorization;

  return {
    sign,
    async renew(used) {
      // Another request was refused first and has already brought a new one.
      if (!same(await sign(), used)) return true;
      if (!credentials.forget() || same(await sign(), used)) return false;
      drop();
      return true;
    },
    close() {
      open?.dispatcher.destroy().catch(() => {});
      open = undefined;
    },
  };
}
