import type { Api } from '../../api.ts';
import type { LabClock } from '../../clock.ts';
import { kinds } from '../../kinds.ts';
import type { Random } from '../../world/random.ts';
import type { Informer } from '../ocm/informer.ts';
import { mutateStatus } from '../ocm/mutate.ts';
import type { Images } from './images.ts';
import { keyOf, type Node, type Pod } from './objects.ts';
import { actionOf, configOf, restartsOf } from './worker-pod.ts';

export interface WorkerKubeletOptions {
  api: Api;
  pods: Informer;
  nodes: Informer;
  clock: LabClock;
  random: Pick<Random, 'between'>;
  images: Images;
  /** Lab ms from a worker pod's creation to its end. */
  runMs: readonly [number, number];
  /** A scenario's wish: this worker fails. */
  fails?: ((pod: Pod) => boolean) | undefined;
}

/** What runs in the kernel of each node, and the kubelet's part for worker pods. */
export interface WorkerKubelet {
  /** Images whose modules are in the node's kernel now, by `namespace/module`: the truth that numbers may miss. */
  inKernel(node: string): ReadonlyMap<string, string>;
  /** Forgets what was under way: power went. Pods are started again by `resume`. */
  halt(): void;
  resume(): void;
  stop(): void;
}

/** Modules of one image load only on the kernel they were built for; a worker that fails is started again, ever more slowly. */
export function createWorkerKubelet(options: WorkerKubeletOptions): WorkerKubelet {
  const { api, pods, nodes, clock, random, images } = options;
  const kernels = new Map<string, { boot: string; modules: Map<string, string> }>();
  const busy = new Map<string, () => void>();

  function kernelOf(name: string): { boot: string; modules: Map<string, string> } {
    const boot = (nodes.get(name) as Node | undefined)?.status?.nodeInfo?.bootID ?? '';
    const known = kernels.get(name);
    if (known?.boot === boot) return known;
    const fresh = { boot, modules: new Map<string, string>() };
    kernels.set(name, fresh);
    return fresh;
  }

  /** Whether modprobe goes well, and if so does it. */
  function modprobe(pod: Pod): boolean {
    if (options.fails?.(pod)) return false;
    const { containerImage, kernelVersion } = configOf(pod);
    const node = pod.spec.nodeName ?? '';
    const running = (nodes.get(node) as Node | undefined)?.status?.nodeInfo?.kernelVersion;
    if (images.get(containerImage)?.kernel !== running || kernelVersion !== running) return false;
    const { modules } = kernelOf(node);
    const key = `${pod.metadata.namespace}/${pod.metadata.labels?.['kmm.node.kubernetes.io/module.name']}`;
    if (actionOf(pod) === 'Load') modules.set(key, containerImage);
    else modules.delete(key);
    return true;
  }

  const find = (key: string) => {
    const [namespace = '', name = ''] = key.split('/');
    return pods.get(name, namespace) as Pod | undefined;
  };
  const post = (pod: Pod, status: Record<string, unknown>) =>
    void mutateStatus(api, kinds.Pod, pod.metadata.name!, pod.metadata.namespace!, (old, now) =>
      now.metadata.uid === pod.metadata.uid ? { ...old, ...status } : undefined,
    );

  function attempt(key: string, uid: string, restarts: number): void {
    busy.delete(key);
    const pod = find(key);
    if (!pod || pod.metadata.uid !== uid) return;
    const { containerImage } = configOf(pod);
    const base = {
      image: pod.spec.containers[0]!.image,
      imageID: '',
      name: 'worker',
      ready: false,
      restartCount: restarts,
    };
    if (!images.get(containerImage)) {
      const waiting = { reason: 'ErrImagePull', message: `reading manifest of ${containerImage}: manifest unknown` };
      const extractor = {
        ...base,
        image: containerImage,
        name: 'image-extractor',
        restartCount: 0,
        state: { waiting },
      };
      post(pod, { phase: 'Pending', initContainerStatuses: [extractor] });
      return;
    }
    if (modprobe(pod)) {
      post(pod, {
        phase: 'Succeeded',
        containerStatuses: [{ ...base, state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
      });
      return;
    }
    const terminated = { exitCode: 1, finishedAt: null, reason: 'Error', startedAt: null };
    const waiting = { message: 'back-off', reason: 'CrashLoopBackOff' };
    const status = { ...base, restartCount: restarts + 1, lastState: { terminated }, state: { waiting } };
    post(pod, { phase: 'Running', containerStatuses: [status] });
    // 10 s, 20 s, … up to 5 min, as kubelet does.
    begin(key, uid, Math.min(10_000 * 2 ** restarts, 300_000), restarts + 1);
  }

  function begin(key: string, uid: string, afterMs: number, restarts: number): void {
    busy.get(key)?.();
    busy.set(
      key,
      clock.after(afterMs, () => attempt(key, uid, restarts)),
    );
  }

  function consider(pod: Pod): void {
    if (actionOf(pod) === undefined || pod.metadata.deletionTimestamp) return;
    const { phase = 'Pending' } = pod.status ?? {};
    if (phase === 'Succeeded' || phase === 'Failed') return;
    begin(keyOf(pod), pod.metadata.uid!, random.between(...options.runMs), restartsOf(pod));
  }

  const resume = () => {
    for (const pod of pods.all() as Iterable<Pod>) consider(pod);
  };
  const halt = () => {
    for (const cancel of busy.values()) cancel();
    busy.clear();
  };
  const unlisten = pods.listen(({ object, old }) => {
    if (object && object.metadata.uid !== old?.metadata.uid) consider(object as Pod);
    if (!object && old) {
      busy.get(keyOf(old))?.();
      busy.delete(keyOf(old));
    }
  });
  const unpush = images.listen((reference) => {
    for (const pod of pods.all() as Iterable<Pod>) {
      if (actionOf(pod) && (pod.status?.phase ?? 'Pending') === 'Pending' && !busy.has(keyOf(pod))) {
        if (configOf(pod).containerImage === reference) consider(pod);
      }
    }
  });
  return {
    inKernel: (node) => kernelOf(node).modules,
    halt,
    resume,
    stop() {
      halt();
      unlisten();
      unpush();
    },
  };
}
