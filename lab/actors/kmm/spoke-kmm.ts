import type { KubeObject } from '../../../shared/kube.ts';
import { matchesLabels } from '../../../shared/rules/selector.ts';
import type { Api } from '../../api.ts';
import { same } from '../../apiserver/same.ts';
import type { LabClock } from '../../clock.ts';
import { kinds } from '../../kinds.ts';
import type { Random } from '../../world/random.ts';
import { createInformer } from '../ocm/informer.ts';
import type { Images } from './images.ts';
import { indexBy } from './index-by.ts';
import { createClaimReconcile } from './kernel-claim.ts';
import { kmm, moduleOfLabel } from './labels.ts';
import { createMicReconcile } from './mic-controller.ts';
import { createModuleReconcile } from './module-controller.ts';
import { createNmcReconcile } from './nmc-controller.ts';
import { schedulable } from './nodes.ts';
import { keyOf, type Nmc, type Node, ownerName, type Pod } from './objects.ts';
import { createPullKubelet } from './pull-kubelet.ts';
import { createVersionReconcile } from './version-label.ts';
import { createWorker } from './worker.ts';
import { createWorkerKubelet } from './worker-kubelet.ts';
import { createWriter } from './writer.ts';

export interface SpokeKmmOptions {
  /** The spoke's API; waits while the server is down. */
  api: Api;
  clock: LabClock;
  random: Pick<Random, 'between'>;
  images: Images;
  /** The operator's namespace when it is the Red Hat edition, which has a service account of its own for workers there. */
  accountNamespace?: string;
  /** RELATED_IMAGE_WORKER. */
  workerImage?: string;
  /** Lab ms of a pull and of a worker's run; together the time from Module to module. */
  pullMs?: readonly [number, number];
  runMs?: readonly [number, number];
  /** A scenario's wish: this worker fails. */
  workerFails?: (pod: Pod) => boolean;
  log?: (line: string) => void;
}

export interface SpokeKmm {
  /** What is really in a node's kernel: image by `namespace/module`. */
  inKernel(node: string): ReadonlyMap<string, string>;
  /** Power went, and came back: what pods had under way begins anew. */
  down(): void;
  up(): void;
  stop(): void;
}

/**
 * KMM on a spoke (KMM_MANAGED=1) with its kubelet, doing what the real one was seen to do (real-hub.md 3). Driven by events
 * alone: at rest it costs nothing.
 */
