import { toFault } from '../../shared/fault.ts';
import { compileRegexp } from '../../shared/rules/kernel-mapping.ts';
import { fillTemplate } from '../../shared/rules/kernel-template.ts';
import type { KernelMapping, LoaderContainer, Modprobe, SignSection } from '../../shared/rules/module-spec.ts';
import type { Path, Say } from './lint-text.ts';

/** Rules of KMM's webhook on spec.moduleLoader.container (kmm.md 1.5), with what it misses. */
export function lintLoader(container: LoaderContainer, at: Path, say: Say): void {
  const mappings = container.kernelMappings ?? [];
  for (const [index, mapping] of mappings.entries()) {
    lintMapping(container, mapping ?? {}, [...at, 'kernelMappings', index], say);
  }
  if (container.modprobe) lintModprobe(container.modprobe, [...at, 'modprobe'], say);
  inTree(container, container, at, say);
  const dir = container.modprobe?.dirName || '/opt';
  if (container.sign) lintSign(container.sign, dir, [...at, 'sign'], say);
  const policy = container.imagePullPolicy;
  if (policy && !['Always', 'IfNotPresent', 'Never'].includes(policy)) {
    say(
      'error',
      'image.pullPolicy',
      [...at, 'imagePullPolicy'],
      `${policy} is no pull policy: no pod could be made with it.`,
      'Write Always, IfNotPresent or Never.',
    );
  }
}

function lintMapping(container: LoaderContainer, mapping: KernelMapping, at: Path, say: Say): void {
  const { literal, regexp } = mapping;
  if (literal && regexp) {
    say(
      'error',
      'mapping.both',
      [...at, 'regexp'],
      'This mapping has a literal and a regexp; KMM takes exactly one.',
      'Remove one of them.',
    );
  } else if (!literal && !regexp) {
    say(
      'error',
      'mapping.neither',
      at,
      'This mapping has neither literal nor regexp.',
      'Add the kernel as literal, or a regexp.',
    );
  }
  if (regexp) {
    try {
      compileRegexp(regexp, '');
    } catch (error) {
      const { message, remedy } = toFault(error);
      say('error', 'regexp.invalid', [...at, 'regexp'], message, remedy);
    }
  }
  const own = mapping.containerImage ? mapping : container;
  lintImage(own.containerImage ?? '', mapping.containerImage ? [...at, 'containerImage'] : at, say);
  inTree(container, mapping, at, say);
  const dir = container.modprobe?.dirName || '/opt';
  if (mapping.sign) lintSign(mapping.sign, dir, [...at, 'sign'], say);
  const sign = mapping.sign ?? container.sign;
  const unsigned = mapping.sign?.unsignedImage || container.sign?.unsignedImage;
  if (sign && !unsigned && !mapping.build && !container.build) {
    say(
      'error',
      'sign.noImage',
      [...at, ...(mapping.sign ? ['sign'] : [])],
      'There is nothing to sign: neither a build nor an unsignedImage is given.',
      'Add sign.unsignedImage, or a build section.',
    );
  }
  if (mapping.build && container.build)
    ignored(mapping.build, ['baseImageRegistryTLS', 'kanikoParams', 'selector'], [...at, 'build'], say);
  if (mapping.sign && container.sign) ignored(mapping.sign, ['unsignedImageRegistryTLS'], [...at, 'sign'], say);
  if (mapping.registryTLS && Object.keys(mapping.registryTLS).length > 0) {
    say(
      'info',
      'hub.registryTLS',
      [...at, 'registryTLS'],
      'KMM-Hub does not pass registryTLS of a mapping on to the spokes.',
      'Where spokes need it too, write it beside kernelMappings.',
    );
  }
}

/** What KMM drops where the container level has the same section (kmm.md 1.6). */
function ignored(section: object, names: readonly string[], at: Path, say: Say): void {
  for (const name of names) {
    if (!(name in section)) continue;
    say(
      'warning',
      'mapping.ignored',
      [...at, name],
      `KMM ignores ${name} here because the same section stands beside kernelMappings too.`,
      'Move it there.',
    );
  }
}

