import { type KubeObject, names } from '../../../shared/kube.ts';
import { proofWork } from '../proof-work.ts';

export const kernel = '4.18.0-372.46.1.el8_6.x86_64';
export const otherKernel = '4.18.0-372.51.1.el8_6.x86_64';
export const image = (of = kernel) => `reg.example:5000/kmm/kmm-kmod:${of}`;
const at = '2026-03-01T09:00:00Z';

/** A managed cluster that is accepted, joined, available, with KMM's claim where kernels are given. */
export function cluster(
  name: string,
  options: { kernels?: string[]; labels?: Record<string, string>; available?: 'True' | 'False' | 'Unknown' } = {},
): KubeObject {
  const { kernels = [kernel], labels = {}, available = 'True' } = options;
  const condition = (type: string, status: string) => ({
    type,
    status,
    reason: type,
    message: type,
    lastTransitionTime: at,
  });
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1',
    kind: 'ManagedCluster',
    metadata: { name, uid: `uid-${name}`, creationTimestamp: at, labels: { vendor: 'OpenShift', ...labels } },
    spec: { hubAcceptsClient: true },
    status: {
      conditions: [
        condition('HubAcceptedManagedCluster', 'True'),
        condition('ManagedClusterJoined', 'True'),
        condition('ManagedClusterConditionAvailable', available),
        condition('ManagedClusterConditionClockSynced', 'True'),
      ],
      clusterClaims: kernels.length > 0 ? [{ name: names.kernelClaim, value: kernels.join('\n') }] : [],
    },
  };
}

export const clusterInfo = (name: string, nodes = [name]): KubeObject => ({
  apiVersion: 'internal.open-cluster-management.io/v1beta1',
  kind: 'ManagedClusterInfo',
  metadata: { name, namespace: name, uid: `info-${name}` },
  status: { nodeList: nodes.map((node) => ({ name: node })) },
});

/** A module over `vendor: OpenShift` with one regexp mapping and a build. */
export function mcm(
  options: { selector?: Record<string, string>; generation?: number; tag?: string; build?: boolean } = {},
): KubeObject {
  const { selector = { vendor: 'OpenShift' }, generation = 1, tag = '$KERNEL_FULL_VERSION', build = true } = options;
  return {
    apiVersion: 'hub.kmm.sigs.x-k8s.io/v1beta1',
    kind: 'ManagedClusterModule',
    metadata: { name: 'kmm-kmod', uid: 'uid-mcm', generation, creationTimestamp: at },
    spec: {
      spokeNamespace: 'openshift-kmm',
      selector,
      moduleSpec: {
        selector: {},
        moduleLoader: {
          container: {
            modprobe: { moduleName: 'kmm_ci_a' },
            kernelMappings: [
              {
                regexp: '^.+\\.x86_64$',
                containerImage: `reg.example:5000/kmm/kmm-kmod:${tag}`,
                ...(build && { build: { dockerfileConfigMap: { name: 'd' } } }),
              },
            ],
          },
        },
      },
    },
  };
}

const applied = (generation: number, status = 'True', message = '') => ({
  type: 'Applied',
  status,
  reason: status === 'True' ? 'AppliedManifestWorkComplete' : 'AppliedManifestWorkFailed',
  message: status === 'True' ? 'Apply manifest work complete' : 'Failed to apply manifest',
  observedGeneration: generation,
  lastTransitionTime: at,
  about: message,
});

