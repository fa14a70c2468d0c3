import { FaultError } from '../../../shared/fault.ts';
import { mappingFor } from '../../../shared/rules/kernel-mapping.ts';
import { kernelsOfClaim } from '../../../shared/rules/kernel-template.ts';
import type { ModuleSpec } from '../../../shared/rules/module-spec.ts';
import { same } from '../../apiserver/same.ts';
import { specForSpoke, workSpec } from './manifest-work.ts';
import { imageSpec, micSpec } from './mic.ts';
import type { Mcm, MicSpec } from './objects.ts';

export interface Delivered {
  /** What the module in memory has become: the mappings of this cluster alone (real-hub.md 2, no. 1). */
  spoilt: ModuleSpec;
  work: ReturnType<typeof workSpec>;
}

/** What KMM-Hub wants of a cluster with that claim, given the module as it stands in memory at that moment. */
export interface Plan {
  /** The images, or the reason why they can't be told. */
  images(spec: ModuleSpec, claim: string): MicSpec | FaultError;
  deliver(spec: ModuleSpec, claim: string): Delivered;
}

/** Of one version of an MCM. The same question gets the same object, so that 1,748 equal clusters are worked out once. */
export function createPlan(mcm: Mcm, operatorNamespace: string): Plan {
  const name = mcm.metadata.name!;
  const images = new WeakMap<ModuleSpec, Map<string, MicSpec | FaultError>>();
  const works = new WeakMap<ModuleSpec, Map<string, Delivered>>();
  function kept<T>(memory: WeakMap<ModuleSpec, Map<string, T>>, spec: ModuleSpec, claim: string, make: () => T): T {
    const byClaim = memory.get(spec) ?? new Map<string, T>();
    memory.set(spec, byClaim);
    const value = byClaim.get(claim) ?? make();
    byClaim.set(claim, value);
    return value;
  }
  return {
    images: (spec, claim) =>
      kept(images, spec, claim, () => {
        try {
          // MOD_NAMESPACE is the operator's here, the spoke's in the work (kmm.md 2.7).
          const id = { name, namespace: operatorNamespace };
          const mapped = kernelsOfClaim(claim).flatMap((kernel) => mappingFor(spec, kernel, id) ?? []);
          const { tolerations: _, ...rest } = micSpec(
            mapped.map((one) => imageSpec(one)),
            spec,
          );
          return rest;
        } catch (error) {
          if (error instanceof FaultError) return error;
          throw error;
        }
      }),
    deliver: (spec, claim) =>
      kept(works, spec, claim, () => {
        const module = specForSpoke(spec, kernelsOfClaim(claim), name, mcm.spec.spokeNamespace);
        return { spoilt: same(module, spec) ? spec : module, work: workSpec(mcm, module) };
      }),
  };
}
