import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../shared/kube.ts';
import { claimTime } from './claim-time.ts';
import { operatorRow } from './operator-facts.ts';
import { installsKmm, policyRow } from './policy-facts.ts';
import { hubInstall } from './status.ts';
import { workEvidence } from './work-evidence.ts';

const data = join(import.meta.dirname, '../../../shared/data');
const sample = join(data, 'samples/hub/policy-install-kmm.yaml');
const refusedWork = join(data, 'observed/ocm/manifestwork-rbac-forbidden.yaml');
const goodWork = join(data, 'observed/ocm/manifestwork-applied-no-status.yaml');

const copy = (details: unknown[], compliant: string): KubeObject => ({
  apiVersion: 'policy.open-cluster-management.io/v1',
  kind: 'Policy',
  metadata: {
    name: 'kmm-bastion.install-kmm',
    namespace: 'sno1',
    creationTimestamp: '2026-11-22T10:00:00Z',
    labels: {
      'policy.open-cluster-management.io/root-policy': 'kmm-bastion.install-kmm',
      'policy.open-cluster-management.io/cluster-name': 'sno1',
    },
  },
  spec: { disabled: false, 'policy-templates': [] },
  status: { compliant, details },
});
const entry = (lastTimestamp: string, message: string) => ({ lastTimestamp, message, eventName: 'e' });

describe('policies', () => {
  it.skipIf(!existsSync(sample))(
    'knows upstream’s sample as one that installs KMM (needs the samples beside the project)',
    () => {
      const policy = parseAllDocuments(readFileSync(sample, 'utf8'))[0]?.toJS() as KubeObject;
      expect(installsKmm(policy)).toBe(true);
    },
  );

  it('tells KMM’s policy from others, by both kinds of template, and not one that removes it', () => {
    const root = (definition: unknown): KubeObject => ({
      apiVersion: 'p',
      kind: 'Policy',
      metadata: {},
      spec: { 'policy-templates': [{ objectDefinition: definition }] },
    });
    const subscription = (name: string, complianceType = 'musthave') =>
      root({
        spec: { 'object-templates': [{ complianceType, objectDefinition: { kind: 'Subscription', spec: { name } } }] },
      });
    expect(installsKmm(subscription('kernel-module-management'))).toBe(true);
    expect(installsKmm(subscription('kernel-module-management-hub'))).toBe(false);
    expect(installsKmm(subscription('kernel-module-management', 'mustnothave'))).toBe(false);
    expect(
      installsKmm(root({ kind: 'OperatorPolicy', spec: { subscription: { name: 'kernel-module-management' } } })),
    ).toBe(true);
    expect(installsKmm(root(undefined))).toBe(false);
  });

  it('takes the newest word, and of a policy that is not compliant the newest complaint', () => {
    const details = [
      {
        history: [
          entry('2026-11-22T10:02:00Z', 'NonCompliant; violation - Error x'),
          entry('2026-11-22T10:01:00Z', 'NonCompliant; old'),
        ],
      },
      { history: [entry('2026-11-22T10:03:00Z', 'Compliant; notification - fine')] },
    ];
    expect(policyRow('h', copy(details, 'NonCompliant'))).toMatchObject({
      spoke: 'sno1',
      root: 'kmm-bastion.install-kmm',
      message: 'violation - Error x',
      since: '2026-11-22T10:02:00Z',
    });
    expect(policyRow('h', copy(details.slice(1), 'Compliant'))).toMatchObject({
      compliant: 'Compliant',
      since: '2026-11-22T10:03:00Z',
    });
    const root = { ...copy([], ''), metadata: { name: 'install-kmm', namespace: 'kmm-bastion' } };
    expect(policyRow('h', root)).toMatchObject({
      spoke: '',
      root: 'kmm-bastion.install-kmm',
      compliant: '',
      since: null,
    });
  });
});