export function createSpokeKmm(options: SpokeKmmOptions): SpokeKmm {
  const { clock, random, images, log = () => {} } = options;
  const api = options.api.as('kmm-operator');
  const write = createWriter(api, clock);
  const watch = {
    nodes: createInformer(api, kinds.Node),
    namespaces: createInformer(api, kinds.Namespace),
    claims: createInformer(api, kinds.ClusterClaim),
    modules: createInformer(api, kinds.Module),
    mics: createInformer(api, kinds.ModuleImagesConfig),
    nmcs: createInformer(api, kinds.NodeModulesConfig),
    pods: createInformer(api, kinds.Pod),
  };
  const { nodes, namespaces, claims, modules, mics, nmcs, pods } = watch;
  const pullPods = indexBy(pods, (pod) => {
    const owner = pod.metadata.labels?.[kmm.imageOwner];
    return owner && `${pod.metadata.namespace}/${owner}`;
  });
  const workers = indexBy(pods, (pod) =>
    pod.metadata.labels?.[kmm.workerAction] ? (pod as Pod).spec.nodeName : undefined,
  );
  const report = (key: string, error: unknown) =>
    log(`${key}: ${error instanceof Error ? error.message : String(error)}`);
  const { workerImage = 'quay.io/edge-infrastructure/kernel-module-management-worker:release-2.6', accountNamespace } =
    options;
  const claimWorker = createWorker(clock, createClaimReconcile(nodes, claims, write), report);
  const versionWorker = createWorker(clock, createVersionReconcile(nodes, write), report);
  const micWorker = createWorker(clock, createMicReconcile({ mics, pullPods, write }), report);
  const moduleWorker = createWorker(
    clock,
    createModuleReconcile({ modules, nodes, namespaces, mics, nmcs, write, accountNamespace }),
    report,
  );
  const nmcWorker = createWorker(
    clock,
    createNmcReconcile({ nmcs, nodes, pods, workers, write, clock, workerImage }),
    report,
  );
  const kubeletApi = options.api.as('kubelet');
  const startPulls = () =>
    createPullKubelet({ api: kubeletApi, pods, clock, random, images, pullMs: options.pullMs ?? [5_000, 30_000] });
  const startKubelet = () =>
    createWorkerKubelet({
      api: kubeletApi,
      pods,
      nodes,
      clock,
      random,
      images,
      runMs: options.runMs ?? [3_000, 20_000],
      fails: options.workerFails,
    });

  modules.listen(({ object }) => object && moduleWorker.add(keyOf(object)));
  mics.listen(({ object, old }) => {
    if (object) micWorker.add(keyOf(object));
    const owner = ownerName((object ?? old)!, 'Module');
    if (object && old && owner) moduleWorker.add(`${object.metadata.namespace}/${owner}`);
  });
  pods.listen(({ object, old }) => {
    const pod = (object ?? old)!;
    const mic = ownerName(pod, 'ModuleImagesConfig');
    if (mic) micWorker.add(`${pod.metadata.namespace}/${mic}`);
    const nmc = ownerName(pod, 'NodeModulesConfig');
    if (nmc) nmcWorker.add(nmc);
  });
  nmcs.listen(({ object, old }) => {
    if (object) nmcWorker.add(object.metadata.name!);
    for (const label of new Set(Object.keys({ ...object?.metadata.labels, ...old?.metadata.labels }))) {
      const id = moduleOfLabel(label);
      if (id) moduleWorker.add(`${id.namespace}/${id.name}`);
    }
  });
  nodes.listen(({ object, old }) => {
    claimWorker.add('claim');
    if (!object) return;
    const name = object.metadata.name!;
    versionWorker.add(name);
    if (!old || nodeMatters(object as Node, old as Node)) nmcWorker.add(name);
    if (old && !modulesCare(object as Node, old as Node)) return;
    for (const module of modules.all()) {
      const { selector } = module.spec as { selector?: Record<string, string> };
      if (matchesLabels(object.metadata.labels, selector)) moduleWorker.add(keyOf(module));
    }
    for (const entry of (nmcs.get(name) as Nmc | undefined)?.spec.modules ?? []) {
      moduleWorker.add(`${entry.namespace}/${entry.name}`);
    }
  });
  // After the controllers' own listeners: pods are indexed before the kubelet answers.
  const kubelet = startKubelet();
  let pulls: { stop(): void } | undefined = startPulls();
  return {
    inKernel: kubelet.inKernel,
    down() {
      kubelet.halt();
      pulls?.stop();
      pulls = undefined;
    },
    up() {
      kubelet.resume();
      pulls ??= startPulls();
    },
    stop() {
      kubelet.stop();
      pulls?.stop();
      for (const informer of Object.values(watch)) informer.stop();
      for (const worker of [claimWorker, versionWorker, micWorker, moduleWorker, nmcWorker]) worker.stop();
    },
  };
}

/** The Module controller hears of taints and labels of a node, not of its kernel: a reboot unseen changes nothing. */
function modulesCare(node: Node, old: KubeObject & Node): boolean {
  return schedulable(node) !== schedulable(old) || !same(node.metadata.labels, old.metadata.labels);
}

/** The NodeModulesConfig controller also hears of kernel, boot and readiness. */
function nodeMatters(node: Node, old: Node): boolean {
  const ready = (one: Node) =>
    (one.status as { conditions?: { type: string; status: string }[] } | undefined)?.conditions?.find(
      (condition) => condition.type === 'Ready',
    )?.status;
  return (
    !same(node.spec, old.spec) ||
    !same(node.metadata.labels, old.metadata.labels) ||
    !same(node.status?.nodeInfo, old.status?.nodeInfo) ||
    ready(node) !== ready(old)
  );
}
