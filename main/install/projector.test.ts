import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../shared/kube.ts';
import { names } from '../../shared/kube.ts';
import { createFleet } from '../fleet/fleet.ts';
import type { Change } from '../hubs/projector.ts';
import type { Sessions } from '../hubs/sessions.ts';
import { cluster } from '../modules/testing/objects.ts';
import { createHubRecords } from '../store/hubs.ts';
import { createInstalls } from '../store/installs.ts';
import { openStore, type Store } from '../store/open.ts';
import { createTimeline } from '../store/timeline.ts';
import { workName } from './names.ts';
import { createInstallProjector } from './projector.ts';

const hub = 'h1';
const t = (minute: number) => `2026-11-22T10:${String(minute).padStart(2, '0')}:00Z`;
let store: Store;
let project: (kind: Change['kind'], object: KubeObject, more?: Partial<Change>) => readonly string[];
let hubsInstalled: string[];

beforeEach(() => {
  store = openStore(':memory:');
  store.db
    .prepare(
      `insert into hub (id, name, context, server, tls, practice, source_json, created_at) values (?, 'h', 'c', 's', 'system-ca', 0, '{}', ?)`,
    )
    .run(hub, t(0));
  hubsInstalled = [];
  const fleet = createFleet({ store, sessions: {} as Sessions, clock: { now: () => 0, sleep: async () => {} } });
  const install = createInstallProjector(store, (id) => hubsInstalled.push(id));
  project = (kind, object, more = {}) => {
    const { name = '', namespace = '' } = object.metadata;
    const change: Change = { hub, kind, namespace, name, object, seenAt: t(59), hubAt: t(30), listing: false, ...more };
    return store.transaction(() => {
      if (fleet.projector.kinds.includes(kind)) fleet.projector.project(change);
      return install.kinds.includes(kind) ? install.project(change) : [];
    });
  };
});
afterEach(() => store.close());

const kmm = () => createInstalls(store, workName).columns(hub, 'sno1');
const told = () =>
  createTimeline(store)
    .page({ hub, limit: 100, events: ['kmmInstalled', 'kmmFailed', 'kmmLost', 'hubKmmInstalled', 'hubKmmFailed'] })
    .reverse()
    .map(({ event, at, spoke }) => [event, at, spoke]);

const before = cluster('sno1', { kernels: [] });
const claimed = (): KubeObject => {
  const object = cluster('sno1', { kernels: ['5.14'] });
  const managedFields = [{ manager: 'registration', time: t(7), fieldsV1: { 'f:status': { 'f:clusterClaims': {} } } }];
  return { ...object, metadata: { ...object.metadata, managedFields } };
};
const policy = (compliant: string, message: string, minute: number): KubeObject => ({
  apiVersion: 'policy.open-cluster-management.io/v1',
  kind: 'Policy',
  metadata: {
    name: 'ns.install-kmm',
    namespace: 'sno1',
    creationTimestamp: t(3),
    labels: {
      'policy.open-cluster-management.io/root-policy': 'ns.install-kmm',
      'policy.open-cluster-management.io/cluster-name': 'sno1',
    },
  },
  spec: {
    'policy-templates': [
      {
        objectDefinition: {
          spec: {
            'object-templates': [
              { objectDefinition: { kind: 'Subscription', spec: { name: 'kernel-module-management' } } },
            ],
          },
        },
      },
    ],
  },
  status: { compliant, details: [{ history: [{ lastTimestamp: t(minute), message: `${compliant}; ${message}` }] }] },
});

