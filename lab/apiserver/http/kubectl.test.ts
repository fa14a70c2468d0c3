import { execFile, execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agentRequest } from '../../actors/ocm/csr-object.ts';
import { acmKinds } from '../../schemas/acm.ts';
import { kmmHubKinds } from '../../schemas/kmm.ts';
import { findServers, serverProgram } from '../../testbed/servers.ts';
import { type Bed, createBed } from './bed.fixture.ts';

/** The one built beside the test servers, else the machine's own. */
const program = serverProgram(findServers(), 'kubectl') ?? 'kubectl';

function installed(): boolean {
  try {
    execFileSync(program, ['version', '--client'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
const there = installed();
let bed: Bed;

interface Outcome {
  code: number;
  out: string;
  err: string;
}
const kubectl = (args: string, { input = '', as = 'admin' } = {}): Promise<Outcome> =>
  new Promise((resolve) => {
    const kubeconfig = ['--kubeconfig', join(bed.folder, as), '--cache-dir', join(bed.folder, 'cache')];
    const child = execFile(program, [...kubeconfig, ...args.split(' ')], (error, out, err) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, out, err });
    });
    child.stdin?.end(input);
  });
const cluster = (name: string, spec = '{hubAcceptsClient: true}') =>
  `apiVersion: cluster.open-cluster-management.io/v1\nkind: ManagedCluster\nmetadata: {name: ${name}, labels: {vendor: OpenShift}}\nspec: ${spec}\n`;

beforeAll(async () => {
  if (!there) return;
  bed = await createBed();
  bed.core.serve(acmKinds);
  bed.core.serve(kmmHubKinds);
  for (let at = 1; at <= 12; at += 1) {
    const name = `sno${String(at).padStart(5, '0')}`;
    await bed.core.create({
      apiVersion: 'cluster.open-cluster-management.io/v1',
      kind: 'ManagedCluster',
      metadata: { name, labels: { vendor: 'OpenShift' } },
      spec: { hubAcceptsClient: true },
    });
  }
});
afterAll(() => bed?.close());

describe.skipIf(!there)(`kubectl against the lab${there ? '' : ' (skipped: kubectl is not installed)'}`, () => {
  test('get prints the columns of the kind, short names and chunks work', async () => {
    const { out } = await kubectl('get mcl --chunk-size=5');
    const lines = out.trimEnd().split('\n');
    expect(lines[0]!.split(/\s{2,}/)).toEqual([
      'NAME',
      'HUB ACCEPTED',
      'MANAGED CLUSTER URLS',
      'JOINED',
      'AVAILABLE',
      'AGE',
    ]);
    expect(lines).toHaveLength(13);
    expect(lines[1]).toMatch(/^sno00001\s+true\s+\d+s$/);
    const json = JSON.parse((await kubectl('get mcl -o json --chunk-size=5')).out) as { items: { kind: string }[] };
    expect(json.items).toHaveLength(12);
    expect((await kubectl('get mcl -l vendor=OpenShift,!x -o name')).out.trim().split('\n')).toHaveLength(12);
    expect((await kubectl('get mcl --field-selector metadata.name=sno00003 -o name')).out).toBe(
      'managedcluster.cluster.open-cluster-management.io/sno00003\n',
    );
  });

  test('certificate approve and deny answer requests for certificates', async () => {
    const names: string[] = [];
    for (const spoke of ['sno00001', 'sno00002'])
      names.push((await bed.core.create(await agentRequest(spoke, 'agent'))).metadata.name!);
    const [one = '', other = ''] = names;
    expect((await kubectl(`certificate approve ${one}`)).out).toBe(
      `certificatesigningrequest.certificates.k8s.io/${one} approved\n`,
    );
    expect((await kubectl(`certificate deny ${other}`)).code).toBe(0);
    const { out } = await kubectl('get csr --no-headers');
    expect(out).toMatch(new RegExp(`${one} .*Approved`));
    expect(out).toMatch(new RegExp(`${other} .*Denied`));
    expect((await kubectl('certificate approve nope')).err).toContain('"nope" not found');
  });

  test('get of all namespaces, of nothing, and of what is not there', async () => {
    expect((await kubectl('get ns')).out).toMatch(/^NAME\s+STATUS\s+AGE\ndefault\s+Active/);
    expect((await kubectl('get manifestworks -A')).err).toBe('No resources found\n');
    const missing = await kubectl('get mcl nope');
    expect(missing.err).toBe(
      'Error from server (NotFound): managedclusters.cluster.open-cluster-management.io "nope" not found\n',
    );
    expect((await kubectl('get mcm')).err).toContain(`the server doesn't have a resource type "mcm"`);
  });

  test('describe shows fields and events', async () => {
    await bed.core.create({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'sno00001.1', namespace: 'default' },
      involvedObject: { kind: 'ManagedCluster', name: 'sno00001', uid: '' },
      reason: 'AvailableUnknown',
      message: 'no lease',
      type: 'Warning',
    });
    const { out } = await kubectl('describe mcl sno00001');
    expect(out).toMatch(/Name:\s+sno00001/);
    expect(out).toMatch(/Hub Accepts Client:\s+true/);
    expect((await kubectl('get events')).out).toMatch(
      /Warning\s+AvailableUnknown\s+managedcluster\/sno00001\s+no lease/,
    );
  });

  test('get -w follows changes', async () => {
    const child = spawn(program, ['--kubeconfig', join(bed.folder, 'admin'), 'get', 'cm', '-w', '-o', 'name']);
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    const until = async (wanted: string) => {
      for (let at = 0; at < 100 && !text.includes(wanted); at += 1)
        await new Promise((resolve) => setTimeout(resolve, 50));
      expect(text).toContain(wanted);
    };
    await bed.core.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'before', namespace: 'default' } });
    await until('configmap/before');
    await bed.core.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'after', namespace: 'default' } });
    await until('configmap/after');
    child.kill();
    await new Promise((resolve) => child.once('close', resolve));
  });

  test('apply --server-side creates, changes nothing, conflicts by name, and forces', async () => {
    const file = join(bed.folder, 'cluster.yaml');
    const apply = (text: string, more = '') => {
      writeFileSync(file, text);
      return kubectl(`apply --server-side -f ${file}${more}`);
    };
    const name = 'managedcluster.cluster.open-cluster-management.io/ssa';
    expect((await apply(cluster('ssa'))).out).toBe(`${name} serverside-applied\n`);
    const before = bed.core.store.revision;
    expect((await apply(cluster('ssa'))).out).toBe(`${name} serverside-applied\n`);
    expect(bed.core.store.revision).toBe(before);
    const other = await apply(cluster('ssa', '{hubAcceptsClient: false}'), ' --field-manager=other');
    expect(other.code).toBe(1);
    expect(other.err).toContain('error: Apply failed with 1 conflict: conflict with "kubectl": .spec.hubAcceptsClient');
    expect(other.err).toContain('Please review the fields above--they currently have other managers.');
    expect(
      (await apply(cluster('ssa', '{hubAcceptsClient: false}'), ' --field-manager=other --force-conflicts')).code,
    ).toBe(0);
    const wrong = await apply(cluster('ssa', '{hubAccepts: true}'));
    expect(wrong.err).toContain('.spec.hubAccepts: field not declared in schema');
    expect((await apply(cluster('dry'), ' --dry-run=server')).out).toContain('serverside-applied (server dry run)');
    expect((await kubectl('get mcl dry')).code).toBe(1);
  });

  test('client-side apply, diff, patch of every type, label, annotate, scale of nothing lost', async () => {
    const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: "1", b: "2"}\n';
    expect((await kubectl('apply -f -', { input: yaml })).out).toBe('configmap/settings created\n');
    expect((await kubectl('apply -f -', { input: yaml })).out).toBe('configmap/settings unchanged\n');
    expect((await kubectl('apply -f -', { input: yaml.replace(', b: "2"', '') })).out).toBe(
      'configmap/settings configured\n',
    );
    expect((await kubectl('get cm settings -o jsonpath={.data}')).out).toBe('{"a":"1"}');
    expect((await kubectl('patch cm settings -p {"data":{"c":"3"}}')).out).toBe('configmap/settings patched\n');
    await kubectl('patch mcl sno00002 --type=merge -p {"spec":{"leaseDurationSeconds":30}}');
    await kubectl('patch mcl sno00002 --type=json -p [{"op":"add","path":"/metadata/labels/x","value":"y"}]');
    expect((await kubectl('get mcl sno00002 -o jsonpath={.spec.leaseDurationSeconds},{.metadata.labels.x}')).out).toBe(
      '30,y',
    );
    expect((await kubectl('label mcl sno00002 x=z')).err).toContain(
      `'x' already has a value (y), and --overwrite is false`,
    );
    expect((await kubectl('label mcl sno00002 x=z --overwrite')).out).toContain('labeled');
    expect((await kubectl('annotate mcl sno00002 note=here')).out).toContain('annotated');
    const status = await kubectl(
      'patch mcl sno00002 --subresource=status --type=merge -p {"status":{"version":{"kubernetes":"v1"}}}',
    );
    expect(status.out).toContain('patched');
    expect((await kubectl('diff -f -', { input: yaml })).out).toContain('+  b: "2"');
  });

  test('delete waits for a finalizer, and wait for a condition', async () => {
    const file = { input: cluster('held').replace('labels:', 'finalizers: [example.com/hold], labels:') };
    await kubectl('create -f -', file);
    const deleting = kubectl('delete mcl held --timeout=20s');
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect((await kubectl('get mcl held -o jsonpath={.metadata.deletionTimestamp}')).out).toMatch(/Z$/);
    await kubectl('patch mcl held --type=merge -p {"metadata":{"finalizers":null}}');
    expect((await deleting).out).toBe('managedcluster.cluster.open-cluster-management.io "held" deleted\n');
    const condition = {
      type: 'Ready',
      status: 'True',
      reason: 'R',
      message: '',
      lastTransitionTime: '2026-11-22T18:00:00Z',
    };
    const waiting = kubectl('wait --for=condition=Ready mcl/sno00003 --timeout=20s');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const patch = JSON.stringify({ status: { conditions: [condition] } });
    await kubectl(`patch mcl sno00003 --subresource=status --type=merge -p ${patch}`);
    expect((await waiting).out).toContain('managedcluster.cluster.open-cluster-management.io/sno00003 condition met');
  });

  test('api-resources, explain, version, auth can-i and whoami', async () => {
    const { out } = await kubectl('api-resources --api-group=cluster.open-cluster-management.io');
    expect(out).toMatch(/managedclusters\s+mcl,mcls\s+cluster.open-cluster-management.io\/v1\s+false\s+ManagedCluster/);
    const explained = await kubectl('explain managedcluster.spec.leaseDurationSeconds');
    expect(explained.out).toContain('FIELD: leaseDurationSeconds <integer>');
    expect(explained.out).toContain('How often the agent renews its lease');
    expect((await kubectl('explain managedclustermodules --recursive')).out).toContain(
      'kernelMappings\t<[]Object> -required-',
    );
    expect((await kubectl('version')).out).toContain('Server Version: v1.');
    const may = await kubectl('auth can-i patch managedclusters', { as: 'reader' });
    expect([may.out, may.code]).toEqual(['no\n', 1]);
    expect((await kubectl('auth can-i list managedclusters', { as: 'reader' })).out).toBe('yes\n');
    expect((await kubectl('auth can-i --list', { as: 'reader' })).out).toMatch(
      /\*\.\*\s+\[\]\s+\[\]\s+\[get list watch\]/,
    );
    expect((await kubectl('auth whoami', { as: 'reader' })).out).toContain('auditor');
    const refused = await kubectl('label mcl sno00001 a=b', { as: 'reader' });
    expect(refused.err).toContain(
      'Error from server (Forbidden): managedclusters.cluster.open-cluster-management.io "sno00001" is forbidden',
    );
  });

  test('logs of a pod, with a tail', async () => {
    await bed.core.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'build', namespace: 'default', annotations: { 'lab.kmm-bastion.io/log': 'one\ntwo\nthree\n' } },
      spec: { containers: [{ name: 'main', image: 'i' }] },
    });
    expect((await kubectl('logs build')).out).toBe('one\ntwo\nthree\n');
    expect((await kubectl('logs build --tail=1')).out).toBe('three\n');
    expect((await kubectl('get pods')).out).toMatch(
      /NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE\nbuild\s+0\/1\s+Pending\s+0/,
    );
  });

  test('a CRD applied by kubectl is established, served, checked and goes with its objects', async () => {
    const crd = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'widgets.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'widgets', kind: 'Widget', singular: 'widget', shortNames: ['wd'] },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: {
                  spec: { type: 'object', required: ['size'], properties: { size: { type: 'integer', minimum: 1 } } },
                },
              },
            },
            additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
          },
        ],
      },
    };
    await kubectl('apply --server-side -f -', { input: JSON.stringify(crd) });
    expect((await kubectl('wait --for=condition=Established crd/widgets.example.com --timeout=5s')).code).toBe(0);
    const widget = (size: number) => ({
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name: 'w' },
      spec: { size },
    });
    const wrong = await kubectl('create -f -', { input: JSON.stringify(widget(0)) });
    expect(wrong.err).toContain(
      'The Widget "w" is invalid: spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1',
    );
    await kubectl('create -f -', { input: JSON.stringify(widget(3)) });
    expect((await kubectl('get wd')).out).toMatch(/NAME\s+SIZE\nw\s+3\n/);
    await kubectl('delete crd widgets.example.com --timeout=20s');
    // kubectl still has the kind in its cache of discovery.
    expect((await kubectl('get widgets')).err).toContain('the server could not find the requested resource');
  });

  test('deleting a namespace deletes what is in it', async () => {
    await kubectl('create ns site');
    await kubectl('create cm inside -n site --from-literal=a=b');
    expect((await kubectl('delete ns site --timeout=20s')).out).toBe('namespace "site" deleted\n');
    expect((await kubectl('get cm -n site')).err).toBe('No resources found in site namespace.\n');
  });
});
