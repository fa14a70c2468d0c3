import { createHash, createPrivateKey, sign } from 'node:crypto';
import type { Descriptor } from '../types.ts';
import type { LayoutWriter } from './layout-writer.ts';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const signed = 'application/vnd.dev.cosign.simplesigning.v1+json';
const sbom = 'application/spdx+json';

/** An Ed25519 key made of the seed (RFC 8410): signatures repeat, as all else here does. */
function keyOf(seed: number) {
  const secret = createHash('sha256').update(`${seed} signing`).digest();
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), secret]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

/** cosign's signature of an image, under the tag `sha256-<hex>.sig` beside it. */
export function addSignature(layout: LayoutWriter, seed: number, repository: string, image: Descriptor): void {
  const payload = JSON.stringify({
    critical: {
      identity: { 'docker-reference': repository },
      image: { 'docker-manifest-digest': image.digest },
      type: 'cosign container image signature',
    },
    optional: null,
  });
  const signature = sign(null, Buffer.from(payload), keyOf(seed)).toString('base64');
  const layer = { ...layout.blob(payload, signed), annotations: { 'dev.cosignproject.cosign/signature': signature } };
  const rootfs = { type: 'layers', diff_ids: [layer.digest] };
  const config = layout.blob(
    JSON.stringify({ architecture: '', os: '', config: {}, rootfs }),
    'application/vnd.oci.image.config.v1+json',
  );
  const manifest = { schemaVersion: 2, mediaType: manifestType, config, layers: [layer] };
  layout.root(
    `${repository}:${image.digest.replace(':', '-')}.sig`,
    layout.blob(JSON.stringify(manifest), manifestType),
  );
}

/** A list of what is in an image, as an artifact that refers to it (image-spec manifest.md, subject). */
export function addSbom(layout: LayoutWriter, repository: string, image: Descriptor): void {
  const { mediaType, digest, size } = image;
  const layer = layout.blob(JSON.stringify({ spdxVersion: 'SPDX-2.3', name: `${repository}@${digest}` }), sbom);
  const config = layout.blob('{}', 'application/vnd.oci.empty.v1+json');
  const manifest = layout.blob(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      artifactType: sbom,
      config,
      layers: [layer],
      subject: { mediaType, digest, size },
    }),
    manifestType,
  );
  layout.root(`${repository}@${manifest.digest}`, manifest);
}
