import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type KubeObject, names } from '../../shared/kube.ts';
import { clusterFacts } from './cluster-facts.ts';
import { addon, cluster, createFleetRoom, info } from './testing/room.ts';

let room: ReturnType<typeof createFleetRoom>;
beforeEach(() => {
  room = createFleetRoom();
});
const spoke = (name: string) => room.handlers['fleet.spoke']({ hub: 'h', name });
const row = async (name: string) => (await spoke(name)).row;
const kernel = (value: string) => ({ [names.kernelClaim]: value });

describe('rows', () => {
  it('come from cluster, info and add-ons, whatever comes first', async () => {
    const claims = { ...kernel('k2\nk1\nk2'), [names.openshiftVersionClaim]: '4.12.3' };
    const write = {
      cluster: () => room.put('ManagedCluster', cluster('s', { claims, labels: { site: 'a' } })),
      info: () => room.put('ManagedClusterInfo', info('s', ['n2', 'n1'], '4.12.3')),
      addon: () => room.put('ManagedClusterAddOn', addon('s', 'work-manager', 'Unknown')),
    };
    const seen: unknown[] = [];
    for (const order of [
      ['cluster', 'info', 'addon'],
      ['addon', 'info', 'cluster'],
      ['info', 'cluster', 'addon'],
    ] as const) {
      room = createFleetRoom();
      for (const step of order) write[step]();
      seen.push(await spoke('s'));
    }
    expect(seen[0]).toMatchObject({
      row: { openshift: '4.12.3', kernels: ['k1', 'k2'], nodes: 2, operative: false, since: 't1' },
      nodeNames: ['n1', 'n2'],
      labels: { site: 'a' },
      addons: [{ name: 'work-manager', state: 'unknown' }],
    });
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
  });
  it('take the version from the info where claim and label are missing, and follow it', async () => {
    room.put('ManagedCluster', cluster('s'));
    room.put('ManagedClusterInfo', info('s', ['n'], '4.12.3'));
    expect((await row('s')).openshift).toBe('4.12.3');
    room.put('ManagedClusterInfo', info('s', ['n'], '4.12.6'));
    expect((await row('s')).openshift).toBe('4.12.6');
    room.put('ManagedCluster', cluster('s', { claims: kernel('k') }));
    expect((await row('s')).openshift).toBe('4.12.6');
  });
  it('an unchanged object writes nothing', () => {
    room.put('ManagedCluster', cluster('s', { claims: kernel('k') }));
    expect(room.put('ManagedCluster', cluster('s', { claims: kernel('k') }))).toEqual([]);
  });
  it('find out that KMM’s claim was cut off behind 20 others', () => {
    const claims = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`a${i}`, 'x']));
    const facts = (n: number, more = {}) =>
      clusterFacts(cluster('s', { claims: { ...claims(n), 'id.k8s.io': 'x', ...more } }));
    expect(facts(19).claimsCut).toBe(false);
    expect(facts(20).claimsCut).toBe(true);
    expect(facts(19, kernel('k')).claimsCut).toBe(false);
  });
});

describe('timeline', () => {
  it('tells what happens with the hub’s own times, and nothing of a first list', () => {
    room.put('ManagedCluster', cluster('old'), true);
    room.put('ManagedCluster', cluster('s', { joined: false }));
    room.put('ManagedCluster', cluster('s', { availableAt: 't2' }));
    room.put('ManagedCluster', cluster('s', { available: 'Unknown', availableAt: 't3' }));
    room.put('ManagedCluster', cluster('s', { available: 'False', availableAt: 't4' }));
    room.put(
      'ManagedCluster',
      cluster('s', { availableAt: 't6', claims: { ...kernel('k1'), [names.openshiftVersionClaim]: '4.12.3' } }),
    );
    room.put(
      'ManagedCluster',
      cluster('s', { availableAt: 't6', claims: { ...kernel('k2'), [names.openshiftVersionClaim]: '4.12.6' } }),
      true,
    );
    room.put('ManagedClusterAddOn', addon('s', 'work-manager', 'Unknown'));
    room.put('ManagedClusterAddOn', addon('s', 'work-manager', 'True'));
    room.remove('ManagedCluster', 's');
    expect(room.told()).toEqual([
      't0 added: s is known to the hub.',
      't0joined joined: s has joined the hub.',
      't2 available: s is available.',
      't3 unknown: s is unknown: its agent has stopped reporting.',
      't4 unavailable: s is unavailable: its API server does not answer.',
      't6 available: s is available.',
      'hubAt kernelsChanged: s tells its kernel: k1.',
      'hubAt versionChanged: s went from OpenShift 4.12.3 to 4.12.6.',
      'hubAt kernelsChanged: s went from kernel k1 to k2.',
      'hubAt notOperative: s: Its add-on work-manager has stopped reporting.',
      'hubAt operative: s is operative again.',
      'hubAt deleted: s was deleted from the hub.',
    ]);
  });
  it('a deleted spoke leaves no labels, kernels or rows, only its timeline', () => {
    room.put('ManagedCluster', cluster('s', { labels: { a: 'b' }, claims: kernel('k') }));
    room.remove('ManagedCluster', 's');
    for (const table of ['spoke', 'spoke_label', 'spoke_kernel', 'spoke_group']) {
      expect(room.store.db.prepare(`select count(*) from ${table}`).pluck().get(), table).toBe(0);
    }
  });
  it('labels that change are replaced', () => {
    room.put('ManagedCluster', cluster('s', { labels: { a: '1', b: '2' } }));
    room.put('ManagedCluster', cluster('s', { labels: { a: '3' } }));
    expect(room.store.db.prepare('select key, value from spoke_label').all()).toEqual([{ key: 'a', value: '3' }]);
  });
});

const recordings = join(import.meta.dirname, '../../../shared/data/observed/ocm');
describe.skipIf(!existsSync(recordings))('what the real OCM wrote (skipped where the recordings are absent)', () => {
  const read = (file: string) => parse(readFileSync(join(recordings, `${file}.yaml`), 'utf8')) as KubeObject;
  it.each<[string, object]>([
    [
      'managedcluster-available',
      { availability: 'available', operative: true, openshift: '4.18.10', kernels: ['5.14.0-427.68.1.el9_4.x86_64'] },
    ],
    ['managedcluster-unknown', { availability: 'unknown', operative: false }],
    ['managedcluster-false', { availability: 'unavailable', operative: false }],
    ['managedcluster-back', { availability: 'available', operative: true }],
    ['managedcluster-bootstrapped', { availability: 'notAccepted', operative: false, kernels: [] }],
    ['managedcluster-never-joined', { availability: 'joining', operative: false }],
    ['managedcluster-not-accepted-again', { availability: 'notAccepted', operative: false }],
    ['managedcluster-claims-truncated', { claimsCut: true, kernels: [], openshift: '' }],
  ])('%s', async (file, expected) => {
    const object = read(file);
    room.put('ManagedCluster', object);
    const detail = await spoke(object.metadata.name!);
    expect(detail.row).toMatchObject(expected);
    for (const { sentence, since } of detail.conditions) expect([sentence, since]).not.toContain('');
  });
});
