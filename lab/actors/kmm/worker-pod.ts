import { parse, stringify } from 'yaml';
import type { KubeObject } from '../../../shared/kube.ts';
import type { Toleration } from '../../../shared/rules/module-spec.ts';
import { decimalHash } from './hash.ts';
import { kmm } from './labels.ts';
import { controlledBy, type ModuleConfig, type ModuleEntry, type Nmc, type Pod } from './objects.ts';
import { containerDefaults, podDefaults, pullPolicy } from './pull-pod.ts';

export type WorkerAction = 'Load' | 'Unload';

/** As sigs.k8s.io/yaml writes: keys sorted, no line folded. */
const toYaml = (value: unknown): string => stringify(value, { sortMapEntries: true, lineWidth: 0, indentSeq: false });

export const workerPodName = (node: string, module: string): string => `kmm-worker-${node}-${module}`;

const resources = { limits: { cpu: '1', memory: '128Mi' }, requests: { cpu: '500m', memory: '64Mi' } };

/** The pod that loads or unloads one module on one node (kmm.md 3.4). `workerImage` is RELATED_IMAGE_WORKER. */
export function workerPod(nmc: Nmc, entry: ModuleEntry, action: WorkerAction, workerImage: string): KubeObject {
  const { config, name, namespace, tolerations = [], imageRepoSecret, serviceAccountName, version } = entry;
  const node = nmc.metadata.name!;
  const { dirName = '/opt', firmwarePath } = config.modprobe;
  const args = ['kmod', action.toLowerCase(), '/etc/kmm-worker/config.yaml'];
  if (firmwarePath) args.push('--firmware-path', '/var/lib/firmware');
  const copy = [
    `\nmkdir -p /tmp${dirName}/lib/modules;\ncp -R ${dirName}/lib/modules/${config.kernelVersion} /tmp${dirName}/lib/modules;\n`,
  ];
  const mount = (mountPath: string, volume: string) => ({ mountPath, name: volume, readOnly: true });
  const pod: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: workerPodName(node, name),
      namespace,
      annotations: {
        [kmm.workerConfig]: toYaml(config),
        ...(tolerations.length > 0 && { [kmm.workerTolerations]: toYaml(tolerations) }),
        ...(action === 'Load' && version && { [kmm.workerVersion]: version }),
      },
      finalizers: [kmm.nmcPodFinalizer],
      labels: {
        'app.kubernetes.io/component': 'worker',
        'app.kubernetes.io/name': 'kmm',
        'app.kubernetes.io/part-of': 'kmm',
        [kmm.moduleName]: name,
        [kmm.workerAction]: action,
      },
      ownerReferences: [controlledBy(nmc)],
    },
    spec: {
      containers: [
        {
          args,
          image: workerImage,
          imagePullPolicy: pullPolicy(workerImage, ''),
          name: 'worker',
          resources,
          securityContext: {
            ...(firmwarePath ? { privileged: true } : { capabilities: { add: ['SYS_MODULE'] } }),
            runAsUser: 0,
            seLinuxOptions: { type: 'spc_t' },
          },
          ...containerDefaults,
          volumeMounts: [
            mount('/etc/kmm-worker', 'config'),
            mount('/lib/modules', 'lib-modules'),
            mount('/host/lib/modules', 'lib-modules'),
            mount('/tmp', 'tmp'),
          ],
        },
      ],
      ...(imageRepoSecret && { imagePullSecrets: [imageRepoSecret] }),
      initContainers: [
        {
          args: copy,
          command: ['/bin/sh', '-c'],
          image: config.containerImage,
          imagePullPolicy: pullPolicy(config.containerImage, config.imagePullPolicy),
          name: 'image-extractor',
          resources,
          ...containerDefaults,
          volumeMounts: [{ mountPath: '/tmp', name: 'tmp' }],
        },
      ],
      nodeName: node,
      restartPolicy: 'OnFailure',
      serviceAccount: serviceAccountName,
      serviceAccountName,
      ...podDefaults(tolerations),
      volumes: [
        {
          downwardAPI: {
            defaultMode: 420,
            items: [
              {
                fieldRef: { apiVersion: 'v1', fieldPath: `metadata.annotations['${kmm.workerConfig}']` },
                path: 'config.yaml',
              },
            ],
          },
          name: 'config',
        },
        { hostPath: { path: '/lib/modules', type: 'Directory' }, name: 'lib-modules' },
        { emptyDir: {}, name: 'tmp' },
      ],
    },
  };
  const hash = decimalHash(JSON.stringify([pod.spec, pod.metadata.annotations, pod.metadata.labels]));
  return {
    ...pod,
    metadata: { ...pod.metadata, annotations: { ...pod.metadata.annotations, [kmm.workerHash]: hash } },
  };
}

export const actionOf = (pod: KubeObject): string | undefined => pod.metadata.labels?.[kmm.workerAction];

/** The configuration that a worker pod carries. */
export const configOf = (pod: KubeObject): ModuleConfig => parse(pod.metadata.annotations?.[kmm.workerConfig] ?? '');

export const tolerationsOf = (pod: KubeObject): Toleration[] | undefined =>
  parse(pod.metadata.annotations?.[kmm.workerTolerations] ?? 'null') ?? undefined;

/** How often the worker container of the pod was started again. */
export const restartsOf = (pod: Pod): number =>
  pod.status?.containerStatuses?.find((one) => one.name === 'worker')?.restartCount ?? 0;
