import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRegistry, type RegistryProgram, titleOf } from '../../../build/registries/programs.ts';
import { createAuthority } from '../../kube/testing/authority.ts';
import type { Ability } from '../registry/probe.ts';
import { type DockerRegistry, registryAbsent, secureRegistryAbsent, startDockerRegistry } from './docker-registry.ts';
import { freePort, startProcess } from './registry-process.ts';

type Running = Omit<DockerRegistry, 'root'>;

/** What a registry does with what goes beyond images: observed, so that another version that does otherwise is noticed. */
export interface Habits {
  able: Record<Ability['name'], Ability['able']>;
  /** Gives a part of a blob. */
  ranges: boolean;
  /** Goes on with an upload that was cut at the end of a chunk. */
  resumes: boolean;
  /** Takes manifests by a digest of sha512; all take blobs. */
  sha512Manifests: boolean;
  /** Takes manifests of 5 MiB. */
  largeManifests: boolean;
  catalogue: boolean;
}

/** A registry program that may be on this machine. */
export interface RealRegistry {
  title: string;
  /** Empty where it is there, else why its tests are skipped, for titles. */
  absent: string;
  habits: Habits;
  /** On plain HTTP, with deletion on. `more` is configuration of distribution, arguments of others. */
  start(more?: string): Promise<Running>;
  /** On TLS, with a password where it knows passwords; undefined where it has no TLS. */
  startSecure?: () => Promise<Running>;
  /** Why `startSecure` can't be, for titles. */
  secureAbsent: string;
}

const missing = (name: RegistryProgram): string => {
  const { why } = findRegistry(name);
  return why ? ` (skipped: ${why})` : '';
};
const programOf = (name: RegistryProgram): string => findRegistry(name).program ?? name;

const all: Habits['able'] = {
  ...{ push: 'yes', sparseIndex: 'yes', referrers: 'yes', nestedPaths: 'yes' },
  ...{ manifest4MiB: 'yes', mount: 'yes', delete: 'yes' },
};
const common: Habits = {
  able: { ...all, sparseIndex: 'no', referrers: 'no' },
  ...{ ranges: true, resumes: true, sha512Manifests: false, largeManifests: false, catalogue: true },
};
const bare = { ca: '', user: '', password: '' };

async function startOlareg(args: readonly string[], secure = false): Promise<Running> {
  const dir = mkdtempSync(join(tmpdir(), 'olareg-'));
  const port = await freePort();
  const tls: string[] = [];
  let ca = '';
  if (secure) {
    const authority = await createAuthority('test-registry-ca');
    const pair = await authority.issue({ cn: 'registry', dns: ['localhost'], ips: ['127.0.0.1'] });
    writeFileSync(join(dir, 'tls.crt'), pair.cert);
    writeFileSync(join(dir, 'tls.key'), pair.key);
    tls.push('--tls-cert', join(dir, 'tls.crt'), '--tls-key', join(dir, 'tls.key'));
    ca = authority.pem;
  }
  const { log, stop } = await startProcess(
    programOf('olareg'),
    ['serve', '--addr', '127.0.0.1', '--port', String(port), '--dir', join(dir, 'content'), ...tls, ...args],
    port,
  );
  const end = async () => {
    await stop();
    rmSync(dir, { recursive: true, force: true });
  };
  return { ...bare, host: `127.0.0.1:${port}`, ca, log, stop: end };
}
const deletes = ['--api-delete', '--api-blob-delete'];

/** Distribution 3 where its owner lets indexes name images that are not there. */
const sparse = 'validation: {manifests: {indexes: {platforms: none}}}';

/** Every registry that the client is held against. */
export const realRegistries: readonly RealRegistry[] = [
  {
    title: 'docker-registry 2.8',
    absent: registryAbsent,
    habits: common,
    start: (config = '') => startDockerRegistry({ config }),
    startSecure: () => startDockerRegistry({ secure: true }),
    secureAbsent: secureRegistryAbsent,
  },
  {
    title: titleOf('distribution'),
    absent: missing('distribution'),
    habits: common,
    start: (config = '') => startDockerRegistry({ program: programOf('distribution'), config }),
    startSecure: () => startDockerRegistry({ program: programOf('distribution'), secure: true }),
    secureAbsent: missing('distribution') || secureRegistryAbsent,
  },
  {
    title: `${titleOf('distribution')} with sparse indexes`,
    absent: missing('distribution'),
    habits: { ...common, able: { ...common.able, sparseIndex: 'yes' } },
    start: (config = '') => startDockerRegistry({ program: programOf('distribution'), config: `${sparse}\n${config}` }),
    secureAbsent: '',
  },
  {
    title: titleOf('olareg'),
    absent: missing('olareg'),
    habits: {
      ...common,
      able: { ...all, sparseIndex: 'no' },
      ...{ sha512Manifests: true, largeManifests: true, catalogue: false },
    },
    start: (more = '') => startOlareg([...deletes, ...more.split(' ').filter(Boolean)]),
    startSecure: () => startOlareg(deletes, true),
    secureAbsent: missing('olareg'),
  },
  {
    title: titleOf('go-containerregistry'),
    absent: missing('go-containerregistry'),
    habits: {
      ...common,
      able: { ...common.able, mount: 'no' },
      ...{ ranges: false, resumes: false, sha512Manifests: true, largeManifests: true },
    },
    async start() {
      const port = await freePort();
      const running = await startProcess(programOf('go-containerregistry'), ['--port', String(port)], port);
      return { ...bare, host: `127.0.0.1:${port}`, ...running };
    },
    secureAbsent: '',
  },
];
