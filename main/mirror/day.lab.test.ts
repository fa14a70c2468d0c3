import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { registryProcess } from '../hosts/registry-process.ts';
import { createRegistry } from '../images/registry/registry.ts';
import { type DockerRegistry, secureRegistryAbsent, startDockerRegistry } from '../images/testing/docker-registry.ts';
import { pushImage, sampleImage } from '../images/testing/sample-image.ts';
import type { RunningConnected } from '../practice/registry-launcher.ts';
import { soon } from '../testing/lab-engine.ts';
import { type LabHub, startLabHub } from '../testing/lab-hub.ts';
import { refusal, type TestEngine, testEngine } from '../testing/test-engine.ts';

const skopeoAbsent = ['/usr/bin/skopeo', '/usr/local/bin/skopeo'].some(existsSync)
  ? ''
  : ' (skipped: no skopeo, apt-get install skopeo)';
const absent = secureRegistryAbsent || skopeoAbsent;

let folder: string;
let connected: RunningConnected;
let tools: DockerRegistry;
let site: DockerRegistry;
let lab: LabHub;
const open: TestEngine[] = [];
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mirror-day-'));
  if (absent) return;
  const launcher = registryProcess({ execPath: process.execPath });
  [connected, tools, site, lab] = await Promise.all([
    launcher.connected({ dir: join(folder, 'connected'), seed: 1 }),
    startDockerRegistry(),
    startDockerRegistry({ secure: true }),
    startLabHub('site-3', { speed: 60 }),
  ]);
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const engine of open) await engine.close();
  await Promise.all([connected?.stop(), tools?.stop(), site?.stop(), lab?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

function start(home: string): TestEngine {
  const engine = testEngine(join(folder, home));
  open.push(engine);
  return engine;
}
async function stop(engine: TestEngine) {
  open.splice(open.indexOf(engine), 1);
  await engine.close();
}

/** Another image under the tag that the set names. */
async function publishTool(bytes: number) {
  const registry = createRegistry({ host: tools.host, plainHttp: true }, { clock: systemClock(), random: Math.random });
  const image = sampleImage({ sizes: [20_000, bytes] });
  await pushImage(registry, 'team/tool', 'stable', image);
  await registry.close();
  return {
    digest: image.manifest.digest,
    blobs: [image.manifest.digest, ...image.blobs.map((b) => b.descriptor.digest)],
  };
}

const blobFolder = (home: string) => join(folder, home, 'store', 'blobs', 'sha256');
const blobs = (home: string) => readdirSync(blobFolder(home)).filter((name) => /^[0-9a-f]{64}$/.test(name));
/** Blobs of the registry as they lie on its disk, by hex digest. */
function siteBlobs(): Map<string, string> {
  const root = join(site.root, 'docker/registry/v2/blobs/sha256');
  return new Map(
    readdirSync(root).flatMap((two) => readdirSync(join(root, two)).map((hex) => [hex, join(root, two, hex, 'data')])),
  );
}

test(`the mirror's day: a pull that is killed, a disk that is lost, a site, its clusters, and a small second bundle${absent}`, async ({
  skip,
}) => {
  if (absent) skip();
  const first = await publishTool(1_500_000);

  // The office: what it wants, what that costs.
  let office = start('office');
  await office.typed('mirror.addSite', {
    name: 'Internet',
    role: 'source',
    address: connected.registry,
    plainHttp: true,
  });
  await office.typed('mirror.addSite', { name: 'Team', role: 'source', address: tools.host, plainHttp: true });
  // The office knows the site by name; it never reaches it.
  await office.typed('mirror.addSite', { name: 'Site', address: 'registry.site.example:5000' });
  // Not the whole payload: every request at the site costs it a bcrypt.
  const components = [
    'cli',
    'coredns',
    'driver-toolkit',
    'etcd',
    'haproxy-router',
    'installer',
    'ironic',
    'kube-proxy',
  ];
  const yaml = readFileSync(connected.imageSet, 'utf8')
    .replace(/^releases:\n/m, `releases:\n  components: [${components.join(', ')}]\n`)
    .replace(/^images:\n/m, `images:\n  - name: ${tools.host}/team/tool:stable\n`);
  const { name: set } = await office.typed('mirror.save', { yaml });
  const plan = await office.typed('mirror.plan', { set });
  expect(plan).toMatchObject({ failed: 0, hereBytes: 0, fits: true, gaps: [] });
  expect(existsSync(join(folder, 'office', 'store'))).toBe(false);
  await stop(office);

  // Its laptop dies in the middle of the pull.
  const cli = join(import.meta.dirname, '../hosts/cli.ts');
  const child = spawn(process.execPath, [cli, 'mirror', 'pull', '--set', set, '--home', join(folder, 'office')]);
  children.push(child);
  const gone = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  await soon(() => existsSync(blobFolder('office')) && blobs('office').length > 30, 30_000, 'half of a pull');
  child.kill('SIGKILL');
  expect(await gone).toBe('SIGKILL');
  const before = new Map(blobs('office').map((hex) => [hex, statSync(join(blobFolder('office'), hex)).ino]));

  office = start('office');
  const [cut] = (await office.typed('mirror.runs', {})).runs;
  expect(cut).toMatchObject({ kind: 'pull', state: 'interrupted' });
  const had = (await office.typed('mirror.store', {})).bytes;
  const pulled = await office.typed('mirror.resume', { id: cut!.id });
  expect(pulled).toMatchObject({ state: 'done', imagesFailed: 0 });
  expect(pulled.images).toBeGreaterThan(cut!.imagesDone);
  const stored = await office.typed('mirror.store', {});
  expect(pulled.bytesMoved - cut!.bytesMoved).toBeLessThanOrEqual(stored.bytes - had);
  for (const [hex, ino] of before) expect(statSync(join(blobFolder('office'), hex)).ino).toBe(ino);
  expect(stored.partialBytes).toBe(0);

  // Onto a disk, in files of 1 MiB.
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  const written = (await office.typed('mirror.export', { folder: disk, segmentBytes: 1_048_576, site: 'site' })).run;
  expect(written).toMatchObject({ state: 'done', imagesFailed: 0 });
  const bundle = (await office.typed('mirror.bundles', {})).bundles[0]!;
  expect(bundle.segments.length).toBeGreaterThan(2);
  const keyOf = async (engine: TestEngine) => (await engine.typed('mirror.keys', {})).keys[0]!.publicKey;

  // At the site. A stranger's disk is not taken, a file that stayed behind is named.
  const field = start('field');
  expect(await refusal(() => field.typed('mirror.import', { folders: [disk] }))).toMatchObject({
    code: 'bundle.untrusted',
  });
  await field.typed('mirror.trust', { name: 'Office', publicKey: await keyOf(office) });
  await office.typed('mirror.trust', { name: 'Field', publicKey: await keyOf(field) });
  const lost = bundle.segments[1]!.name;
  const where = readdirSync(disk, { recursive: true })
    .map(String)
    .find((path) => path.endsWith(lost))!;
  renameSync(join(disk, where), join(folder, 'left-at-home'));
  const missing = await refusal(() => field.typed('mirror.import', { folders: [disk] }));
  expect(missing).toMatchObject({ code: 'bundle.missing', message: expect.stringContaining(lost) });
  expect((await field.typed('mirror.images', {})).total).toBe(0);
  renameSync(join(folder, 'left-at-home'), join(disk, where));
  const brought = (await field.typed('mirror.import', { folders: [disk] })).run;
  expect(brought).toMatchObject({ state: 'done', imagesFailed: 0 });
  // Release signatures are images of no set here, and yet nothing to prune.
  expect(await field.typed('mirror.prune', {})).toMatchObject({ images: [], blobs: 0 });

  // Into its registry: TLS of its own authority, a password.
  const { ca, user, password, host } = site;
  await field.typed('mirror.addSite', { name: 'Site', address: `${host}/edge`, ca, user, password });
  const checked = await field.typed('mirror.checkSite', { id: 'site' });
  expect(checked).toMatchObject({
    health: 'ok',
    abilities: expect.arrayContaining([expect.objectContaining({ name: 'push', able: 'yes' })]),
  });
  const pushed = (await field.typed('mirror.push', { site: 'site' })).run;
  expect(pushed).toMatchObject({ state: 'done', imagesFailed: 0 });
  const verified = await field.typed('mirror.verifySite', { id: 'site' });
  expect(verified).toMatchObject({ missing: [] });

  // Byte for byte: what the office fetched, what the field laptop holds, what lies in the registry.
  const images = (await field.typed('mirror.images', { limit: 500 })).rows;
  expect((await office.typed('mirror.images', { limit: 500 })).rows.map(({ name, digest }) => [name, digest])).toEqual(
    images.map(({ name, digest }) => [name, digest]),
  );
  expect(verified.images).toBe(images.length);
  const inRegistry = siteBlobs();
  expect(blobs('field').sort()).toEqual(blobs('office').sort());
  let compared = 0;
  for (const hex of blobs('office')) {
    const bytes = readFileSync(join(blobFolder('office'), hex));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(hex);
    expect(bytes.equals(readFileSync(join(blobFolder('field'), hex)))).toBe(true);
    const there = inRegistry.get(hex);
    if (!there) continue;
    expect(bytes.equals(readFileSync(there))).toBe(true);
    compared += 1;
  }
  // All but the files that travel beside the images: signatures and graph, with their manifest and config.
  expect(blobs('office').length - compared).toBeLessThan(8);
  for (const { digest } of images) expect(inRegistry.has(digest.slice(7))).toBe(true);

  // Others pull it: a release, a component by digest, the rebuilt catalog.
  const certs = join(folder, 'certs');
  mkdirSync(certs);
  writeFileSync(join(certs, 'ca.crt'), ca);
  const skopeo = (reference: string, dir: string) =>
    execFileSync('skopeo', [
      ...['copy', '--quiet', '--all', '--src-cert-dir', certs, '--src-creds', `${user}:${password}`],
      ...['--insecure-policy', `docker://${host}/edge/${reference}`, `oci:${join(folder, dir)}:x`],
    ]);
  skopeo('openshift/release-images:4.12.6-x86_64', 'out-release');
  const component = images.find(({ category }) => category === 'component')!;
  skopeo(`openshift/release@${component.digest}`, 'out-component');

  // The hub is told; told twice, nothing changes.
  const { id: hub } = await field.typed('hubs.add', { source: { text: lab.kubeconfig('engineer') }, name: 'lab' });
  await field.typed('hubs.connect', { hub });
  await soon(async () => (await field.typed('hubs.get', { hub })).phase === 'live', 20_000, 'a live hub');
  const resources = await field.typed('mirror.resources', { site: 'site', hub, where: 'hub' });
  const catalog = /image: (\S*\/edge\/\S+)/.exec(resources.yaml)?.[1] ?? '';
  skopeo(catalog.slice(`${host}/edge/`.length), 'out-catalog');
  expect(resources.yaml).toContain(`graphDataImage: ${host}/edge/openshift/graph-image:latest`);
  skopeo('openshift/graph-image:latest', 'out-graph');
  const applied = await field.typed('mirror.applyResources', { site: 'site', hub, where: 'hub' });
  expect(applied.applied).toBe(resources.total);
  const second = await field.typed('mirror.resources', { site: 'site', hub, where: 'hub' });
  expect(
    second.diffs.map(({ change, kind, name }) => [change, kind, name]).filter(([change]) => change !== 'none'),
  ).toEqual([]);
  expect(second.yaml).toBe(resources.yaml);

  // Home: what the site says it has, and what changed meanwhile.
  const receipt = await field.typed('mirror.inventory', { folder: disk, site: 'site' });
  expect(receipt.acknowledges).toEqual([bundle.id]);
  const acknowledged = await office.typed('mirror.acknowledge', { path: receipt.path });
  expect(acknowledged).toMatchObject({ site: 'site', bundles: [bundle.id] });
  const next = await publishTool(300_000);
  expect(next.digest).not.toBe(first.digest);
  const again = (await office.typed('mirror.pull', { set })).run;
  expect(again).toMatchObject({ state: 'done', imagesFailed: 0 });
  const small = join(folder, 'small');
  mkdirSync(small);
  await office.typed('mirror.export', { folder: small, since: 'acknowledged', site: 'site' });
  const delta = (await office.typed('mirror.bundles', {})).bundles.find(({ id }) => id !== bundle.id)!;
  expect(delta).toMatchObject({ parent: bundle.id, site: 'site', blobs: next.blobs.length });
  expect(delta.bytes).toBeLessThan(400_000);
  expect((await field.typed('mirror.import', { folders: [small] })).run).toMatchObject({ state: 'done' });
  const more = (await field.typed('mirror.push', { site: 'site' })).run;
  expect(more).toMatchObject({ state: 'done', imagesFailed: 0 });
  expect(more.bytesMoved).toBeLessThan(400_000);
  expect(siteBlobs().has(next.digest.slice(7))).toBe(true);
  expect(await field.typed('mirror.verifySite', { id: 'site' })).toMatchObject({ missing: [], images: images.length });

  // The hub's clock runs fast: the history is by this laptop's, newest first.
  const { rows: history } = await field.typed('mirror.history', {});
  const times = history.map(({ at }) => Date.parse(at));
  expect(history.some(({ what }) => what === 'resources')).toBe(true);
  expect(Math.max(...times)).toBeLessThanOrEqual(Date.now());
  expect(times).toEqual([...times].sort((a, b) => b - a));

  // The password went to the registry and nowhere else.
  const told = JSON.stringify([
    await field.typed('mirror.sites', {}),
    await field.typed('mirror.history', {}),
    await field.typed('mirror.runs', {}),
  ]);
  expect(told).not.toContain(JSON.stringify(password).slice(1, -1));
  expect(readFileSync(join(folder, 'field', 'bastion.db'), 'latin1')).not.toContain('pass word');
}, 180_000);
