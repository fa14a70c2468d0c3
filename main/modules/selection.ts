import { toFault } from '../../shared/fault.ts';
import { mappingFor } from '../../shared/rules/kernel-mapping.ts';
import type { ModuleSpec } from '../../shared/rules/module-spec.ts';
import { splitKernels } from '../store/spokes.ts';
import type { Target } from './targets.ts';

/** What KMM makes of a module for one kernel; mapping -1: none matches, or the one that does cannot be used (`error`). */
export interface KernelChoice {
  kernel: string;
  mapping: number;
  image: string;
  build: boolean;
  sign: boolean;
  error: string;
}

/** Spokes that run the same kernels; `kernels` is empty for those without KMM's claim. */
export interface KernelGroup {
  kernels: string[];
  spokes: string[];
  operative: number;
  plans: KernelChoice[];
}

export interface Selection {
  targets: Target[];
  groups: KernelGroup[];
}

function choose(module: ModuleSpec, kernel: string, id: { name: string; namespace: string }): KernelChoice {
  const none = { kernel, mapping: -1, image: '', build: false, sign: false, error: '' };
  try {
    const mapped = mappingFor(module, kernel, id);
    if (!mapped) return none;
    const { index, image, build, sign } = mapped;
    return { kernel, mapping: index, image, build: build !== undefined, sign: sign !== undefined, error: '' };
  } catch (error) {
    return { ...none, error: toFault(error).message };
  }
}

/** Groups the selected spokes by their kernels and asks KMM's rules once for each kernel. */
export function selectionOf(targets: Target[], module: ModuleSpec, id: { name: string; namespace: string }): Selection {
  const groups = new Map<string, KernelGroup>();
  for (const { name, kernels, operative } of targets) {
    let group = groups.get(kernels);
    if (!group) {
      const list = splitKernels(kernels);
      group = { kernels: list, spokes: [], operative: 0, plans: list.map((kernel) => choose(module, kernel, id)) };
      groups.set(kernels, group);
    }
    group.spokes.push(name);
    group.operative += operative;
  }
  return { targets, groups: [...groups.values()] };
}
