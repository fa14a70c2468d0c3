/** Flags of one program, without the dashes. */
type Flags = Record<string, string>;

/** etcd alone, without fsync: a test's data may be lost. */
export const etcdFlags = (data: string, client: string, peer: string): Flags => ({
  'data-dir': data,
  'listen-client-urls': client,
  'advertise-client-urls': client,
  'listen-peer-urls': peer,
  'initial-advertise-peer-urls': peer,
  'initial-cluster': `default=${peer}`,
  'unsafe-no-fsync': 'true',
});

/**
 * kube-apiserver on loopback. The admission of service accounts is off because no controller makes them: without it
 * pods can be created by a test that plays kubelet.
 */
export const apiServerFlags = (at: (name: string) => string, etcd: string, port: number): Flags => ({
  'etcd-servers': etcd,
  'bind-address': '127.0.0.1',
  'secure-port': String(port),
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
  'cert-dir': at('certificates'),
});

/** The two controllers that finish deletions. */
export const controllerFlags = (kubeconfig: string, at: (name: string) => string): Flags => ({
  kubeconfig,
  controllers: 'garbage-collector-controller,namespace-controller',
  'leader-elect': 'false',
  'secure-port': '0',
  'cert-dir': at('certificates'),
});
