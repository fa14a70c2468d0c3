import type { KubeObject } from '../../shared/kube.ts';
import type { BuildRecord } from '../store/builds.ts';

const kmm = 'kmm.node.kubernetes.io';

/** What a Build (Red Hat edition) or a build pod (upstream) tells; `owner` is the ModuleBuildSignConfig's name. */
export interface BuildFacts extends Pick<BuildRecord, 'action' | 'state' | 'started_at' | 'ended_at' | 'message'> {
  owner: string;
  /** The full kernel where the object has it, else ''. */
  kernel: string;
  /** KMM's label form of the kernel: lower case, `.` and `_` as `-`. */
  kernelLabel: string;
  image: string;
}

/** KMM's label form of a kernel (kmm.md 2.5). */
export const kernelLabel = (kernel: string): string => kernel.toLowerCase().replace(/[._]/g, '-');

const buildStates: Record<string, BuildRecord['state']> = {
  New: 'waiting',
  Pending: 'waiting',
  Running: 'running',
  Complete: 'succeeded',
  Failed: 'failed',
  Error: 'failed',
  Cancelled: 'failed',
};
const podStates: Record<string, BuildRecord['state']> = {
  Pending: 'waiting',
  Running: 'running',
  Succeeded: 'succeeded',
  Failed: 'failed',
};

const labelled = (object: KubeObject) => {
  const labels = object.metadata.labels ?? {};
  return { owner: labels[`${kmm}/module.name`], kernelLabel: labels[`${kmm}/target-kernel`] ?? '', labels };
};

/** Facts of a build.openshift.io Build that KMM-Hub made; undefined for any other. */
export function factsOfBuild(object: KubeObject): BuildFacts | undefined {
  const { owner, labels, kernelLabel: label } = labelled(object);
  const action = labels['kmm.openshift.io/build.type'] ?? labels['app.kubernetes.io/component'];
  if (owner === undefined || (action !== 'BuildImage' && action !== 'SignImage')) return undefined;
  const spec = (object.spec ?? {}) as {
    output?: { to?: { name?: string } };
    strategy?: { dockerStrategy?: { buildArgs?: { name: string; value?: string }[] } };
  };
  const status = (object.status ?? {}) as {
    phase?: string;
    startTimestamp?: string;
    completionTimestamp?: string;
    message?: string;
    reason?: string;
  };
  const state = buildStates[status.phase ?? 'New'] ?? 'waiting';
  const kernel = spec.strategy?.dockerStrategy?.buildArgs?.find(({ name }) => name === 'KERNEL_FULL_VERSION')?.value;
  return {
    owner,
    action,
    kernel: kernel ?? '',
    kernelLabel: label,
    image: spec.output?.to?.name ?? '',
    state,
    started_at: status.startTimestamp ?? (state === 'waiting' ? null : (object.metadata.creationTimestamp ?? null)),
    ended_at: status.completionTimestamp ?? null,
    message: state === 'failed' ? (status.message ?? status.reason ?? '') : '',
  };
}

/** Facts of an upstream build or sign pod (kaniko); undefined for any other pod. */
export function factsOfPod(object: KubeObject): BuildFacts | undefined {
  const { owner, labels, kernelLabel: label } = labelled(object);
  const action = labels[`${kmm}/resource-type`];
  if (owner === undefined || (action !== 'BuildImage' && action !== 'SignImage')) return undefined;
  const spec = (object.spec ?? {}) as { containers?: { args?: string[] }[] };
  const status = (object.status ?? {}) as {
    phase?: string;
    startTime?: string;
    message?: string;
    containerStatuses?: { state?: { terminated?: { finishedAt?: string; message?: string; reason?: string } } }[];
  };
  const args = spec.containers?.[0]?.args ?? [];
  const ended = status.containerStatuses?.[0]?.state?.terminated;
  const state = podStates[status.phase ?? 'Pending'] ?? 'waiting';
  const kernel = args.find((each) => each.includes('KERNEL_FULL_VERSION='))?.split('KERNEL_FULL_VERSION=')[1];
  const to = args.indexOf('--destination');
  const joined = args.find((each) => each.startsWith('--destination='))?.slice('--destination='.length);
  return {
    owner,
    action,
    kernel: kernel ?? '',
    kernelLabel: label,
    image: joined ?? (to >= 0 ? (args[to + 1] ?? '') : ''),
    state,
    started_at: status.startTime ?? null,
    ended_at: ended?.finishedAt ?? null,
    message: state === 'failed' ? (ended?.message ?? ended?.reason ?? status.message ?? '') : '',
  };
}

/** For a pull pod: whose images it checks, and why it cannot pull ('' while it does not complain). */
export function pullTrouble(object: KubeObject): { owner: string; trouble: string } | undefined {
  const owner = object.metadata.labels?.[`${kmm}/image-owner`];
  if (owner === undefined) return undefined;
  const status = (object.status ?? {}) as {
    containerStatuses?: { state?: { waiting?: { reason?: string; message?: string } } }[];
  };
  const waiting = status.containerStatuses?.[0]?.state?.waiting;
  if (waiting?.reason !== 'ErrImagePull' && waiting?.reason !== 'ImagePullBackOff') return { owner, trouble: '' };
  return { owner, trouble: waiting.message ? `${waiting.reason}: ${waiting.message}` : waiting.reason };
}
