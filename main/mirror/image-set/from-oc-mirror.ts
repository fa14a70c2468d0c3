import { stringify } from 'yaml';
import type { ImageSet } from '../../../shared/contract/image-set.ts';
import { fault } from '../../../shared/fault.ts';
import { checkImageSet } from './check-set.ts';
import { catalogOf, chartsOf, imageOf, releasesOf } from './oc-mirror-parts.ts';
import { type OcMirrorSet, OcMirrorSet as Schema } from './oc-mirror-schema.ts';
import { checkShape } from './schema-findings.ts';
import { readSetText } from './set-text.ts';

export interface Imported {
  yaml: string;
  /** What has no counterpart, or another meaning here; and what oc-mirror itself would refuse. */
  remarks: string[];
}

/**
 * An image set from oc-mirror v2's ImageSetConfiguration. Every key is either taken over or named in a remark.
 * Faults: set.import with the line and field when it is no such configuration (also v1alpha2, and the delete kind).
 */
export function fromOcMirror(yaml: string, name: string): Imported {
  const config = read(yaml);
  const { platform, operators, additionalImages, helm, blockedImages, samples } = config.mirror;
  const remarks: string[] = [];
  const releases = platform && releasesOf(platform, remarks);
  const blocked = blockedImages.map((image) => image.name);
  const platforms = commonPlatforms(config, remarks);
  const set = {
    apiVersion: 'bastion.kmm/v1',
    kind: 'ImageSet',
    name,
    ...(releases && { releases }),
    ...some(
      'catalogs',
      operators.map((operator) => catalogOf(operator, remarks)),
    ),
    ...some('images', additionalImages.map(imageOf)),
    ...some('charts', helm ? chartsOf(helm, remarks) : []),
    ...some('blocked', blocked),
    ...some('platforms', platforms),
  };
  if (config.archiveSize) {
    remarks.push(`archiveSize ${config.archiveSize}: the size of segments is chosen when a bundle is exported.`);
  }
  if (samples.length > 0) remarks.push('samples: oc-mirror never implemented them; left out.');
  const header = '# From an oc-mirror v2 ImageSetConfiguration.\n';
  const told = remarks.map((remark) => `# ${remark}\n`).join('');
  const written = header + told + stringify(set, { lineWidth: 0 });
  for (const { severity, field, message, remedy } of checkImageSet(written).findings) {
    if (severity === 'error') remarks.push(`To correct, ${field}: ${message} ${remedy}`);
  }
  return { yaml: written, remarks };
}

const some = <T>(key: keyof ImageSet, values: readonly T[]): Record<string, readonly T[]> =>
  values.length > 0 ? { [key]: values } : {};

function read(yaml: string): OcMirrorSet {
  const { value, findings, say } = readSetText(yaml);
  const given = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (findings.length === 0 && given['kind'] === undefined) {
    const message = 'This is no ImageSetConfiguration of mirror.openshift.io/v2alpha1: it has no kind.';
    throw fault('set.import', message, 'Give the configuration of oc-mirror v2.', { field: 'yaml' });
  }
  const kind = `${given['kind']} of ${given['apiVersion'] ?? 'no apiVersion'}`;
  if (findings.length === 0 && kind !== 'ImageSetConfiguration of mirror.openshift.io/v2alpha1') {
    throw fault(
      'set.import',
      `This is the kind ${kind}, no ImageSetConfiguration of mirror.openshift.io/v2alpha1.`,
      given['kind'] === 'DeleteImageSetConfiguration'
        ? 'Give the configuration that mirrors, not the one that deletes.'
        : 'Give the configuration of oc-mirror v2; for v1, change apiVersion and look through it.',
      { field: 'yaml' },
    );
  }
  const config = findings.length === 0 ? checkShape(Schema, value, say) : undefined;
  if (config) return config;
  const { line, field, message, remedy } = findings[0]!;
  throw fault('set.import', `Line ${line}${field ? `, ${field}` : ''}: ${message}`, remedy, { field: 'yaml' });
}

/** oc-mirror filters platforms per entry, we for the whole set. */
function commonPlatforms({ mirror }: OcMirrorSet, remarks: string[]): string[] {
  const { operators, additionalImages, helm } = mirror;
  const charts = [...(helm?.local ?? []), ...(helm?.repositories ?? []).flatMap((repository) => repository.charts)];
  const lists = [...operators, ...additionalImages, ...charts].map(({ platforms }) =>
    platforms.map(({ os, architecture }) => `${os}/${architecture}`).sort(),
  );
  const named = [...new Set(lists.flat())].sort();
  if (named.length === 0) return [];
  if (lists.some((list) => list.length === 0)) {
    remarks.push(
      'platforms are named at some entries only: here they hold for a whole set, so all platforms are taken.',
    );
    return [];
  }
  if (lists.some((list) => list.join() !== named.join())) {
    remarks.push(
      'platforms differ between entries: here they hold for the whole set, so each image gets all that are named.',
    );
  }
  return named;
}