describe('install projector', () => {
  it('follows a spoke from nothing over the policy to the claim, with the hub’s times', () => {
    project('ManagedCluster', before, { listing: true });
    expect(kmm()).toMatchObject({ kmm: 'absent', kmm_started: null });
    expect(project('Policy', policy('NonCompliant', 'violation - not found', 4))).toEqual(['policy', 'spoke']);
    expect(kmm()).toMatchObject({ kmm: 'installing', kmm_since: t(4), kmm_started: t(3) });
    project('Policy', policy('Compliant', 'notification - fine', 5));
    expect(kmm()).toMatchObject({ kmm: 'installing', kmm_since: t(4) });
    expect(told()).toEqual([]);
    expect(project('ManagedCluster', claimed())).toEqual(['spoke', 'timeline']);
    expect(kmm()).toMatchObject({ kmm: 'installed', kmm_since: t(7), kmm_started: t(3) });
    expect(project('ManagedCluster', claimed())).toEqual([]);
    expect(told()).toEqual([['kmmInstalled', t(7), 'sno1']]);
  });

  it('makes no news and no duration of what was there before', () => {
    project('ManagedCluster', claimed(), { listing: true });
    project('Policy', policy('Compliant', 'fine', 5), { listing: true });
    expect(kmm()).toMatchObject({ kmm: 'installed', kmm_started: null });
    expect(told()).toEqual([]);
  });

  it('tells what changed while the hub was away, when the list is read again', () => {
    project('ManagedCluster', before, { listing: true });
    project('ManagedCluster', claimed(), { listing: true });
    expect(told()).toEqual([['kmmInstalled', t(7), 'sno1']]);
  });

  it('says when the policy fails, and when the claim is lost', () => {
    project('ManagedCluster', before);
    project('Policy', policy('NonCompliant', 'violation - Error creating', 4));
    expect(kmm()).toMatchObject({ kmm: 'failed' });
    expect(kmm()?.kmm_reason).toMatch(/Error creating/);
    project('ManagedCluster', claimed());
    project('Policy', policy('Compliant', 'x', 8), { object: undefined });
    project('ManagedCluster', before);
    expect(told()).toEqual([
      ['kmmFailed', t(4), 'sno1'],
      ['kmmInstalled', t(7), 'sno1'],
      ['kmmLost', t(30), 'sno1'],
    ]);
    expect(kmm()).toMatchObject({ kmm: 'absent', kmm_started: null });
  });

  it('reads the install work from the object, since its row is written later', () => {
    project('ManagedCluster', before);
    const work: KubeObject = {
      apiVersion: 'work.open-cluster-management.io/v1',
      kind: 'ManifestWork',
      metadata: {
        name: workName,
        namespace: 'sno1',
        generation: 1,
        creationTimestamp: t(2),
        labels: { [names.installLabel]: 'spokes' },
      },
      status: {
        conditions: [{ type: 'Applied', status: 'True', observedGeneration: 1 }],
        resourceStatus: {
          manifests: [
            {
              statusFeedback: {
                values: [
                  { name: 'CatalogSourcesUnhealthy.status', fieldValue: { type: 'String', string: 'True' } },
                  {
                    name: 'CatalogSourcesUnhealthy.message',
                    fieldValue: { type: 'String', string: 'targeted catalogsource missing' },
                  },
                ],
              },
            },
          ],
        },
      },
    };
    expect(project('ManifestWork', { ...work, metadata: { ...work.metadata, name: 'another' } })).toEqual([]);
    project('ManifestWork', work);
    expect(kmm()).toMatchObject({ kmm: 'failed', kmm_started: t(2) });
    expect(kmm()?.kmm_reason).toMatch(/targeted catalogsource missing/);
    project('ManifestWork', work, { object: undefined });
    expect(kmm()).toMatchObject({ kmm: 'absent' });
  });

  it('tells once that the hub’s operator is there, and where', () => {
    const csv = (phase: string): KubeObject => ({
      apiVersion: 'operators.coreos.com/v1alpha1',
      kind: 'ClusterServiceVersion',
      metadata: { name: 'kernel-module-management-hub.v2.4.1', namespace: 'kmm-ops' },
      spec: { version: '2.4.1' },
      status: { phase, lastTransitionTime: t(9) },
    });
    project('ClusterServiceVersion', csv('Installing'));
    expect(project('ClusterServiceVersion', csv('Succeeded'))).toEqual(['operator', 'timeline']);
    project('ClusterServiceVersion', csv('Succeeded'));
    expect(told()).toEqual([['hubKmmInstalled', t(9), '']]);
    expect(hubsInstalled).toEqual([hub]);
    expect(createHubRecords(store).get(hub)?.operator_namespace).toBe('kmm-ops');
    expect(project('ClusterServiceVersion', csv('Succeeded'), { object: undefined })).toEqual(['operator']);
  });

  it('keeps pace: 2,000 claims in well under a second', () => {
    for (let n = 0; n < 2000; n += 1) project('ManagedCluster', cluster(`s${n}`, { kernels: [] }), { listing: true });
    const only = createInstallProjector(store);
    const begun = performance.now();
    store.transaction(() => {
      for (let n = 0; n < 2000; n += 1) {
        only.project({
          hub,
          kind: 'ManagedCluster',
          namespace: '',
          name: `s${n}`,
          object: before,
          seenAt: t(1),
          hubAt: t(1),
          listing: false,
        });
      }
    });
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});
