import { isoSeconds } from '../../../shared/clock.ts';
import type { KubeObject } from '../../../shared/kube.ts';
import type { Api } from '../../api.ts';
import type { LabClock } from '../../clock.ts';
import { kinds } from '../../kinds.ts';
import type { Random } from '../../world/random.ts';
import { createInformer } from '../ocm/informer.ts';
import { ensure, mutate, mutateStatus } from '../ocm/mutate.ts';
import { type BuildRun, buildLog } from './build-log.ts';
import type { Images } from './images.ts';
import { kmm } from './labels.ts';
import { type Build, type BuildAction, controlledBy } from './objects.ts';
import { containerDefaults, podDefaults } from './pull-pod.ts';

export interface BuildSystemOptions {
  api: Api;
  clock: LabClock;
  random: Pick<Random, 'between'>;
  images: Images;
  /** Lab ms that a build and a signing run; default 2–4 min and 20–60 s. */
  buildMs?: readonly [number, number];
  signMs?: readonly [number, number];
  /** A scenario's wish: the reason why this Build fails. */
  fails?: (build: KubeObject, action: BuildAction) => string | undefined;
}

export interface BuildSystem {
  /** What the pod of a Build has printed so far; undefined for any other pod. */
  logOf(pod: KubeObject): string | undefined;
  stop(): void;
}

interface Strategy {
  dockerStrategy?: { buildArgs?: { name: string; value: string }[] };
}

/** The unsigned image that a sign Build starts from. */
const sourceOf = (dockerfile: string): string => /^FROM (\S+) as source/m.exec(dockerfile)?.[1] ?? '';

/**
 * OpenShift's build controller for KMM's Builds: New → Pending → Running → Complete or Failed in seeded times, with a pod,
 * and the image pushed at the end: of a build unsigned, of a sign Build signed, under the same tag.
 */
export function createBuildSystem(options: BuildSystemOptions): BuildSystem {
  const { clock, random, images } = options;
  const api = options.api.as('openshift-controller-manager');
  const builds = createInformer(api, kinds.Build);
  const under = new Set<string>();
  // By uid of the Build, which owns its pod.
  const runs = new Map<string, BuildRun>();
  let stopped = false;
  const status = async (build: KubeObject, next: Record<string, unknown>) => {
    const { name = '', namespace = '', uid } = build.metadata;
    // Builds have no status subresource: OpenShift's controller writes the whole object.
    const stands = await mutate(api, kinds.Build, name, namespace, (now) =>
      now.metadata.uid === uid ? { ...now, status: { ...(now.status as object), ...next } } : undefined,
    );
    return stands?.metadata.uid === uid && !stopped;
  };
  const podStatus = (build: KubeObject, phase: string) =>
    mutateStatus(api, kinds.Pod, `${build.metadata.name}-build`, build.metadata.namespace!, (old) => ({
      ...old,
      phase,
    }));

  function outcome(build: KubeObject, action: BuildAction): string | undefined {
    const wish = options.fails?.(build, action);
    if (wish !== undefined) return wish;
    const { dockerfile = '' } = (build.spec as { source: { dockerfile?: string } }).source;
    if (action === 'SignImage' && !images.get(sourceOf(dockerfile)))
      return `error: ${sourceOf(dockerfile)}: manifest unknown`;
    return undefined;
  }
  function push(build: KubeObject, action: BuildAction): void {
    const { output, source, strategy } = build.spec as {
      output: { to: { name: string } };
      source: { dockerfile?: string };
      strategy: Strategy;
    };
    const built = strategy.dockerStrategy?.buildArgs?.find((one) => one.name === 'KERNEL_FULL_VERSION')?.value;
    const kernel = built ?? images.get(sourceOf(source.dockerfile ?? ''))?.kernel ?? '';
    images.push(output.to.name, { kernel, signed: action === 'SignImage', at: clock.now() });
  }
  async function run(build: KubeObject): Promise<void> {
    const action = build.metadata.labels?.[kmm.buildType] as BuildAction;
    await clock.sleep(random.between(1_000, 3_000));
    const podName = `${build.metadata.name}-build`;
    if (!(await status(build, { phase: 'Pending' }))) return;
    await ensure(api, buildPod(build, podName));
    await clock.sleep(random.between(5_000, 15_000));
    const startedAt = clock.now();
    if (!(await status(build, { phase: 'Running', startTimestamp: isoSeconds(startedAt) }))) return;
    await podStatus(build, 'Running');
    const [from, to] =
      action === 'BuildImage' ? (options.buildMs ?? [120_000, 240_000]) : (options.signMs ?? [20_000, 60_000]);
    const runMs = random.between(from, to);
    const ran: BuildRun = { build, startedAt, endAt: startedAt + runMs };
    runs.set(build.metadata.uid!, ran);
    await clock.sleep(runMs);
    const stands = await api.get(kinds.Build, build.metadata.name!, build.metadata.namespace);
    if (stopped || stands?.metadata.uid !== build.metadata.uid) return;
    const message = outcome(build, action);
    if (message !== undefined) ran.message = message;
    if (message === undefined) push(build, action);
    await podStatus(build, message === undefined ? 'Succeeded' : 'Failed');
    await status(build, {
      phase: message === undefined ? 'Complete' : 'Failed',
      completionTimestamp: isoSeconds(clock.now()),
      duration: (clock.now() - startedAt) * 1_000_000,
      ...(message !== undefined && { message, reason: 'DockerBuildFailed', logSnippet: message }),
    });
  }
  builds.listen(({ object, old }) => {
    if (!object && old) runs.delete(old.metadata.uid!);
    if (!object?.metadata.labels?.[kmm.buildType] || object.metadata.deletionTimestamp) return;
    const uid = object.metadata.uid!;
    if (under.has(uid) || !['', 'New'].includes((object as Build).status?.phase ?? '')) return;
    under.add(uid);
    void run(object).finally(() => under.delete(uid));
  });
  return {
    logOf(pod) {
      const ran = runs.get(pod.metadata.ownerReferences?.[0]?.uid ?? '');
      return ran && buildLog(ran, clock.now());
    },
    stop() {
      stopped = true;
      builds.stop();
    },
  };
}

/** The pod in which a Build runs, as OpenShift names and labels it. */
function buildPod(build: KubeObject, name: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: build.metadata.namespace!,
      annotations: { 'openshift.io/build.name': build.metadata.name! },
      labels: { 'openshift.io/build.name': build.metadata.name! },
      ownerReferences: [controlledBy(build)],
    },
    spec: {
      containers: [
        {
          command: ['openshift-docker-build'],
          image: 'quay.io/openshift-release-dev/ocp-v4.0-art-dev:docker-builder',
          imagePullPolicy: 'IfNotPresent',
          name: 'docker-build',
          resources: {},
          ...containerDefaults,
        },
      ],
      restartPolicy: 'Never',
      serviceAccountName: 'builder',
      ...podDefaults(),
    },
  };
}