const csv = (phase: string, name = 'kernel-module-management-hub.v2.4.1', labels = {}): KubeObject => ({
  apiVersion: 'operators.coreos.com/v1alpha1',
  kind: 'ClusterServiceVersion',
  metadata: { name, namespace: 'openshift-kmm-hub', labels },
  spec: { version: '2.4.1' },
  status: { phase, message: 'requirements not met', lastTransitionTime: '2026-11-22T10:00:00Z' },
});
const subscription = (status: object): KubeObject => ({
  apiVersion: 'operators.coreos.com/v1alpha1',
  kind: 'Subscription',
  metadata: { name: 's', namespace: 'openshift-kmm-hub' },
  spec: { name: 'kernel-module-management-hub' },
  status,
});
const missing = { type: 'CatalogSourcesUnhealthy', status: 'True', message: 'targeted catalogsource a/b missing' };

describe('operators of the hub', () => {
  it('keeps KMM’s own and leaves out copies and other operators', () => {
    expect(operatorRow('h', csv('Succeeded'))).toMatchObject({
      package: 'kernel-module-management-hub',
      version: '2.4.1',
      phase: 'Succeeded',
    });
    expect(operatorRow('h', csv('Succeeded', 'kernel-module-management.v2.4.1'))?.package).toBe(
      'kernel-module-management',
    );
    expect(operatorRow('h', csv('Succeeded', undefined, { 'olm.copiedFrom': 'x' }))).toBeUndefined();
    expect(operatorRow('h', csv('Succeeded', 'other.v1'))).toBeUndefined();
    expect(operatorRow('h', { ...subscription({}), spec: { name: 'acm' } })).toBeUndefined();
    expect(operatorRow('h', subscription({ conditions: [missing] }))?.message).toBe(
      'CatalogSourcesUnhealthy: targeted catalogsource a/b missing',
    );
  });

  const rows = (...objects: KubeObject[]) => objects.map((object) => operatorRow('h', object)!);
  const served = { kinds: true, schema: 'x' };
  it.each([
    ['absent', [], { kinds: false, schema: '' }],
    ['unknown', [], undefined],
    ['installed', [], served],
    ['installing', rows(subscription({})), { kinds: false, schema: '' }],
    ['failed', rows(subscription({ conditions: [missing] })), { kinds: false, schema: '' }],
    ['installing', rows(subscription({}), csv('Installing')), { kinds: false, schema: '' }],
    ['installing', rows(csv('Succeeded')), { kinds: false, schema: '' }],
    ['installed', rows(csv('Succeeded')), served],
    ['installed', rows(csv('Failed', 'kernel-module-management-hub.v2.4.0'), csv('Succeeded')), served],
    ['failed', rows(csv('Failed')), served],
    ['installed', rows(csv('Succeeded')), undefined],
  ] as const)('are %s', (state, operators, what) => {
    expect(hubInstall(operators, what, 'openshift-kmm-hub').state).toBe(state);
  });
});

describe('evidence of works and claims', () => {
  const read = (path: string) => parse(readFileSync(path, 'utf8')) as KubeObject;
  it.skipIf(!existsSync(refusedWork))(
    'reads what the real agent wrote (needs the recordings beside the project)',
    () => {
      const refused = workEvidence(read(refusedWork));
      expect(refused).toMatchObject({ applied: 'False', delivered: false });
      expect(refused.message).toMatch(/cannot get resource "modules" in API group "kmm.sigs.x-k8s.io"/);
      expect(workEvidence(read(goodWork))).toMatchObject({ applied: 'True', delivered: true, trouble: '' });
    },
  );

  it('takes a claim’s time from who wrote it last', () => {
    const field = (time: string, claims: boolean) => ({
      time,
      fieldsV1: { 'f:status': claims ? { 'f:clusterClaims': {} } : {} },
    });
    const cluster = { metadata: { managedFields: [field('2', false), field('1', true)] } } as unknown as KubeObject;
    expect(claimTime(cluster, 'installed')).toBe('1');
    expect(claimTime(cluster, 'failed')).toBeUndefined();
    expect(claimTime({ metadata: {} } as KubeObject, 'installed')).toBeUndefined();
  });
});
