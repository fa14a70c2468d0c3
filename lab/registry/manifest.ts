import { parseDigest } from './digest.ts';
import { RegistryError } from './errors.ts';
import type { Descriptor, Digest } from './types.ts';

const image = 'application/vnd.oci.image.manifest.v1+json';
/** The index of the OCI, which the referrers API answers with. */
export const ociIndex = 'application/vnd.oci.image.index.v1+json';
const dockerImage = 'application/vnd.docker.distribution.manifest.v2+json';
const dockerList = 'application/vnd.docker.distribution.manifest.list.v2+json';
const images = [image, dockerImage];
const indexes = [ociIndex, dockerList];
const foreign = /nondistributable|image\.rootfs\.foreign/;

/** What a registry reads out of a manifest. */
export interface ManifestFacts {
  mediaType: string;
  /** Blobs that must be in the repository; layers that may not be distributed are left out. */
  blobs: Digest[];
  /** Manifests an index names. */
  children: Digest[];
  subject?: Digest;
  artifactType?: string;
  annotations?: Record<string, string>;
}

const invalid = (message: string) => new RegistryError(400, 'MANIFEST_INVALID', message);

/**
 * Reads an image manifest or index, OCI's or Docker's. `contentType` is what the client called it; the manifest's own word must
 * be the same. Throws MANIFEST_INVALID.
 */
export function readManifest(bytes: Buffer, contentType?: string): ManifestFacts {
  let body: Record<string, unknown>;
  try {
    body = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
  } catch {
    throw invalid('the manifest is not JSON');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalid('the manifest is not an object');
  if (body['schemaVersion'] !== 2)
    throw invalid(`schemaVersion must be 2, not ${JSON.stringify(body['schemaVersion'])}`);
  const own = typeof body['mediaType'] === 'string' ? body['mediaType'] : undefined;
  const guess = Array.isArray(body['manifests']) ? ociIndex : image;
  const mediaType = contentType || own || guess;
  if (own && own !== mediaType) throw invalid(`mediaType is ${own}, Content-Type ${mediaType}`);
  if (indexes.includes(mediaType)) return indexFacts(body, mediaType);
  if (images.includes(mediaType)) return imageFacts(body, mediaType);
  throw invalid(`media type ${mediaType} is not one of ${[...images, ...indexes].join(', ')}`);
}

function imageFacts(body: Record<string, unknown>, mediaType: string): ManifestFacts {
  const config = descriptor(body['config'], 'config');
  const layers = list(body['layers'], 'layers');
  const here = layers.filter((layer) => !foreign.test(layer.mediaType));
  const artifactType = text(body['artifactType']) ?? config.mediaType;
  return {
    mediaType,
    blobs: [config, ...here].map(({ digest }) => digest),
    children: [],
    artifactType,
    ...common(body),
  };
}

function indexFacts(body: Record<string, unknown>, mediaType: string): ManifestFacts {
  const artifactType = text(body['artifactType']);
  return {
    mediaType,
    blobs: [],
    children: list(body['manifests'], 'manifests').map(({ digest }) => digest),
    ...(artifactType && { artifactType }),
    ...common(body),
  };
}

function common(body: Record<string, unknown>) {
  const { subject, annotations } = body;
  return {
    ...(subject != null && { subject: descriptor(subject, 'subject').digest }),
    ...(annotations != null && { annotations: annotations as Record<string, string> }),
  };
}

const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined);

function descriptor(value: unknown, field: string): Descriptor {
  const { mediaType, digest, size } = (value ?? {}) as Partial<Descriptor>;
  const checked = typeof digest === 'string' ? parseDigest(digest) : undefined;
  if (!checked) throw invalid(`${field}.digest is missing or no sha256 or sha512 digest`);
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 0) throw invalid(`${field}.size is no size`);
  if (typeof mediaType !== 'string') throw invalid(`${field}.mediaType is missing`);
  return { mediaType, digest: checked, size };
}

function list(value: unknown, field: string): Descriptor[] {
  if (!Array.isArray(value)) throw invalid(`${field} is missing or no list`);
  return value.map((item, at) => descriptor(item, `${field}.${at}`));
}
