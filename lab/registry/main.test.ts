import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { callerOf, imageOf, imageType } from './bed.fixture.ts';
import { digestOf } from './digest.ts';
import { openStorage } from './storage.ts';

const entry = join(import.meta.dirname, 'main.ts');
const skopeo = existsSync('/usr/bin/skopeo');
const folder = mkdtempSync(join(tmpdir(), 'registry-main-'));
const run = promisify(execFile);
let children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Line {
  address?: string;
  port?: number;
  ca?: string;
  error?: string;
}
async function start(args: string[], env: NodeJS.ProcessEnv = {}) {
  const given = { ...process.env, ...env };
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['pipe', 'pipe', 'inherit'], env: given });
  children.push(child);
  const line = await new Promise<Line>((resolve) =>
    createInterface({ input: child.stdout }).once('line', (text) => resolve(JSON.parse(text) as Line)),
  );
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, line, code };
}

/** A layout with one image of two layers, for skopeo to push. */
async function layoutAt(dir: string) {
  const storage = await openStorage(dir);
  const blob = async (bytes: Buffer, mediaType: string) => {
    const digest = digestOf(bytes);
    await storage.finish(
      await storage.append(await storage.begin('x'), [bytes] as unknown as AsyncIterable<Buffer>),
      digest,
    );
    return { mediaType, digest, size: bytes.length };
  };
  const layers = [await blob(gzipSync('layer one'), 'application/vnd.oci.image.layer.v1.tar+gzip')];
  const rootfs = { type: 'layers', diff_ids: layers.map(({ digest }) => digest) };
  const text = JSON.stringify({ architecture: 'amd64', os: 'linux', config: {}, rootfs });
  const config = await blob(Buffer.from(text), 'application/vnd.oci.image.config.v1+json');
  const { bytes, digest } = imageOf(config, layers);
  await storage.putManifest('x', { mediaType: imageType, digest, size: bytes.length }, bytes, ['1']);
  await storage.close();
  return digest;
}

test('what is wrong with the command is said in one line', async () => {
  const { line, code } = await start(['--store', folder]);
  expect([line.error, await code]).toEqual([
    '--store can only be served with --read-only: the application writes it',
    2,
  ]);
  const open = await start(['--dir', folder, '--listen', '0.0.0.0']);
  expect(open.line.error).toBe('--listen 0.0.0.0 can be reached by others: give --tls DIR and --user too');
});

describe.skipIf(!skopeo)(`skopeo${skopeo ? '' : ' (skipped: no skopeo; Debian package skopeo)'}`, () => {
  test('pushes over TLS with a password and reads back the same digest; a wrong password is refused', async () => {
    const digest = await layoutAt(join(folder, 'source'));
    const certificates = join(folder, 'certificates');
    const args = ['--dir', join(folder, 'tls'), '--tls', join(folder, 'keys'), '--user', 'me'];
    const { line, child, code } = await start(args, { REGISTRY_PASSWORD: 'generated for this test' });
    await run('mkdir', ['-p', certificates]);
    writeFileSync(join(certificates, 'ca.crt'), line.ca ?? '');
    const target = `docker://${line.address}/deep/er/path:1`;
    const creds = (password: string) => ['--dest-cert-dir', certificates, '--dest-creds', `me:${password}`];
    const source = `oci:${join(folder, 'source')}:x:1`;
    await expect(run('skopeo', ['copy', ...creds('no'), source, target])).rejects.toThrow(
      /unauthorized|authentication required/,
    );
    await run('skopeo', ['copy', ...creds('generated for this test'), source, target]);
    const inspect = ['inspect', '--cert-dir', certificates, '--creds', 'me:generated for this test', target];
    expect(JSON.parse((await run('skopeo', inspect)).stdout)).toMatchObject({ Digest: digest, RepoTags: ['1'] });
    child.stdin?.end();
    expect(await code).toBe(0);
    // The certificate is kept: clients that trust it need not be told again.
    const again = await start(args, { REGISTRY_PASSWORD: 'another' });
    expect(again.line.ca).toBe(line.ca);
  });

  test('reads a content store that is served read-only, at its targets, and what is added later', async () => {
    const store = join(folder, 'store');
    await layoutAt(store);
    const index = JSON.parse(readFileSync(join(store, 'index.json'), 'utf8')) as { manifests: object[] };
    const [{ annotations: _, ...image }] = index.manifests as [{ annotations: object; digest: string }];
    const write = (...annotations: Record<string, string>[]) =>
      writeFileSync(
        join(store, 'index.json'),
        JSON.stringify({ schemaVersion: 2, manifests: annotations.map((some) => ({ ...image, annotations: some })) }),
      );
    const name = 'org.opencontainers.image.ref.name';
    write({ [name]: 'quay.io/kmm/operator:2.4@sha256:00' });
    const { line } = await start(['--store', store, '--read-only']);
    const address = `docker://${line.address}`;
    const copy = (from: string, to: string) =>
      run('skopeo', ['copy', '--src-tls-verify=false', `${address}/${from}`, `oci:${join(folder, to)}:here`]);
    await copy('kmm/operator:2.4', 'read');
    write({ [name]: 'quay.io/kmm/operator:2.4', 'bastion.kmm/target': 'site/kmm:2.4-amd64' });
    await copy('site/kmm:2.4-amd64', 'read-again');
    const call = callerOf(() => line.port ?? 0);
    expect((await call('GET', '/v2/kmm/operator/tags/list')).status).toBe(404);
    expect((await call('POST', '/v2/site/kmm/blobs/uploads/')).status).toBe(405);
    expect((await call('HEAD', `/v2/site/kmm/manifests/${image.digest}`)).status).toBe(200);
    // A signature that travels with it is served under its own tag.
    const attached = JSON.stringify([{ ...image, tag: `sha256-${image.digest.slice(7)}.sig` }]);
    write({ [name]: 'quay.io/kmm/operator:2.4', 'bastion.kmm/attached': attached });
    const { json } = await call('GET', '/v2/kmm/operator/tags/list');
    expect(json).toEqual({ name: 'kmm/operator', tags: ['2.4', `sha256-${image.digest.slice(7)}.sig`] });
  });
});
