import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '../../kube/testing/authority.ts';
import { freePort, startProcess } from './registry-process.ts';

const found = (name: string) =>
  (process.env['PATH'] ?? '')
    .split(':')
    .concat('/usr/bin', '/usr/sbin')
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));

/** Empty where Debian's docker-registry is installed, else why a test that needs it is skipped: for test titles. */
export const registryAbsent: string = found('docker-registry')
  ? ''
  : ' (skipped: no docker-registry, apt-get install docker-registry)';
/** The same for a registry with passwords, which needs htpasswd besides. */
export const secureRegistryAbsent: string =
  registryAbsent || (found('htpasswd') ? '' : ' (skipped: no htpasswd, apt-get install apache2-utils)');

export interface DockerRegistry {
  /** `127.0.0.1:port`. */
  host: string;
  /** Folder of its content. */
  root: string;
  /** PEM of its CA and a user with all rights; empty for a plain one. */
  ca: string;
  user: string;
  password: string;
  /** What it logged so far. */
  log(): string;
  stop(): Promise<void>;
}

export interface DockerRegistryOptions {
  /** TLS and a password. */
  secure?: boolean;
  /** Certificates of clients are asked for and must be of this CA (PEM): mTLS. */
  clientCa?: string;
  /** Validity of its certificate from now, ms; a year by default. */
  certificateMs?: number;
  /** Keeps its content here instead of in a folder of its own that is removed at the end. */
  root?: string;
  /** Signs what it says of uploads, so that they outlive it; one of its own, new at each start, when left out. */
  secret?: string;
  /** Another program that reads the same configuration; Debian's docker-registry when left out. */
  program?: string;
  /** More lines of configuration, at the top level. */
  config?: string;
}

async function secured(dir: string, { clientCa, certificateMs }: DockerRegistryOptions) {
  const [user, password] = ['field', 'pass word: "ü"'];
  const authority = await createAuthority('test-registry-ca');
  const pair = await authority.issue({
    cn: 'registry',
    dns: ['localhost'],
    ips: ['127.0.0.1'],
    ...(certificateMs !== undefined && { until: certificateMs }),
  });
  writeFileSync(join(dir, 'tls.crt'), pair.cert);
  writeFileSync(join(dir, 'tls.key'), pair.key);
  writeFileSync(join(dir, 'htpasswd'), execFileSync(found('htpasswd') ?? 'htpasswd', ['-Bbn', user, password]));
  if (clientCa) writeFileSync(join(dir, 'clients.crt'), clientCa);
  const config = [
    `  tls: {certificate: ${dir}/tls.crt, key: ${dir}/tls.key${clientCa ? `, clientcas: [${dir}/clients.crt]` : ''}}`,
    `auth: {htpasswd: {realm: test, path: ${dir}/htpasswd}}`,
  ].join('\n');
  return { ca: authority.pem, user, password, config };
}

/** Starts Debian's docker-registry (distribution 2.8) on a free loopback port, with deletion switched on. */
export async function startDockerRegistry(options: DockerRegistryOptions = {}): Promise<DockerRegistry> {
  const dir = mkdtempSync(join(tmpdir(), 'docker-registry-'));
  const root = options.root ?? join(dir, 'content');
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const { config, ca, user, password } = options.secure
    ? await secured(dir, options)
    : { config: '', ca: '', user: '', password: '' };
  const file = join(dir, 'config.yml');
  writeFileSync(
    file,
    `version: 0.1
log: {level: warn, accesslog: {disabled: true}}
storage:
  filesystem: {rootdirectory: ${root}}
  delete: {enabled: true}
  maintenance: {uploadpurging: {enabled: false}}
http:
  addr: ${host}
${options.secret ? `  secret: ${options.secret}\n` : ''}${config}
${options.config ?? ''}
`,
  );
  const program = options.program ?? found('docker-registry') ?? 'docker-registry';
  try {
    const { log, stop } = await startProcess(program, ['serve', file], port);
    const end = async () => {
      await stop();
      rmSync(dir, { recursive: true, force: true });
    };
    return { host, root, ca, user, password, log, stop: end };
  } catch (error) {
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
}
