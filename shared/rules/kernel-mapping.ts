import { RE2JS } from 're2js';
import { fault } from '../fault.ts';
import { bareKernel, fillTemplate, kernelVariables, normalizeKernel } from './kernel-template.ts';
import type {
  BuildSection,
  KernelMapping,
  LoaderContainer,
  ModuleSpec,
  NameValue,
  RegistryTLS,
  SignSection,
} from './module-spec.ts';

/** Whose mapping is asked for: MOD_NAME and MOD_NAMESPACE of templates. */
export interface ModuleId {
  name: string;
  namespace: string;
}

/** What KMM makes of a module for one kernel. */
export interface MappedKernel {
  /** Position of the mapping that matched. */
  index: number;
  /** Without a trailing `+`. */
  kernel: string;
  normalizedKernel: string;
  image: string;
  build?: BuildSection;
  sign?: SignSection;
  registryTLS: RegistryTLS;
  inTreeModulesToRemove?: string[];
}

const mappingsField = (index: number) => `spec.moduleLoader.container.kernelMappings[${index}]`;
const compiled = new Map<string, RE2JS>();

/** A Go regular expression (RE2). Throws `mapping.regexp` when it doesn't compile; `field` names where it stands. */
export function compileRegexp(text: string, field: string): RE2JS {
  const known = compiled.get(text);
  if (known) return known;
  try {
    const regexp = RE2JS.compile(text);
    if (compiled.size > 1000) compiled.clear();
    compiled.set(text, regexp);
    return regexp;
  } catch (cause) {
    throw fault(
      'mapping.regexp',
      `The regular expression "${text}" does not compile: ${cause instanceof Error ? cause.message : String(cause)}.`,
      'Use Go syntax (RE2): no look-around and no back references.',
      { field, cause },
    );
  }
}

/**
 * The first mapping that matches: `literal` by equality, `regexp` anywhere in the kernel unless it is anchored.
 * `kernel` is taken as given (see `bareKernel`). A regexp that doesn't compile throws when it is reached, not before, as KMM does.
 */
export function findMapping(mappings: readonly KernelMapping[], kernel: string): number {
  return mappings.findIndex((mapping, index) => {
    if (mapping.literal && mapping.literal === kernel) return true;
    if (!mapping.regexp) return false;
    return compileRegexp(mapping.regexp, `${mappingsField(index)}.regexp`)
      .matcher(kernel)
      .find();
  });
}

/** Values of `over` replace those of the same name in place; new names go to the end, sorted, the last value of each. */
export function overrideArguments(base: readonly NameValue[], over: readonly NameValue[]): NameValue[] {
  const wanted = new Map(over.map((argument) => [argument.name, argument]));
  const merged = base.map((argument) => wanted.get(argument.name) ?? argument);
  for (const { name } of base) wanted.delete(name);
  return [...merged, ...[...wanted.values()].sort((a, b) => (a.name < b.name ? -1 : 1))];
}

/** Trap of kmm.md 1.6: baseImageRegistryTLS, kanikoParams and selector of the mapping are lost when both are there. */
export function mergeBuild(container?: BuildSection | null, mapping?: BuildSection | null): BuildSection | undefined {
  if (!container || !mapping) return container ?? mapping ?? undefined;
  const buildArgs = overrideArguments(container.buildArgs ?? [], mapping.buildArgs ?? []);
  const secrets = [...(container.secrets ?? []), ...(mapping.secrets ?? [])];
  return {
    ...container,
    ...(mapping.dockerfileConfigMap && { dockerfileConfigMap: mapping.dockerfileConfigMap }),
    ...(buildArgs.length > 0 && { buildArgs }),
    ...(secrets.length > 0 && { secrets }),
  };
}

/** Files to sign add up; unsignedImageRegistryTLS of the mapping is lost when both are there (kmm.md 1.6). */
export function mergeSign(container?: SignSection | null, mapping?: SignSection | null): SignSection | undefined {
  if (!container || !mapping) return container ?? mapping ?? undefined;
  return {
    ...container,
    ...(mapping.unsignedImage && { unsignedImage: mapping.unsignedImage }),
    ...(mapping.keySecret && { keySecret: mapping.keySecret }),
    ...(mapping.certSecret && { certSecret: mapping.certSecret }),
    filesToSign: [...(container.filesToSign ?? []), ...(mapping.filesToSign ?? [])],
  };
}

function inTree(container: LoaderContainer, mapping: KernelMapping): string[] | undefined {
  const single = mapping.inTreeModuleToRemove || container.inTreeModuleToRemove;
  return single ? [single] : (mapping.inTreeModulesToRemove ?? container.inTreeModulesToRemove ?? undefined);
}

/**
 * What KMM uses for `kernel` (kmm.md 1.6, 1.7), or undefined when no mapping matches or the module has no loader.
 * Throws `mapping.regexp`, `mapping.kernel` or `mapping.template`, with the field, where KMM would fail for this kernel.
 */
export function mappingFor(spec: ModuleSpec, kernel: string, id: ModuleId): MappedKernel | undefined {
  const container = spec.moduleLoader?.container;
  if (!container) return undefined;
  const bare = bareKernel(kernel);
  const mappings = container.kernelMappings ?? [];
  const index = findMapping(mappings, bare);
  const mapping = mappings[index];
  if (!mapping) return undefined;
  const variables = kernelVariables(bare);
  const fill = (template: string, field: string) =>
    fillTemplate(template, variables, `${mappingsField(index)}.${field}`);
  const build = mergeBuild(container.build, mapping.build);
  const sign = mergeSign(container.sign, mapping.sign);
  const inTreeModulesToRemove = inTree(container, mapping);
  return {
    index,
    kernel: bare,
    normalizedKernel: normalizeKernel(bare),
    image: fillTemplate(
      mapping.containerImage || container.containerImage || '',
      { ...variables, MOD_NAME: id.name, MOD_NAMESPACE: id.namespace },
      `${mappingsField(index)}.containerImage`,
    ),
    ...(build && { build }),
    ...(sign && {
      sign: {
        ...sign,
        ...(sign.unsignedImage !== undefined && { unsignedImage: fill(sign.unsignedImage, 'sign.unsignedImage') }),
        ...(sign.filesToSign && { filesToSign: sign.filesToSign.map((file) => fill(file, 'sign.filesToSign')) }),
      },
    }),
    registryTLS: mapping.registryTLS ?? container.registryTLS ?? {},
    ...(inTreeModulesToRemove && { inTreeModulesToRemove }),
  };
}
