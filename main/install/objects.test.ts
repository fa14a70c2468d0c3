import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { InstallParams } from '../../shared/contract/install.ts';
import type { KubeObject } from '../../shared/kube.ts';
import { complaints, haveCrds } from './crd-check.fixture.ts';
import { yamlOf } from './dry-run.ts';
import { hubObjects } from './hub-objects.ts';
import { at, list } from './names.ts';
import { installsKmm } from './policy-facts.ts';
import { policyObjects } from './policy-objects.ts';
import { installWork } from './work-object.ts';

const params = InstallParams.parse({
  source: 'cs-bastion',
  channel: 'alpha',
  startingCsv: 'kmm.v2.4.0',
  spokeSelector: { site: 'west' },
});
const work = installWork(params, 'sno1');
const policies = policyObjects(params, ['default', 'west']);
const manifests = list(at(work, 'spec', 'workload', 'manifests')) as KubeObject[];
const policy = policies.find(({ kind }) => kind === 'Policy')!;
const templates = list(at(policy, 'spec', 'policy-templates', 0, 'objectDefinition', 'spec', 'object-templates'));
const wrapped = templates.map((template) => at(template, 'objectDefinition') as KubeObject);
const configuration = at(policy, 'spec', 'policy-templates', 0, 'objectDefinition') as KubeObject;

describe('what an install writes', () => {
  const custom = [...hubObjects(params), ...policies, work, configuration, ...manifests, ...wrapped].filter(
    ({ apiVersion }) => !/^(v1|rbac)/.test(apiVersion),
  );
  it.skipIf(!haveCrds).each(custom.map((object) => [`${object.kind} ${object.metadata.name}`, object] as const))(
    'is what upstream’s CRD accepts (needs the CRDs beside the project): %s',
    (_, object) => expect(complaints(object)).toEqual([]),
  );

  it.skipIf(!haveCrds)('would be refused if it were wrong (needs the CRDs beside the project)', () => {
    const wrong = structuredClone(work) as KubeObject & {
      spec: { workload: unknown; deleteOption: unknown; manifestConfigs: unknown };
    };
    wrong.spec.deleteOption = { propagationPolicy: 7 };
    wrong.spec.manifestConfigs = [
      { resourceIdentifier: { resource: 'x', name: 'y' }, updateStrategy: { type: 'Sometimes' } },
    ];
    const said = complaints(wrong);
    expect(said).toContain('.spec.deleteOption.propagationPolicy: not a string');
    expect(said.join()).toMatch(/"Sometimes" is not allowed/);
    expect(complaints({ ...work, extra: 1 })).toEqual(['.extra: unknown field']);
  });

  it('carries the catalog of a disconnected site and the channel everywhere', () => {
    const subscriptions = [...hubObjects(params), ...manifests, ...wrapped].filter(
      ({ kind }) => kind === 'Subscription',
    );
    expect(subscriptions).toHaveLength(3);
    for (const { spec } of subscriptions) {
      expect(spec).toMatchObject({
        source: 'cs-bastion',
        sourceNamespace: 'openshift-marketplace',
        channel: 'alpha',
        startingCSV: 'kmm.v2.4.0',
      });
    }
  });

  it('turns spokes into managed ones, else no claim would come', () => {
    for (const { spec } of [...manifests, ...wrapped].filter(({ kind }) => kind === 'Subscription')) {
      expect(at(spec, 'config', 'env')).toEqual([{ name: 'KMM_MANAGED', value: '1' }]);
    }
  });

  it('gives the work agent the right to Modules and to what proves a load, by both ways', () => {
    for (const objects of [manifests, wrapped]) {
      const roles = objects.filter(({ kind }) => kind === 'ClusterRole');
      expect(roles.find(({ metadata }) => metadata.name === 'kmm-module-manager')?.rules).toMatchObject([
        { resources: ['modules'] },
      ]);
      const reader = roles.find(({ metadata }) => metadata.name === 'kmm-bastion-reader');
      expect(reader?.metadata.labels).toEqual({ 'open-cluster-management.io/aggregate-to-work': 'true' });
      expect(objects.find(({ kind }) => kind === 'ClusterRoleBinding')?.subjects).toEqual([
        { kind: 'ServiceAccount', name: 'klusterlet-work-sa', namespace: 'open-cluster-management-agent' },
      ]);
    }
  });

  it('grants before it needs: the work’s first manifest is the right to handle OLM’s kinds', () => {
    expect(manifests[0]?.metadata.name).toBe('kmm-bastion-install');
    expect(at(work, 'spec', 'deleteOption')).toEqual({ propagationPolicy: 'Orphan' });
  });

  it('keeps spokes that reboot: the placement tolerates both taints', () => {
    const placement = policies.find(({ kind }) => kind === 'Placement');
    expect(placement?.spec).toEqual({
      predicates: [{ requiredClusterSelector: { labelSelector: { matchLabels: { site: 'west' } } } }],
      tolerations: [
        { key: 'cluster.open-cluster-management.io/unreachable', operator: 'Exists' },
        { key: 'cluster.open-cluster-management.io/unavailable', operator: 'Exists' },
      ],
    });
    const open = policyObjects(InstallParams.parse({}), ['global']).find(({ kind }) => kind === 'Placement');
    expect(at(open, 'spec', 'predicates')).toBeUndefined();
  });

  it('binds each set, and its own policy is known again as one that installs KMM', () => {
    const bound = policies.filter(({ kind }) => kind === 'ManagedClusterSetBinding');
    expect(bound.map(({ metadata, spec }) => [metadata.name, at(spec, 'clusterSet')])).toEqual([
      ['default', 'default'],
      ['west', 'west'],
    ]);
    expect(installsKmm(policy)).toBe(true);
    expect(installsKmm({ ...policy, spec: { ...(policy.spec as object), disabled: true } })).toBe(false);
  });

  it('is shown as YAML without what the server adds', () => {
    const live = {
      ...work,
      metadata: {
        ...work.metadata,
        uid: 'u',
        resourceVersion: '7',
        generation: 2,
        managedFields: [{}],
        creationTimestamp: 'x',
      },
      status: { conditions: [] },
    };
    expect(parse(yamlOf(live))).toEqual(JSON.parse(JSON.stringify(work)));
  });
});
