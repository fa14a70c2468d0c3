import { ApiError } from '../../api.ts';
import { same } from '../../apiserver/same.ts';
import type { LabClock } from '../../clock.ts';
import { kinds } from '../../kinds.ts';
import { plainEvent } from '../ocm/events.ts';
import type { Informer } from '../ocm/informer.ts';
import { withoutFinalizer } from '../ocm/mutate.ts';
import type { IndexBy } from './index-by.ts';
import { inUseLabel, kmm, moduleOfLabel, readyLabel, versionReadyLabel } from './labels.ts';
import { specEntry, statusEntry, withLoaded, withoutLabels, withoutLoaded } from './nmc.ts';
import { schedulable } from './nodes.ts';
import type { LoadedEntry, ModuleEntry, Nmc, Node, Pod } from './objects.ts';
import {
  actionOf,
  configOf,
  restartsOf,
  tolerationsOf,
  type WorkerAction,
  workerPod,
  workerPodName,
} from './worker-pod.ts';
import type { Writer } from './writer.ts';

export interface NmcView {
  nmcs: Informer;
  nodes: Informer;
  pods: Informer;
  /** Worker pods by node. */
  workers: IndexBy;
  write: Writer;
  clock: LabClock;
  workerImage: string;
}

/** KMM's reconcile of one NodeModulesConfig (kmm.md 3.4): what workers did, which workers to make, labels and events. */
export function createNmcReconcile(view: NmcView): (node: string) => Promise<void> {
  const { nmcs, nodes, pods, workers, write, clock, workerImage } = view;

  /** Fine when it is gone already: the cache may be behind. */
  async function dropPod(pod: Pod): Promise<void> {
    const metadata = withoutFinalizer(pod.metadata, kmm.nmcPodFinalizer);
    try {
      const held = await write.patch(kinds.Pod, pod, { ...pod, metadata });
      if (!held.metadata.deletionTimestamp) await write.remove(kinds.Pod, held);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
    }
  }

  /** Worker pods that are done become status, then go. */
  async function readWorkers(nmc: Nmc, node: Node): Promise<Nmc> {
    let next = nmc;
    const done: Pod[] = [];
    for (const pod of workers.of(nmc.metadata.name!) as Pod[]) {
      const id = { name: pod.metadata.labels![kmm.moduleName]!, namespace: pod.metadata.namespace! };
      const phase = pod.status?.phase;
      const orphan = phase === 'Running' && !specEntry(nmc, id) && !statusEntry(nmc, id);
      if (phase === 'Succeeded') {
        next = actionOf(pod) === 'Unload' ? withoutLoaded(next, id) : withLoaded(next, loadedBy(pod, id, node));
      }
      if (phase === 'Succeeded' || phase === 'Failed' || orphan) done.push(pod);
    }
    const stands = await write.patch(kinds.NodeModulesConfig, nmc, next, 'status');
    for (const pod of done) await dropPod(pod);
    return stands;
  }

  const podOf = (nmc: Nmc, entry: ModuleEntry) =>
    pods.get(workerPodName(nmc.metadata.name!, entry.name), entry.namespace) as Pod | undefined;
  const start = (nmc: Nmc, { bootId: _, ...entry }: ModuleEntry & { bootId?: string }, action: WorkerAction) =>
    write.create(workerPod(nmc, entry, action, workerImage));

  /** A worker that keeps failing is replaced once it would be made differently. */
  async function replaceStale(nmc: Nmc, pod: Pod, entry: ModuleEntry, action: WorkerAction): Promise<void> {
    if (restartsOf(pod) === 0) return;
    const wanted = workerPod(nmc, entry, action, workerImage);
    if (wanted.metadata.annotations![kmm.workerHash] !== pod.metadata.annotations?.[kmm.workerHash]) await dropPod(pod);
  }

  async function want(nmc: Nmc, entry: ModuleEntry, loaded: LoadedEntry | undefined, node: Node): Promise<void> {
    const pod = podOf(nmc, entry);
    if (pod) {
      if (actionOf(pod) === 'Load') await replaceStale(nmc, pod, entry, 'Load');
    } else if (
      loaded &&
      !same(entry.config, loaded.config) &&
      entry.config.kernelVersion === loaded.config.kernelVersion
    ) {
      await start(nmc, loaded, 'Unload');
    } else if (!loaded || !same(entry.config, loaded.config) || loaded.bootId !== node.status?.nodeInfo?.bootID) {
      await start(nmc, entry, 'Load');
    }
  }

  async function unwant(nmc: Nmc, loaded: LoadedEntry, node: Node): Promise<Nmc> {
    // After a reboot there is nothing in the kernel to take out.
    if (loaded.bootId !== node.status?.nodeInfo?.bootID) {
      return write.patch(kinds.NodeModulesConfig, nmc, withoutLoaded(nmc, loaded), 'status');
    }
    const pod = podOf(nmc, loaded);
    if (!pod) await start(nmc, loaded, 'Unload');
    else if (actionOf(pod) === 'Load') await dropPod(pod);
    else await replaceStale(nmc, pod, loaded, 'Unload');
    return nmc;
  }

  async function tidy(nmc: Nmc): Promise<Nmc> {
    const stale = Object.keys(nmc.metadata.labels ?? {}).filter((label) => {
      const id = moduleOfLabel(label);
      return id && label === inUseLabel(id.namespace, id.name) && !specEntry(nmc, id) && !statusEntry(nmc, id);
    });
    for (const pod of workers.of(nmc.metadata.name!) as Pod[]) {
      const name = pod.metadata.labels![kmm.moduleName];
      const known = [...(nmc.spec.modules ?? []), ...(nmc.status?.modules ?? [])].some((one) => one.name === name);
      if (!known) await dropPod(pod);
    }
    return write.patch(kinds.NodeModulesConfig, nmc, { ...nmc, metadata: withoutLabels(nmc.metadata, stale) });
  }

  async function tell(node: Node, module: string, verb: 'loaded into' | 'unloaded from', at: number): Promise<void> {
    const reason = verb === 'loaded into' ? 'ModuleLoaded' : 'ModuleUnloaded';
    const message = `Module ${module} ${verb} the kernel`;
    const event = plainEvent(node, at, { type: 'Normal', reason, message, component: 'kmm' });
    await write.create({ ...event, metadata: { ...event.metadata, annotations: { module } } });
  }

  async function labelNode(nmc: Nmc, node: Node): Promise<void> {
    const labels = node.metadata.labels ?? {};
    const added: Record<string, string> = {};
    const drop: string[] = [];
    const loaded: string[] = [];
    const unloaded: string[] = [];
    for (const entry of nmc.spec.modules ?? []) {
      const label = readyLabel(entry.namespace, entry.name);
      const status = statusEntry(nmc, entry);
      if (!status || !same(entry.config, status.config) || labels[label] !== undefined) continue;
      added[label] = '';
      if (status.version) added[versionReadyLabel(entry.namespace, entry.name)] = status.version;
      loaded.push(`${entry.namespace}/${entry.name}`);
    }
    for (const label of Object.keys(labels)) {
      const [, namespace, name] = /^kmm\.node\.kubernetes\.io\/([a-z0-9-]+)\.([a-z0-9.-]+)\.ready$/.exec(label) ?? [];
      if (!namespace || !name || name.endsWith('.version')) continue;
      const id = { namespace, name };
      if (specEntry(nmc, id) || statusEntry(nmc, id)) continue;
      drop.push(label, versionReadyLabel(namespace, name));
      unloaded.push(`${namespace}/${name}`);
    }
    if (loaded.length + unloaded.length === 0) return;
    const metadata = withoutLabels({ ...node.metadata, labels: { ...labels, ...added } }, drop);
    await write.patch(kinds.Node, node, { ...node, metadata });
    // An event is named by its time: a millisecond apart, so that no two share a name.
    let at = clock.now();
    for (const module of loaded) await tell(node, module, 'loaded into', at++);
    for (const module of unloaded) await tell(node, module, 'unloaded from', at++);
  }

  return async (name) => {
    const found = nmcs.get(name) as Nmc | undefined;
    const node = nodes.get(name) as Node | undefined;
    if (!found || !node) return;
    let nmc = await readWorkers(found, node);
    const shut: string[] = [];
    for (const entry of nmc.spec.modules ?? []) {
      if (!schedulable(node, entry.tolerations)) {
        shut.push(readyLabel(entry.namespace, entry.name), versionReadyLabel(entry.namespace, entry.name));
      } else {
        await want(nmc, entry, statusEntry(nmc, entry), node);
      }
    }
    for (const loaded of nmc.status?.modules ?? []) if (!specEntry(nmc, loaded)) nmc = await unwant(nmc, loaded, node);
    if (shut.length > 0) {
      await write.patch(kinds.Node, node, { ...node, metadata: withoutLabels(node.metadata, shut) });
      return;
    }
    await labelNode(await tidy(nmc), node);
  };
}

function loadedBy(pod: Pod, id: { name: string; namespace: string }, node: Node): LoadedEntry {
  const { imagePullSecrets, serviceAccountName = 'default' } = pod.spec as {
    imagePullSecrets?: { name: string }[];
    serviceAccountName?: string;
  };
  const tolerations = tolerationsOf(pod);
  const version = pod.metadata.annotations?.[kmm.workerVersion];
  return {
    ...id,
    bootId: node.status?.nodeInfo?.bootID ?? '',
    config: configOf(pod),
    ...(imagePullSecrets?.[0] && { imageRepoSecret: imagePullSecrets[0] }),
    serviceAccountName,
    ...(tolerations && { tolerations }),
    ...(version && { version }),
  };
}
