import { FaultError } from '../../../shared/fault.ts';
import { type KubeObject, names } from '../../../shared/kube.ts';
import { matchesLabels } from '../../../shared/rules/selector.ts';
import { withoutNulls } from '../../apiserver/merge-patch.ts';
import { same } from '../../apiserver/same.ts';
import type { LabClock } from '../../clock.ts';
import { kinds } from '../../kinds.ts';
import type { Random } from '../../world/random.ts';
import { conditionOf } from '../ocm/conditions.ts';
import type { Informer } from '../ocm/informer.ts';
import type { IndexBy } from './index-by.ts';
import { manifestWork } from './manifest-work.ts';
import { createPlan, type Delivered, type Plan } from './mcm-plan.ts';
import { allImagesExist, newMic } from './mic.ts';
import type { Mcm, Mic, MicSpec } from './objects.ts';
import type { Writer } from './writer.ts';

export interface McmView {
  mcms: Informer;
  clusters: Informer;
  mics: Informer;
  /** ManifestWorks by the name of their MCM. */
  works: IndexBy;
  workOf: Informer;
  write: Writer;
  clock: LabClock;
  random: Pick<Random, 'whole'>;
  namespace: string;
  log: (line: string) => void;
}

/** KMM's claim as the hub holds it. */
export function kernelClaim(cluster: KubeObject): string | undefined {
  const { clusterClaims = [] } = (cluster.status ?? {}) as { clusterClaims?: { name: string; value: string }[] };
  return clusterClaims.find((one) => one.name === names.kernelClaim)?.value;
}

/**
 * Lab ms that one pass spends on each selected cluster besides its requests: the real one copies and compares three objects
 * of each. It used 10 s of CPU for the few passes that served 1,748 clusters (real-hub.md 2, no. 12).
 */
const thinkMs = 1;

/**
 * Where a pass begins. Its clusters come out of a Go map: in one order, but from a random slot on. A map of up to eight has
 * eight slots and the empty ones lie at the end, so that a few clusters mostly begin with the first.
 */
function firstOf(count: number, random: Pick<Random, 'whole'>): number {
  const slot = random.whole(0, Math.max(8, count) - 1);
  return slot < count ? slot : 0;
}

/**
 * KMM-Hub's reconcile of one ManagedClusterModule: all selected clusters in one pass (kmm.md 2.2), with its shared
 * mappings: the first cluster that is ready decides what later ones of the same pass get.
 */
export function createMcmReconcile(view: McmView): (name: string) => Promise<void> {
  const { mcms, clusters, mics, works, workOf, write, clock, random, namespace, log } = view;
  const plans = new WeakMap<Mcm['spec'], Plan>();
  // What was last found equal, so that a pass over an unchanged fleet compares references only.
  const equal = new WeakMap<object, object>();
  const equals = (spec: unknown, wanted: object) => {
    const have = spec as object;
    if (equal.get(have) === wanted) return true;
    if (!same(withoutNulls(have), withoutNulls(wanted))) return false;
    equal.set(have, wanted);
    return true;
  };

  async function setMic(mcm: Mcm, cluster: string, spec: MicSpec): Promise<Mic | undefined> {
    const name = `${mcm.metadata.name}-${cluster}`;
    const mic = mics.get(name, namespace) as Mic | undefined;
    if (!mic) {
      await write.create(newMic(name, namespace, spec, mcm));
      // The cache has not seen it yet: "failed to get MIC", and on with the next cluster.
      return undefined;
    }
    if (equals(mic.spec, spec)) return mic;
    const { ownerReferences } = newMic(name, namespace, spec, mcm).metadata;
    return write.patch(kinds.ModuleImagesConfig, mic, {
      ...mic,
      metadata: { ...mic.metadata, ownerReferences },
      spec,
    } as Mic);
  }

  async function setWork(mcm: Mcm, cluster: string, { work }: Delivered): Promise<void> {
    const found = workOf.get(mcm.metadata.name!, cluster);
    if (!found) {
      await write.create(manifestWork(mcm, cluster, work));
    } else if (!equals(found.spec, work)) {
      await write.patch(kinds.ManifestWork, found, { ...found, spec: work });
    }
  }

  async function pass(mcm: Mcm, plan: Plan, selected: readonly KubeObject[]): Promise<void> {
    let spec = mcm.spec.moduleSpec;
    for (const cluster of selected) {
      const name = cluster.metadata.name!;
      const claim = kernelClaim(cluster);
      if (claim === undefined) continue;
      // The manager panics here and recovers, for ever (kmm.md 2.7, defect 2).
      if (!spec.moduleLoader) throw new Error('Observed a panic: invalid memory address or nil pointer dereference');
      try {
        const images = plan.images(spec, claim);
        if (images instanceof FaultError) throw images;
        const mic = await setMic(mcm, name, images);
        if (!mic || !allImagesExist(mic)) continue;
        const delivered = plan.deliver(spec, claim);
        spec = delivered.spoilt;
        await setWork(mcm, name, delivered);
      } catch (error) {
        log(`${mcm.metadata.name}: cluster ${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  async function count(mcm: Mcm): Promise<void> {
    const owned = works.of(mcm.metadata.name!);
    const having = (type: string) => owned.filter((work) => conditionOf(work, type)?.status === 'True').length;
    const numbers = {
      numberDesired: owned.length,
      numberApplied: having('Applied'),
      numberDegraded: having('Degraded'),
    };
    const status = Object.fromEntries(Object.entries(numbers).filter(([, number]) => number > 0));
    if (owned.length === 0 && !mcm.status) return;
    await write.patch(kinds.ManagedClusterModule, mcm, { ...mcm, status }, 'status');
  }

  return async (name) => {
    const mcm = mcms.get(name) as Mcm | undefined;
    if (!mcm || mcm.metadata.deletionTimestamp) return;
    const plan = plans.get(mcm.spec) ?? createPlan(mcm, namespace);
    plans.set(mcm.spec, plan);
    const matching = [...clusters.all()].filter((one) => matchesLabels(one.metadata.labels, mcm.spec.selector));
    const from = firstOf(matching.length, random);
    await pass(mcm, plan, [...matching.slice(from), ...matching.slice(0, from)]);
    const wanted = new Set(matching.map((cluster) => cluster.metadata.name));
    for (const work of works.of(name)) {
      if (!wanted.has(work.metadata.namespace) && !work.metadata.deletionTimestamp)
        await write.remove(kinds.ManifestWork, work);
    }
    await count((mcms.get(name) as Mcm | undefined) ?? mcm);
    await clock.sleep(Math.max(1, matching.length * thinkMs));
  };
}
