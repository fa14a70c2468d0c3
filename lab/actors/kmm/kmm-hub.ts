import { type KubeObject, names } from '../../../shared/kube.ts';
import { matchesLabels } from '../../../shared/rules/selector.ts';
import type { Api } from '../../api.ts';
import { same } from '../../apiserver/same.ts';
import type { LabClock } from '../../clock.ts';
import { kinds } from '../../kinds.ts';
import type { Random } from '../../world/random.ts';
import { createInformer } from '../ocm/informer.ts';
import { createBuildEventsReconcile } from './build-events.ts';
import { createDtkLookup } from './dtk.ts';
import { indexBy } from './index-by.ts';
import { kmm } from './labels.ts';
import { createMbscReconcile } from './mbsc-controller.ts';
import { createMcmReconcile, kernelClaim } from './mcm-controller.ts';
import { createMicReconcile } from './mic-controller.ts';
import { keyOf, ownerName } from './objects.ts';
import { createWorker } from './worker.ts';
import { controllerPace, createWriter } from './writer.ts';

export interface KmmHubOptions {
  api: Api;
  clock: LabClock;
  /** Which selected cluster a pass begins with. */
  random: Pick<Random, 'whole'>;
  /** Of the operator: MICs, MBSCs, Builds and pull pods are here, and the Secrets and ConfigMaps they name. */
  namespace: string;
  /** RELATED_IMAGE_SIGN; the recorded runs had none. */
  signImage?: string;
  /** The manager's log: what the real one only logs. */
  log?: (line: string) => void;
}

/**
 * KMM-Hub, Red Hat edition, doing what the real one was seen to do (real-hub.md 2), defects and pace included. Acts on
 * `api` alone until `stop`.
 */
export function createKmmHub(options: KmmHubOptions): { stop(): void } {
  const { clock, random, namespace, log = () => {} } = options;
  const api = options.api.as('kmm-operator-hub');
  const write = createWriter(api, clock, controllerPace);
  const watch = {
    mcms: createInformer(api, kinds.ManagedClusterModule),
    clusters: createInformer(api, kinds.ManagedCluster),
    works: createInformer(api, kinds.ManifestWork),
    mics: createInformer(api, kinds.ModuleImagesConfig),
    mbscs: createInformer(api, kinds.ModuleBuildSignConfig),
    builds: createInformer(api, kinds.Build),
    pods: createInformer(api, kinds.Pod),
    nodes: createInformer(api, kinds.Node),
    configMaps: createInformer(api, kinds.ConfigMap),
    secrets: createInformer(api, kinds.Secret),
  };
  const { mcms, clusters, works, mics, mbscs, builds, pods } = watch;
  const ownedBy = (kind: string) => (object: KubeObject) => {
    const owner = ownerName(object, kind);
    return owner && `${object.metadata.namespace}/${owner}`;
  };
  const pullPods = indexBy(pods, (pod) => {
    const owner = pod.metadata.labels?.[kmm.imageOwner];
    return owner && pod.metadata.namespace === namespace ? `${namespace}/${owner}` : undefined;
  });
  const inputs = {
    dockerfile(name: string) {
      const data = watch.configMaps.get(name, namespace)?.data as Record<string, string> | undefined;
      if (!data)
        throw new Error(`failed to get Dockerfile ConfigMap ${namespace}/${name}: ConfigMap "${name}" not found`);
      if (data.dockerfile === undefined)
        throw new Error(`invalid Dockerfile ConfigMap ${name} format, dockerfile key is missing`);
      return data.dockerfile;
    },
    secretKey(name: string, key: string) {
      const data = watch.secrets.get(name, namespace)?.data as Record<string, string> | undefined;
      if (!data) throw new Error(`failed to get Secret ${namespace}/${name}: Secret "${name}" not found`);
      if (data[key] === undefined) throw new Error(`invalid Secret ${namespace}/${name} format, ${key} key is missing`);
      return data[key];
    },
    dtk: createDtkLookup(watch.nodes),
    signImage: options.signImage ?? '',
  };
  const report = (key: string, error: unknown) =>
    log(`${key}: ${error instanceof Error ? error.message : String(error)}`);
  const mcmWorks = indexBy(works, (work) => work.metadata.labels?.[names.moduleLabel]);
  const mcmWorker = createWorker(
    clock,
    createMcmReconcile({ mcms, clusters, mics, works: mcmWorks, workOf: works, write, clock, random, namespace, log }),
    report,
  );
  const micWorker = createWorker(clock, createMicReconcile({ mics, pullPods, mbscs, write }), report);
  const mbscBuilds = indexBy(builds, ownedBy('ModuleBuildSignConfig'));
  const mbscWorker = createWorker(
    clock,
    createMbscReconcile({ mbscs, builds: mbscBuilds, write, inputs, log }),
    report,
  );
  const eventWorker = createWorker(clock, createBuildEventsReconcile({ builds, mbscs, write, clock }), report);

  const wake = (worker: { add(key: string): void }, key: string | undefined) => key && worker.add(key);
  mcms.listen(({ object }) => object && mcmWorker.add(object.metadata.name!));
  works.listen(({ object, old }) => wake(mcmWorker, ownerName((object ?? old)!, 'ManagedClusterModule')));
  // Updates only (kmm.md 2.2).
  mics.listen(({ object, old }) => object && old && wake(mcmWorker, ownerName(object, 'ManagedClusterModule')));
  clusters.listen(({ object, old }) => {
    if (object && old && !worthALook(object, old)) return;
    for (const mcm of mcms.all()) {
      const { selector } = mcm.spec as { selector?: Record<string, string> };
      const matches = [object, old].some((one) => one && matchesLabels(one.metadata.labels, selector));
      if (matches) mcmWorker.add(mcm.metadata.name!);
    }
  });
  mics.listen(({ object }) => object && micWorker.add(keyOf(object)));
  pods.listen(({ object, old }) => wake(micWorker, ownedBy('ModuleImagesConfig')((object ?? old)!)));
  mbscs.listen(({ object, old }) => wake(micWorker, ownedBy('ModuleImagesConfig')((object ?? old)!)));
  mbscs.listen(({ object }) => object && mbscWorker.add(keyOf(object)));
  builds.listen(({ object, old }) => wake(mbscWorker, ownedBy('ModuleBuildSignConfig')((object ?? old)!)));
  builds.listen(({ object }) => object && eventWorker.add(keyOf(object)));
  return {
    stop() {
      for (const informer of Object.values(watch)) informer.stop();
      for (const worker of [mcmWorker, micWorker, mbscWorker, eventWorker]) worker.stop();
    },
  };
}

/** Labels or the kernel claim changed; a claim that went away is not seen (real-ocm.md G6). */
function worthALook(object: KubeObject, old: KubeObject): boolean {
  if (!same(object.metadata.labels, old.metadata.labels)) return true;
  const claim = kernelClaim(object);
  return claim !== undefined && claim !== kernelClaim(old);
}