/** KMM-Hub's work on a spoke. `numbers` are KMM's feedback; `refused` is the agent's message where it could not apply. */
export function moduleWork(
  spoke: string,
  options: {
    kernels?: Record<string, string>;
    generation?: number;
    observed?: number;
    refused?: string;
    numbers?: [number, number, number];
  } = {},
): KubeObject {
  const { kernels = { [kernel]: image() }, generation = 1, observed = generation, refused, numbers } = options;
  const values = (numbers ?? []).map((integer, index) => ({
    name: `moduleLoader.${['nodesMatchingSelectorNumber', 'desiredNumber', 'availableNumber'][index]}`,
    fieldValue: { type: 'Integer', integer },
  }));
  const { about: _, ...condition } = applied(observed, refused ? 'False' : 'True');
  return {
    apiVersion: 'work.open-cluster-management.io/v1',
    kind: 'ManifestWork',
    metadata: {
      name: 'kmm-kmod',
      namespace: spoke,
      generation,
      uid: `w-${spoke}`,
      labels: { [names.moduleLabel]: 'kmm-kmod' },
    },
    spec: {
      workload: {
        manifests: [
          {
            apiVersion: 'kmm.sigs.x-k8s.io/v1beta1',
            kind: 'Module',
            metadata: { name: 'kmm-kmod', namespace: 'openshift-kmm' },
            spec: {
              moduleLoader: {
                container: {
                  kernelMappings: Object.entries(kernels).map(([literal, containerImage]) => ({
                    literal,
                    containerImage,
                  })),
                },
              },
            },
          },
        ],
      },
    },
    status: {
      conditions: observed === 0 ? [] : [condition],
      resourceStatus: {
        manifests: [
          {
            resourceMeta: { kind: 'Module', name: 'kmm-kmod' },
            conditions: refused
              ? [{ type: 'Applied', status: 'False', reason: 'AppliedManifestFailed', message: refused }]
              : [],
            statusFeedback: { values },
          },
        ],
      },
    },
  };
}

/** What the node of a spoke shows; left out: not there. */
export interface NodeFacts {
  kernel?: string;
  boot?: string;
  loaded?: { kernel?: string; image?: string; boot?: string };
  wanted?: string;
}

/** Our proof work with the evidence of each node. */
export function proofEvidence(
  spoke: string,
  nodes: Record<string, NodeFacts>,
  feedbackAt = '2026-03-01T09:30:00Z',
): KubeObject {
  const work = proofWork('kmm-kmod', spoke, Object.keys(nodes));
  const value = (name: string, string: string | undefined) =>
    string === undefined ? [] : [{ name, fieldValue: { type: 'String', string } }];
  const { about: _, ...condition } = applied(1);
  const synced = [
    { type: 'StatusFeedbackSynced', status: 'True', reason: 'StatusFeedbackSynced', lastTransitionTime: feedbackAt },
  ];
  return {
    ...work,
    metadata: { ...work.metadata, generation: 1, uid: `p-${spoke}` },
    status: {
      conditions: [condition],
      resourceStatus: {
        manifests: Object.entries(nodes).flatMap(([node, facts]) => [
          {
            resourceMeta: { kind: 'NodeModulesConfig', name: node },
            conditions: synced,
            statusFeedback: {
              values: [
                ...value('loaded.kernel', facts.loaded && (facts.loaded.kernel ?? kernel)),
                ...value('loaded.image', facts.loaded && (facts.loaded.image ?? image())),
                ...value('loaded.boot', facts.loaded && (facts.loaded.boot ?? 'b1')),
                ...value('wanted.image', facts.wanted ?? (facts.loaded ? image() : undefined)),
              ],
            },
          },
          {
            resourceMeta: { kind: 'Node', name: node },
            conditions: synced,
            statusFeedback: {
              values: [...value('node.kernel', facts.kernel ?? kernel), ...value('node.boot', facts.boot ?? 'b1')],
            },
          },
        ]),
      },
    },
  };
}

/** KMM-Hub's images config of a spoke. */
export const imagesConfig = (spoke: string, status: string | undefined, build = true): KubeObject => ({
  apiVersion: 'kmm.sigs.x-k8s.io/v1beta1',
  kind: 'ModuleImagesConfig',
  metadata: {
    name: `kmm-kmod-${spoke}`,
    namespace: names.hubNamespace,
    uid: `mic-${spoke}`,
    ownerReferences: [
      { apiVersion: 'hub.kmm.sigs.x-k8s.io/v1beta1', kind: 'ManagedClusterModule', name: 'kmm-kmod', uid: 'uid-mcm' },
    ],
  },
  spec: { images: [{ image: image(), kernelVersion: kernel, ...(build && { build: {} }) }] },
  status: status ? { imagesStates: [{ image: image(), status }] } : {},
});
