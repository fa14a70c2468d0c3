import type { KubeObject } from '../../../shared/kube.ts';
import type { Hub } from '../../api.ts';
import type { LabClock } from '../../clock.ts';
import { kinds } from '../../kinds.ts';
import { kmmHubKinds, kmmSpokeKinds } from '../../schemas/kmm.ts';
import type { Random } from '../../world/random.ts';
import type { Spoke } from '../../world/spoke.ts';
import { createInformer } from '../ocm/informer.ts';
import { type BuildSystem, createBuildSystem } from './build-system.ts';
import { createImages, type Images } from './images.ts';
import { createKmmHub } from './kmm-hub.ts';
import type { BuildAction } from './objects.ts';
import { createPullKubelet } from './pull-kubelet.ts';
import { createSpokeKmm, type SpokeKmm } from './spoke-kmm.ts';
import type { KmmInstaller } from './types.ts';

export interface KmmOptions {
  hub: Pick<Hub, 'serve'>;
  clock: LabClock;
  /** Forked by name for hub and spokes: one spoke more changes nothing for the others. */
  random: Random;
  /** The kmod images that exist; default none. */
  images?: Images;
  /** A scenario's wish: the reason why this Build fails. */
  buildFails?: ((build: KubeObject, action: BuildAction) => string | undefined) | undefined;
}

/** KMM of the whole lab: the installer that OLM calls, and the registry's kmod images. */
export interface Kmm extends KmmInstaller {
  readonly images: Images;
  /** The last lines of KMM-Hub's log: what the real manager only logs. */
  hubLog(): readonly string[];
  /** What a pod on the hub has printed, for its log; undefined where nothing is known. */
  podLog(pod: KubeObject): string | undefined;
  /** What controllers on spokes could not do; a healthy lab leaves it empty. */
  spokeLog(): readonly string[];
  /** What is really in the kernel of a spoke's node; undefined where KMM is not installed. */
  inKernel(spoke: string): ReadonlyMap<string, string> | undefined;
  stop(): void;
}

/**
 * The hub's three nodes start about three pull pods a second between them, one each at a time (kubelet pulls serially).
 * With the pace of KMM-Hub this brings 1,748 modules in after about 11 minutes, as in the published scale test.
 */
const hubPulls = { lanes: 3, pullMs: [700, 1_100] } as const;

const logLines = 2_000;

/** Nothing runs before `hub` or `spoke` is called; `stop` ends all of it. */
export function createKmm({ hub, clock, random, images = createImages(), buildFails }: KmmOptions): Kmm {
  let stopHub: (() => void) | undefined;
  let builds: BuildSystem | undefined;
  const spokes = new Map<string, { kmm: SpokeKmm; unlisten: () => void }>();
  const hubLines: string[] = [];
  const spokeLines: string[] = [];
  const noteIn = (lines: string[]) => (line: string) => {
    lines.push(line);
    if (lines.length > logLines) lines.splice(0, lines.length - logLines);
  };
  const kmm: Kmm = {
    images,
    hubLog: () => hubLines,
    spokeLog: () => spokeLines,
    podLog: (pod) => builds?.logOf(pod),
    inKernel: (name) => spokes.get(name)?.kmm.inKernel(name),
    hub(api, namespace) {
      stopHub?.();
      hub.serve(kmmHubKinds);
      const pods = createInformer(api, kinds.Pod);
      const own = random.fork('kmm-hub');
      builds = createBuildSystem({
        api,
        clock,
        random: own.fork('builds'),
        images,
        ...(buildFails && { fails: buildFails }),
      });
      const parts = [
        createKmmHub({
          api,
          clock,
          random: own,
          namespace,
          log: noteIn(hubLines),
        }),
        createPullKubelet({ api: api.as('kubelet'), pods, clock, random: own.fork('pulls'), images, ...hubPulls }),
        builds,
        pods,
      ];
      stopHub = () => {
        for (const part of parts) part.stop();
      };
    },
    spoke(spoke: Spoke, namespace: string) {
      kmm.removeSpoke(spoke);
      const { core } = spoke;
      core.serve(
        kmmSpokeKinds.filter((kind) => !core.registry.served(kind.group, kind.versions[0]!.name, kind.plural)),
      );
      const own = createSpokeKmm({
        api: spoke.api,
        clock: spoke.clock,
        random: spoke.random.fork('kmm'),
        images,
        accountNamespace: namespace,
        log: (line) => noteIn(spokeLines)(`${spoke.name}: ${line}`),
      });
      const unlisten = spoke.listen(({ type }) => {
        if (type === 'down') own.down();
        else if (type === 'up') own.up();
      });
      spokes.set(spoke.name, { kmm: own, unlisten });
    },
    removeHub() {
      stopHub?.();
      stopHub = undefined;
    },
    removeSpoke({ name }) {
      const found = spokes.get(name);
      found?.unlisten();
      found?.kmm.stop();
      spokes.delete(name);
    },
    stop() {
      kmm.removeHub();
      for (const { kmm: own, unlisten } of spokes.values()) {
        unlisten();
        own.stop();
      }
      spokes.clear();
    },
  };
  return kmm;
}
