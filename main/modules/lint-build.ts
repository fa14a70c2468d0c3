import type { ModuleSpec } from '../../shared/rules/module-spec.ts';
import { many } from './delivery-words.ts';
import type { HubFacts } from './hub-facts.ts';
import type { Path, Say } from './lint-text.ts';
import type { Selection } from './selection.ts';

const container: Path = ['spec', 'moduleSpec', 'moduleLoader', 'container'];

/** Kernels that the hub would have to build for, with their spokes and the mapping that says so. */
function toBuild({ groups }: Selection, exists: (image: string) => boolean) {
  const kernels = new Map<string, { mapping: number; spokes: string[] }>();
  for (const { plans, spokes } of groups) {
    for (const { kernel, mapping, image, build } of plans) {
      if (mapping < 0 || !build || exists(image)) continue;
      const known = kernels.get(kernel) ?? { mapping, spokes: [] };
      known.spokes.push(...spokes);
      kernels.set(kernel, known);
    }
  }
  return kernels;
}

/**
 * real-hub.md 2, no. 6: DTK_AUTO finds the driver toolkit by the kernels of the hub's own nodes. For another kernel KMM-Hub only
 * logs, and the build never starts. Where the nodes or the Dockerfile are not known, that is said, not guessed.
 */
export function lintBuild(
  module: ModuleSpec,
  selection: Selection,
  exists: (image: string) => boolean,
  { kernels, dockerfiles }: HubFacts,
  say: Say,
): void {
  const loader = module.moduleLoader?.container;
  for (const [kernel, { mapping, spokes }] of toBuild(selection, exists)) {
    if (kernels?.has(kernel)) continue;
    const own = loader?.kernelMappings?.[mapping]?.build;
    const file = own?.dockerfileConfigMap?.name ?? loader?.build?.dockerfileConfigMap?.name ?? '';
    const automatic = dockerfiles?.get(file);
    if (automatic === false) continue;
    const at: Path = own ? [...container, 'kernelMappings', mapping, 'build'] : [...container, 'build'];
    const remedy = `Name the driver toolkit image of ${kernel} in the Dockerfile ${file}, or push the image to the registry.`;
    if (!kernels) {
      say(
        'info',
        'build.hubKernels',
        at,
        `The kernels of the hub's own nodes are not known: if the Dockerfile uses DTK_AUTO and no hub node runs ${kernel}, the build never starts.`,
        'Connect with the right to list nodes, then check again.',
      );
    } else if (automatic) {
      say(
        'error',
        'selection.dtkAuto',
        at,
        `The Dockerfile uses DTK_AUTO, which knows only kernels of the hub's own nodes (${[...kernels].join(', ')}): for ${kernel} (${many(spokes.length, 'spoke')}) the build never starts.`,
        remedy,
        spokes,
      );
    } else {
      say(
        'warning',
        'build.dtkAuto',
        at,
        `No node of the hub runs ${kernel}. If the Dockerfile uses DTK_AUTO, which could not be read, the build for ${many(spokes.length, 'spoke')} never starts.`,
        remedy,
        spokes,
      );
    }
  }
}
