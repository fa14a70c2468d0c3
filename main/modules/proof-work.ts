import { type KubeObject, names } from '../../shared/kube.ts';
import { moduleAnnotation, moduleValue, proofWorkName } from './naming.ts';

/** Name of the ClusterRole that lets the work agent read the evidence (real-ocm.md B23: aggregated by its label). */
export const proofReader = 'kmm-bastion-proof-reader';

const kmm = 'kmm.sigs.x-k8s.io';

/** JSONPath of one module in a list; the agent's parser knows no `&&`, so the name alone selects. */
const path = (list: string, module: string, field: string) => `.${list}.modules[?(@.name=="${module}")].${field}`;

function nodeModules(module: string, node: string): object {
  const jsonPaths = [
    { name: 'loaded.kernel', path: path('status', module, 'config.kernelVersion') },
    { name: 'loaded.boot', path: path('status', module, 'bootId') },
    { name: 'loaded.image', path: path('status', module, 'config.containerImage') },
    { name: 'wanted.kernel', path: path('spec', module, 'config.kernelVersion') },
    { name: 'wanted.image', path: path('spec', module, 'config.containerImage') },
  ];
  return config(kmm, 'nodemodulesconfigs', node, jsonPaths);
}

function nodeItself(node: string): object {
  return config('', 'nodes', node, [
    { name: 'node.kernel', path: '.status.nodeInfo.kernelVersion' },
    { name: 'node.boot', path: '.status.nodeInfo.bootID' },
  ]);
}

function config(group: string, resource: string, name: string, jsonPaths: object[]): object {
  return {
    resourceIdentifier: { group, resource, name, namespace: '' },
    feedbackRules: [{ type: 'JSONPaths', jsonPaths }],
    feedbackScrapeType: 'Watch',
    updateStrategy: { type: 'ReadOnly' },
  };
}

/**
 * Our ManifestWork that reads, without writing, what proves a load: for each node its NodeModulesConfig and itself. The
 * ClusterRole in it is the only object it makes; deleting the work takes away that and nothing else of the spoke.
 */
export function proofWork(module: string, spoke: string, nodes: readonly string[]): KubeObject {
  const keep = nodes.flatMap((name) => [
    { group: kmm, resource: 'nodemodulesconfigs', name, namespace: '' },
    { group: '', resource: 'nodes', name, namespace: '' },
  ]);
  return {
    apiVersion: 'work.open-cluster-management.io/v1',
    kind: 'ManifestWork',
    metadata: {
      name: proofWorkName(module),
      namespace: spoke,
      labels: { [names.proofLabel]: moduleValue(module) },
      annotations: { [moduleAnnotation]: module },
    },
    spec: {
      deleteOption: { propagationPolicy: 'SelectivelyOrphan', selectivelyOrphans: { orphaningRules: keep } },
      manifestConfigs: nodes.flatMap((node) => [nodeModules(module, node), nodeItself(node)]),
      workload: {
        manifests: [
          {
            apiVersion: 'rbac.authorization.k8s.io/v1',
            kind: 'ClusterRole',
            metadata: { name: proofReader, labels: { 'open-cluster-management.io/aggregate-to-work': 'true' } },
            rules: [
              { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
              { apiGroups: [kmm], resources: ['nodemodulesconfigs'], verbs: ['get', 'list', 'watch'] },
            ],
          },
          ...nodes.flatMap((name) => [
            { apiVersion: `${kmm}/v1beta1`, kind: 'NodeModulesConfig', metadata: { name } },
            { apiVersion: 'v1', kind: 'Node', metadata: { name } },
          ]),
        ],
      },
    },
  };
}