const variables = [
  'KERNEL_FULL_VERSION',
  'KERNEL_VERSION',
  'KERNEL_XYZ',
  'KERNEL_X',
  'KERNEL_Y',
  'KERNEL_Z',
  'MOD_NAME',
  'MOD_NAMESPACE',
];

/** A tag or digest must be there; the webhook is content with any colon, so it lets `registry:5000/x` pass. */
export function lintImage(image: string, at: Path, say: Say): void {
  if (image === '') {
    say(
      'error',
      'image.missing',
      at,
      'No containerImage is given, neither here nor beside kernelMappings.',
      'Add containerImage.',
    );
    return;
  }
  let last = image;
  try {
    last = fillTemplate(image, Object.fromEntries(variables.map((name) => [name, 'x'])));
  } catch (error) {
    const { message, remedy } = toFault(error);
    say('error', 'image.template', at, message, remedy);
    return;
  }
  if (!/[:@]/.test(last.slice(last.lastIndexOf('/') + 1))) {
    say(
      'error',
      'image.noTag',
      at,
      `The image ${image} has no tag and no digest.`,
      'Add a tag, e.g. :$KERNEL_FULL_VERSION.',
    );
  }
  for (const [, plain, braced] of image.matchAll(/\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*))/g)) {
    const name = plain ?? braced ?? '';
    if (variables.includes(name)) continue;
    say(
      'warning',
      'image.variable',
      at,
      `KMM knows no variable ${name}: it becomes nothing.`,
      `Known are ${variables.join(', ')}.`,
    );
  }
}

function inTree(container: LoaderContainer, part: KernelMapping, at: Path, say: Say): void {
  const single = part.inTreeModuleToRemove || (part !== container && container.inTreeModuleToRemove);
  const many = part.inTreeModulesToRemove?.length || (part !== container && container.inTreeModulesToRemove?.length);
  const here = part.inTreeModuleToRemove || part.inTreeModulesToRemove?.length;
  if (!single || !many || !here) return;
  say(
    'error',
    'inTree.both',
    [...at, part.inTreeModuleToRemove ? 'inTreeModuleToRemove' : 'inTreeModulesToRemove'],
    'inTreeModuleToRemove and inTreeModulesToRemove are both given.',
    'Keep inTreeModulesToRemove alone.',
  );
}

function lintModprobe(modprobe: Modprobe, at: Path, say: Say): void {
  const { moduleName, rawArgs, modulesLoadingOrder: order = [] } = modprobe;
  const load = (rawArgs?.load?.length ?? 0) > 0;
  const unload = (rawArgs?.unload?.length ?? 0) > 0;
  if (moduleName && (load || unload)) {
    say('error', 'modprobe.both', [...at, 'rawArgs'], 'moduleName and rawArgs are both given.', 'Keep one of them.');
  } else if (!moduleName && !(load && unload)) {
    say(
      'error',
      'modprobe.neither',
      at,
      'Neither moduleName nor rawArgs with load and unload is given.',
      'Add moduleName.',
    );
  }
  if (order.length === 0) return;
  const path = [...at, 'modulesLoadingOrder'];
  if (order.length < 2)
    say(
      'error',
      'modprobe.order',
      path,
      'The loading order needs at least two modules.',
      'Add the dependency, or remove the list.',
    );
  if (order[0] !== moduleName)
    say(
      'error',
      'modprobe.order',
      path,
      'The loading order must begin with moduleName.',
      `Put ${moduleName || 'moduleName'} first.`,
    );
  if (new Set(order).size < order.length)
    say('error', 'modprobe.order', path, 'The loading order names a module twice.', 'Name each once.');
}

function lintSign({ filesToSign = [] }: SignSection, dir: string, at: Path, say: Say): void {
  if (filesToSign.length === 0) {
    say('error', 'sign.noFiles', at, 'No file to sign is named.', 'Add filesToSign with the paths of the .ko files.');
  }
  filesToSign.forEach((file, index) => {
    if (typeof file === 'string' && file.startsWith(`${dir}/`)) return;
    say(
      'error',
      'sign.outside',
      [...at, 'filesToSign', index],
      `${file} is not below ${dir}.`,
      `Begin the path with ${dir}/, as modprobe.dirName says.`,
    );
  });
}
