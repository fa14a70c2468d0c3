import type { KubeObject } from '../../../shared/kube.ts';
import type { Api } from '../../api.ts';
import type { LabClock } from '../../clock.ts';
import { kinds } from '../../kinds.ts';
import type { Random } from '../../world/random.ts';
import type { Informer } from '../ocm/informer.ts';
import { mutateStatus } from '../ocm/mutate.ts';
import type { Images } from './images.ts';
import { kmm } from './labels.ts';
import { keyOf, type Pod } from './objects.ts';

export interface PullKubeletOptions {
  api: Api;
  pods: Informer;
  clock: LabClock;
  random: Pick<Random, 'between'>;
  images: Images;
  /** Lab ms that a pull takes. */
  pullMs: readonly [number, number];
  /** How many pods are started at a time. Default: all. */
  lanes?: number;
}

/**
 * The kubelet's part for KMM's pull pods: an image that is there is pulled and the pod Succeeded; else ErrImagePull, then
 * ImagePullBackOff until someone pushes it. `stop` forgets what is under way, as a power cut does.
 */
export function createPullKubelet(options: PullKubeletOptions): { stop(): void } {
  const { api, pods, clock, random, images } = options;
  const busy = new Map<string, () => void>();
  const waiting: string[] = [];
  let started = 0;
  let stopped = false;
  const imageOf = (pod: KubeObject) => (pod as Pod).spec.containers[0]!.image;
  const isPullPod = (pod: KubeObject) => pod.metadata.labels?.[kmm.pullPodType] !== undefined;
  const unpulled = (pod: KubeObject) => ((pod as Pod).status?.phase ?? 'Pending') === 'Pending';
  const find = (key: string): KubeObject | undefined => {
    const [namespace = '', name = ''] = key.split('/');
    return pods.get(name, namespace);
  };
  function post(pod: KubeObject, status: Record<string, unknown>): void {
    const { name = '', namespace = '' } = pod.metadata;
    void mutateStatus(api, kinds.Pod, name, namespace, (old, now) =>
      now.metadata.uid === pod.metadata.uid ? { ...old, ...status } : undefined,
    );
  }
  const container = (pod: KubeObject, state: object) => [
    { image: imageOf(pod), imageID: '', name: 'puller', ready: false, restartCount: 0, state },
  ];
  function end(key: string): void {
    started -= 1;
    busy.delete(key);
    const next = waiting.shift();
    if (next !== undefined) start(next);
  }
  function attempt(key: string): void {
    const pod = find(key);
    if (stopped || !pod) return;
    const image = imageOf(pod);
    if (images.get(image)) {
      const terminated = { exitCode: 0, reason: 'Completed' };
      post(pod, { phase: 'Succeeded', containerStatuses: container(pod, { terminated }) });
    } else {
      const message = `rpc error: code = Unknown desc = reading manifest of ${image}: manifest unknown`;
      post(pod, {
        phase: 'Pending',
        containerStatuses: container(pod, { waiting: { reason: 'ErrImagePull', message } }),
      });
    }
  }
  function start(key: string): void {
    if (stopped || busy.has(key)) return;
    if (started >= (options.lanes ?? Number.POSITIVE_INFINITY)) {
      waiting.push(key);
      return;
    }
    started += 1;
    const cancel = clock.after(random.between(...options.pullMs), () => {
      end(key);
      attempt(key);
    });
    busy.set(key, cancel);
  }
  const unlisten = pods.listen(({ object, old }) => {
    if (object && !old && isPullPod(object) && object.metadata.deletionTimestamp === undefined) consider(object);
  });
  function consider(pod: KubeObject): void {
    const { phase = 'Pending', containerStatuses } = (pod as Pod).status ?? {};
    if (phase === 'Pending' && !containerStatuses?.[0]?.state?.waiting) start(keyOf(pod));
  }
  const unpush = images.listen((reference) => {
    for (const pod of pods.all()) {
      if (isPullPod(pod) && imageOf(pod) === reference && unpulled(pod)) start(keyOf(pod));
    }
  });
  for (const pod of pods.all()) if (isPullPod(pod) && unpulled(pod)) start(keyOf(pod));
  return {
    stop() {
      stopped = true;
      unlisten();
      unpush();
      for (const cancel of busy.values()) cancel();
      busy.clear();
    },
  };
}
