import type { z } from 'zod';
import type { ModuleSet } from '../../../shared/contract/image-set.ts';
import { fault, toFault } from '../../../shared/fault.ts';
import { mappingFor } from '../../../shared/rules/kernel-mapping.ts';
import { parseReference } from '../../images/reference.ts';
import type { Basket } from '../image-set/basket.ts';
import type { ResolveEffects } from '../image-set/effects.ts';
import { pin, wanted } from '../image-set/pin.ts';
import { isManifestText, type ModuleManifest, readModule } from './module-manifest.ts';

/**
 * The images of modules: for each kernel the one that KMM's own mapping rules give, and the module's device plugin and DRA images. A
 * kernel without a mapping, or whose image is not there, is a gap that names it.
 */
export async function resolveModules(
  modules: readonly z.output<typeof ModuleSet>[],
  effects: ResolveEffects,
  basket: Basket,
): Promise<void> {
  for (const [index, { manifest, kernels }] of modules.entries()) {
    const place = isManifestText(manifest) ? `modules.${index}` : manifest;
    await basket.part(place, async () => {
      const module = readModule(isManifestText(manifest) ? manifest : await readText(manifest, effects));
      effects.onStep?.(`the module ${module.name}`);
      warnOfNamespace(module, basket);
      await Promise.all([
        ...kernels.map((kernel) =>
          basket.part(`${module.name} for ${kernel}`, () => resolveKernel(module, kernel, effects, basket)),
        ),
        ...pluginImages(module).map((image) =>
          basket.part(image, async () => {
            const reference = parseReference(image);
            const pinned = await pin(reference, effects);
            basket.add(wanted(pinned, reference, { category: 'kmod', facts: { module: module.name, role: 'plugin' } }));
          }),
        ),
      ]);
    });
  }
}

async function readText(place: string, { fetch, signal }: ResolveEffects): Promise<string> {
  return (await fetch(place, { limit: 4 * 1024 * 1024, signal })).toString('utf8');
}

async function resolveKernel(
  { name, namespace, spec }: ModuleManifest,
  kernel: string,
  effects: ResolveEffects,
  basket: Basket,
): Promise<void> {
  if (!spec.moduleLoader?.container) return;
  const mapped = mappingFor(spec, kernel, { name, namespace });
  if (!mapped) throw noMapping(name, kernel);
  if (!mapped.image) throw noImage(name, kernel);
  const facts = { module: name, kernel: mapped.kernel, role: 'kmod' };
  const add = async (image: string, role: string) => {
    const reference = parseReference(image);
    basket.add(wanted(await pin(reference, effects), reference, { category: 'kmod', facts: { ...facts, role } }));
  };
  try {
    await add(mapped.image, 'kmod');
  } catch (error) {
    const unsigned = mapped.build ? undefined : mapped.sign?.unsignedImage;
    if (toFault(error).code !== 'registry.notFound') throw error;
    if (!unsigned) throw notBuilt(name, kernel, mapped.image, mapped.build !== undefined);
    await add(unsigned, 'unsigned');
    basket.warn(
      `${mapped.image} of ${name} is not there yet: its unsigned image ${unsigned} is taken, to be signed at the site.`,
    );
  }
}

/** The hub and the spoke fill MOD_NAMESPACE differently (kmm.md 2.7, defect 3). */
function warnOfNamespace({ kind, name, spec }: ModuleManifest, basket: Basket): void {
  const container = spec.moduleLoader?.container;
  const images = [container?.containerImage, ...(container?.kernelMappings ?? []).map((each) => each.containerImage)];
  if (kind === 'ManagedClusterModule' && images.some((image) => image?.includes('MOD_NAMESPACE'))) {
    basket.warn(
      `${name} has MOD_NAMESPACE in an image: the hub fills in its own namespace, spokes theirs. The spokes' image is taken.`,
    );
  }
}

type Json = Record<string, unknown>;
const part = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});

/** Images of the device plugin and the DRA driver, with their init containers. */
function pluginImages({ spec }: ModuleManifest): string[] {
  const found = [spec.devicePlugin, spec.dra].flatMap((plugin) =>
    [part(plugin)['container'], part(plugin)['initContainer']].map((container) => part(container)['image']),
  );
  return [...new Set(found.filter((image): image is string => typeof image === 'string' && image !== ''))];
}

const noMapping = (name: string, kernel: string) =>
  fault(
    'modules.noMapping',
    `No kernel mapping of ${name} matches ${kernel}.`,
    'Add a mapping, or take the kernel out of the set.',
    {
      field: 'modules',
      about: [kernel],
    },
  );

const noImage = (name: string, kernel: string) =>
  fault(
    'modules.noImage',
    `The mapping of ${name} for ${kernel} names no image.`,
    'Add containerImage to the mapping or container.',
    {
      field: 'modules',
      about: [kernel],
    },
  );

const notBuilt = (name: string, kernel: string, image: string, builds: boolean) =>
  fault(
    'registry.notFound',
    `${image}, which ${name} needs for ${kernel}, is not there.`,
    builds ? 'Let the hub or this laptop build it and push it, then plan again.' : 'Push it, or correct the mapping.',
    { field: 'modules', about: [kernel] },
  );
