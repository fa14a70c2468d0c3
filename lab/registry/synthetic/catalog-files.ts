import { stringify } from 'yaml';
import type { Bundle } from './bundle.ts';
import type { PackagePlan } from './packages.ts';
import type { TarFile } from './tar.ts';

/** The blobs of one package in a file-based catalog (operator-registry, alpha/declcfg). */
export function packageBlobs(plan: PackagePlan, bundles: readonly Bundle[]): object[] {
  const named = (version: string) => `${plan.name}.v${version}`;
  const deprecations = plan.deprecated?.map((version) => ({
    reference: { schema: 'olm.bundle', name: named(version) },
    message: `${named(version)} is not supported any more. Update to a newer version.\n`,
  }));
  return [
    { schema: 'olm.package', name: plan.name, defaultChannel: plan.defaultChannel, description: plan.name },
    ...Object.entries(plan.channels).map(([name, entries]) => ({
      schema: 'olm.channel',
      name,
      package: plan.name,
      entries: entries.map(({ version, replaces, skips, skipRange }) => ({
        name: named(version),
        ...(replaces && { replaces: named(replaces) }),
        ...(skips && { skips: skips.map(named) }),
        ...(skipRange && { skipRange }),
      })),
    })),
    ...bundles.map(({ name, version, image, relatedImages }) => ({
      schema: 'olm.bundle',
      name,
      package: plan.name,
      image,
      properties: propertiesOf(plan, name, version),
      relatedImages,
    })),
    ...(deprecations ? [{ schema: 'olm.deprecations', package: plan.name, entries: deprecations }] : []),
  ];
}

function propertiesOf(plan: PackagePlan, name: string, version: string): object[] {
  const { provides, requires, requiresKind } = plan;
  return [
    { type: 'olm.package', value: { packageName: plan.name, version } },
    { type: 'olm.gvk', value: provides },
    ...(requires ? [{ type: 'olm.package.required', value: requires }] : []),
    ...(requiresKind ? [{ type: 'olm.gvk.required', value: requiresKind }] : []),
    {
      type: 'olm.csv.metadata',
      value: {
        annotations: { capabilities: 'Seamless Upgrades' },
        displayName: plan.name,
        description: `${name} of a synthetic catalog. `.repeat(60),
        maturity: 'stable',
        provider: { name: 'Synthetic' },
      },
    },
  ];
}

/** Its file: a stream of JSON values, or of YAML documents. */
export function packageFile(plan: PackagePlan, blobs: readonly object[]): TarFile {
  return plan.yaml
    ? { name: `configs/${plan.name}/catalog.yaml`, bytes: blobs.map((blob) => `---\n${stringify(blob)}`).join('') }
    : {
        name: `configs/${plan.name}/catalog.json`,
        bytes: blobs.map((blob) => `${JSON.stringify(blob, null, 4)}\n`).join(''),
      };
}
