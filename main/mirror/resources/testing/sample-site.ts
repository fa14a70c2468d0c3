import type { ImageCategory } from '../../../../shared/contract/mirror.ts';
import type { Digest } from '../../../images/types.ts';
import type { MirrorImage, WantedFile } from '../../types.ts';
import type { SiteContent } from '../types.ts';

const digestOf = (seed: string): Digest => `sha256:${Buffer.from(seed.padEnd(32, '.')).toString('hex').slice(-64)}`;

/** An image at a site; its path there is the one at its source where no other is given. */
export function image(
  category: ImageCategory,
  source: string,
  target = source.slice(source.indexOf('/') + 1),
  extra: Partial<MirrorImage> = {},
): MirrorImage {
  const digest = digestOf(source);
  return {
    name: `${source}@${digest}`,
    category,
    target: { repository: target, tag: digest.replace(':', '-') },
    sources: [source],
    by: 'digest',
    digest,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    sets: ['day'],
    pulledAt: '2026-11-22T10:00:00Z',
    attached: [],
    ...extra,
  };
}

/** A release signature of so many bytes. */
export const file = (hex: string, number: number, bytes = 20): WantedFile => ({
  path: `signatures/sha256=${hex}/signature-${number}`,
  mediaType: 'application/octet-stream',
  bytes: Buffer.alloc(bytes, 7),
});

const tagged: Partial<MirrorImage> = { by: 'tag' };

/** A site with something of every category. */
export function sampleSite(): SiteContent {
  const at = (repository: string, tag: string) => ({ target: { repository, tag } });
  return {
    address: 'reg.site:5000/edge',
    ca: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
    images: [
      image('release', 'quay.io/openshift-release-dev/ocp-release', 'openshift/release-images', {
        ...tagged,
        ...at('openshift/release-images', '4.12.6-x86_64'),
      }),
      image('component', 'quay.io/openshift-release-dev/ocp-v4.0-art-dev', 'openshift/release', {
        ...at('openshift/release', '4.12.6-x86_64-driver-toolkit'),
      }),
      image('graph', 'registry.access.redhat.com/ubi9/ubi', 'openshift/graph-image', {
        ...at('openshift/graph-image', 'a-base'),
        facts: { role: 'base' },
      }),
      image('graph', 'localhost/graph', 'openshift/graph-image', at('openshift/graph-image', 'latest')),
      image('catalog', 'registry.redhat.io/redhat/redhat-operator-index', 'redhat/redhat-operator-index', {
        facts: { role: 'base' },
      }),
      image('catalog', 'registry.redhat.io/redhat/redhat-operator-index', 'redhat/redhat-operator-index', {
        ...at('redhat/redhat-operator-index', 'v4.12'),
        facts: { role: 'catalog' },
      }),
      image('operator', 'registry.redhat.io/kmm/kernel-module-management-hub-operator-bundle'),
      image('operator', 'registry.redhat.io/kmm/kernel-module-management-rhel9-operator'),
      image('kmod', 'quay.io/team/kmods/kmm-kmod'),
      image('additional', 'docker.io/library/busybox', 'library/busybox', {
        ...tagged,
        ...at('library/busybox', '1.36'),
      }),
    ],
    files: [file('a'.repeat(64), 1), file('a'.repeat(64), 2), file('b'.repeat(64), 1)],
  };
}
