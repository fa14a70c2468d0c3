import type { Hub } from '../api.ts';
import { type Core, createCore } from '../apiserver/core.ts';
import type { KindSchema } from '../apiserver/kind-schema.ts';
import type { LabClock } from '../clock.ts';
import { acmKinds } from '../schemas/acm.ts';
import { kubernetesKinds } from '../schemas/kubernetes.ts';
import { ocmHubKinds, ocmSpokeKinds } from '../schemas/ocm.ts';
import { olmKinds } from '../schemas/olm.ts';
import { openshiftKinds } from '../schemas/openshift.ts';
import { configKindsOf, hubConfigKinds } from '../schemas/openshift-config.ts';
import type { Machine } from './node.ts';
import { createRandom, type Random } from './random.ts';
import { createSpoke, type Spoke } from './spoke.ts';

/** The hub and its spokes, before anyone acts in it. */
export interface World<H extends Hub = Core> {
  readonly hub: H;
  readonly clock: LabClock;
  readonly random: Random;
  readonly spokes: ReadonlyMap<string, Spoke>;
  /** A spoke of one node; its chance is its own, so that one spoke more changes nothing for the others. */
  addSpoke(options: { name: string; kernel: string; arch: 'amd64' | 'arm64'; openshift: string; rhcos: string }): Spoke;
}

/** What every hub serves before KMM is installed there. KMM's kinds come with its operator. */
const hubKinds: readonly KindSchema[] = [
  ...ocmHubKinds,
  ...acmKinds,
  ...olmKinds,
  ...openshiftKinds,
  ...hubConfigKinds,
];
const spokeKinds: readonly KindSchema[] = [...ocmSpokeKinds, ...olmKinds];

/** An empty world; `seed` makes its chance, names and uids repeatable. */
export function createWorld({ clock, seed }: { clock: LabClock; seed: number | string }): World {
  const random = createRandom(seed);
  const hubChance = random.fork('hub');
  const hub = createCore({ clock, builtins: kubernetesKinds, chance: hubChance.next, uid: hubChance.uuid });
  hub.serve(hubKinds);
  return createWorldAround(hub, clock, random);
}

/** A world without spokes whose hub is there already, such as a real API server. The spokes stay the lab's own. */
export function createWorldAround<H extends Hub>(hub: H, clock: LabClock, random: Random): World<H> {
  const spokes = new Map<string, Spoke>();
  return {
    hub,
    clock,
    random,
    spokes,
    addSpoke({ name, kernel, arch, openshift, rhcos }) {
      const own = random.fork(name);
      const machine: Machine = { name, kernel, arch, rhcos, bootId: own.uuid(), systemUuid: own.uuid() };
      const chance = own.fork('api');
      const core = createCore({
        clock,
        builtins: kubernetesKinds,
        chance: chance.next,
        uid: chance.uuid,
        namespaces: ['default'],
      });
      core.serve([...spokeKinds, ...configKindsOf(openshift)]);
      const spoke = createSpoke({ core, clock, random: own, machine, openshift });
      spokes.set(name, spoke);
      return spoke;
    },
  };
}
