import type { KubeObject } from '../../../shared/kube.ts';
import { kmm } from './labels.ts';
import { controlledBy, type ImageSpec, type Mic, type Pod } from './objects.ts';

const podTolerations = ['not-ready', 'unreachable'].map((key) => ({
  effect: 'NoExecute',
  key: `node.kubernetes.io/${key}`,
  operator: 'Exists',
  tolerationSeconds: 300,
}));

/** What an API server adds to every Pod's spec (core/v1 defaults and admission). */
export const podDefaults = (tolerations: readonly object[] = []) => ({
  dnsPolicy: 'ClusterFirst',
  enableServiceLinks: true,
  preemptionPolicy: 'PreemptLowerPriority',
  priority: 0,
  schedulerName: 'default-scheduler',
  securityContext: {},
  terminationGracePeriodSeconds: 30,
  tolerations: [...tolerations, ...podTolerations],
});

export const containerDefaults = {
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
} as const;

/** The policy of a container without one: Always for `:latest` and for no tag, else IfNotPresent. */
export function pullPolicy(image: string, policy: string): string {
  if (policy) return policy;
  const last = image.slice(image.lastIndexOf('/') + 1);
  return last.endsWith(':latest') || !/[:@]/.test(last) ? 'Always' : 'IfNotPresent';
}

/** Whether KMM waits for this image for ever, rather than building or signing it. */
export const untilSuccess = (image: ImageSpec): boolean => !image.build && !image.sign;

/** KMM's way to see whether an image is there: a pod that pulls it (kmm.md 2.4). */
export function pullPodFor(mic: Mic, image: ImageSpec): KubeObject {
  const secret = mic.spec.imageRepoSecret;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${mic.metadata.name}-pull-pod-`,
      namespace: mic.metadata.namespace!,
      labels: {
        [kmm.imageOwner]: mic.metadata.name!,
        [kmm.pullPodType]: untilSuccess(image) ? 'until-success' : 'one-time-pull',
      },
      ownerReferences: [controlledBy(mic)],
    },
    spec: {
      containers: [
        {
          command: ['/bin/sh', '-c', 'exit 0'],
          image: image.image,
          imagePullPolicy: pullPolicy(image.image, mic.spec.imagePullPolicy),
          name: 'puller',
          resources: {},
          ...containerDefaults,
        },
      ],
      ...(secret && { imagePullSecrets: [secret] }),
      restartPolicy: 'Never',
      ...podDefaults(mic.spec.tolerations),
    },
  };
}

/** What a pull pod says: still trying, there, refused (one-time pods only), or nothing that KMM understands. */
export function pullResult(pod: Pod): 'waiting' | 'there' | 'refused' {
  const phase = pod.status?.phase;
  if (phase === 'Succeeded') return 'there';
  if (phase !== 'Pending' || pod.metadata.labels?.[kmm.pullPodType] === 'until-success') return 'waiting';
  const reason = pod.status?.containerStatuses?.[0]?.state?.waiting?.reason;
  return reason === 'ErrImagePull' || reason === 'ImagePullBackOff' ? 'refused' : 'waiting';
}
