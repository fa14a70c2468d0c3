import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '../../kube/testing/authority.ts';

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
}

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

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

async function waitFor(port: number, child: ChildProcess, log: () => string): Promise<void> {
  const { connect } = await import('node:net');
  for (let tries = 0; tries < 200; tries += 1) {
    if (child.exitCode !== null) throw new Error(`docker-registry ended: ${log().slice(-500)}`);
    const up = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`docker-registry does not answer: ${log().slice(-500)}`);
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
`,
  );
  const child = spawn(found('docker-registry') ?? 'docker-registry', ['serve', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => {
      text = (text + part).slice(-100_000);
    });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(dir, { recursive: true, force: true });
  };
  // A test that fails before it stops the registry must not leave it behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  void ended.then(() => process.off('exit', kill));
  try {
    await waitFor(port, child, () => text);
  } catch (error) {
    await stop();
    throw error;
  }
  return { host, root, ca, user, password, log: () => text, stop };
}
