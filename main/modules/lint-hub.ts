import type { LoaderContainer, ModuleSpec } from '../../shared/rules/module-spec.ts';
import { lintLoader } from './lint-loader.ts';
import { lintTolerations, lintVolumes } from './lint-pods.ts';
import type { Path, Say } from './lint-text.ts';

/** What the hub is, as far as rules depend on it. */
export interface HubTraits {
  /** KMM after 2.6.0: its schema has dra, names may be one longer, hostPath is limited. */
  newer: boolean;
  operatorNamespace: string;
  /** moduleSpec of the live module of that name, if there is one. */
  live?: ModuleSpec;
}

const spec: Path = ['spec'];
const moduleSpec: Path = [...spec, 'moduleSpec'];
const container: Path = [...moduleSpec, 'moduleLoader', 'container'];

/** KMM's webhook rules on a module (kmm.md 1.5) and the hub's own defects that need no fleet to see (2.7). */
export function lintModule(name: string, spokeNamespace: string, module: ModuleSpec, hub: HubTraits, say: Say): void {
  const limit = hub.newer ? 41 : 40;
  const length = name.length + spokeNamespace.length;
  if (length > limit) {
    say(
      'error',
      'name.tooLong',
      ['metadata', 'name'],
      `Name and spokeNamespace have ${length} characters together; the spokes refuse more than ${limit}, the hub does not notice.`,
      `Shorten the name by ${length - limit}.`,
    );
  }
  if (module.dra && module.devicePlugin) {
    say(
      'error',
      'plugin.both',
      [...moduleSpec, 'dra'],
      'dra and devicePlugin exclude each other.',
      'Remove one of them.',
    );
  }
  if (Array.isArray(module.tolerations)) lintTolerations(module.tolerations, [...moduleSpec, 'tolerations'], say);
  if (hub.newer) {
    lintVolumes(module.devicePlugin, [...moduleSpec, 'devicePlugin'], say);
    lintVolumes(module.dra, [...moduleSpec, 'dra'], say);
  }
  const loader = module.moduleLoader?.container;
  if (!module.moduleLoader) {
    say(
      'error',
      'hub.noLoader',
      moduleSpec,
      'Without moduleLoader KMM-Hub crashes over this module again and again and delivers nothing.',
      'Add moduleLoader, or put a device plugin without a module on the spokes by other means.',
    );
  }
  if (!loader || typeof loader !== 'object') return;
  lintLoader(loader, container, say);
  versionFlip(loader, hub.live, say);
  namespaces(loader, spokeNamespace, hub, say);
  if (module.imageRepoSecret?.name) {
    say(
      'info',
      'secret.both',
      [...moduleSpec, 'imageRepoSecret', 'name'],
      `KMM copies no secrets: ${module.imageRepoSecret.name} must exist in ${hub.operatorNamespace} on the hub and in ${spokeNamespace} on every spoke.`,
      'Make it in both places before applying.',
    );
  }
}

function versionFlip({ version = '' }: LoaderContainer, live: ModuleSpec | undefined, say: Say): void {
  const before = live?.moduleLoader?.container?.version;
  if (!live?.moduleLoader || (version === '') === ((before ?? '') === '')) return;
  say(
    'error',
    'version.flip',
    [...container, 'version'],
    'A module with a version cannot lose it, and one without cannot get one.',
    before ? `Keep a version (it is ${before}).` : 'Remove version, or make a new module.',
  );
}

/** kmm.md 2.7, 3: on the hub MOD_NAMESPACE is the operator's namespace, in the work it is spokeNamespace. */
function namespaces(loader: LoaderContainer, spokeNamespace: string, hub: HubTraits, say: Say): void {
  if (spokeNamespace === hub.operatorNamespace) return;
  const check = (image: unknown, at: Path) => {
    if (typeof image !== 'string' || !/\$\{?MOD_NAMESPACE/.test(image)) return;
    say(
      'error',
      'hub.twoNamespaces',
      at,
      `MOD_NAMESPACE is ${hub.operatorNamespace} where the hub builds and ${spokeNamespace} where the spokes pull: they would look for an image that is never built.`,
      'Write the path out instead of MOD_NAMESPACE.',
    );
  };
  check(loader.containerImage, [...container, 'containerImage']);
  for (const [index, mapping] of (loader.kernelMappings ?? []).entries()) {
    check(mapping?.containerImage, [...container, 'kernelMappings', index, 'containerImage']);
  }
}
