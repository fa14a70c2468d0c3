import { fault } from '../../shared/fault.ts';
import { isDigest } from './digest.ts';
import {
  bareType,
  dockerManifest,
  isIndexType,
  isManifestType,
  isSchema1Type,
  ociArtifact,
  ociIndex,
  ociManifest,
} from './media-types.ts';
import type { Descriptor, Digest, Manifest } from './types.ts';

/**
 * What stands in a manifest. `image`: config and layers (artifacts too: their config is no image's); `index`: children;
 * `artifact`: the withdrawn OCI artifact manifest. Empty lists where a kind has none.
 */
export interface ManifestContent {
  kind: 'image' | 'index' | 'artifact';
  mediaType: string;
  /** Manifests an index names, in its order. */
  children: Descriptor[];
  config?: Descriptor;
  layers: Descriptor[];
  /** What this one is attached to (a signature's image). */
  subject?: Descriptor;
  /** As written, else the config's media type where that is no image's config (distribution-spec, referrers). */
  artifactType?: string;
  annotations: Record<string, string>;
}

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const broken = (digest: Digest | undefined, why: string) =>
  fault(
    'registry.refused',
    `The manifest${digest ? ` ${digest}` : ''} can't be read: ${why}.`,
    'Have the image pushed again by whoever made it.',
    { field: 'manifest' },
  );

/** registry.schema1 for an image that only exists in Docker's first manifest format. */
export const schema1Fault = (name: string) =>
  fault(
    'registry.schema1',
    `${name} is a Docker schema 1 image, which has no digests that could be checked.`,
    'Have it pushed again with a tool of after 2017 (podman, buildah or docker), then mirror that.',
    { about: [name] },
  );

function text(from: Json, key: string): string | undefined {
  const value = from[key];
  return typeof value === 'string' ? value : undefined;
}

function strings(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
}

/** One descriptor as it is written; what has the wrong type is a fault that names `where`. */
export function readDescriptor(value: unknown, where: string, of?: Digest): Descriptor {
  if (!isObject(value)) throw broken(of, `${where} is no descriptor`);
  const { digest, size } = value;
  if (typeof digest !== 'string' || !isDigest(digest))
    throw broken(of, `${where}.digest is no sha256 or sha512 digest`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw broken(of, `${where}.size is no size`);
  const platform = isObject(value['platform']) ? value['platform'] : undefined;
  const variant = platform && text(platform, 'variant');
  const [artifactType, data] = [text(value, 'artifactType'), text(value, 'data')];
  const urls = Array.isArray(value['urls']) ? value['urls'].filter((url) => typeof url === 'string') : undefined;
  return {
    mediaType: text(value, 'mediaType') ?? '',
    digest,
    size,
    ...(platform && {
      platform: {
        os: text(platform, 'os') ?? '',
        architecture: text(platform, 'architecture') ?? '',
        ...(variant !== undefined && { variant }),
      },
    }),
    ...(isObject(value['annotations']) && { annotations: strings(value['annotations']) }),
    ...(artifactType !== undefined && { artifactType }),
    ...(urls && { urls }),
    ...(data !== undefined && { data }),
  };
}

function parse(bytes: Uint8Array, digest?: Digest): Json {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch {
    throw broken(digest, 'it is no JSON');
  }
  if (!isObject(value)) throw broken(digest, 'it is no JSON object');
  return value;
}

/**
 * The media type of a manifest: as its bytes say, else the Content-Type it came with, else told by its shape.
 * Two that contradict each other are refused (CVE-2021-41190: one document read as two kinds).
 * Faults: registry.schema1, registry.refused.
 */
export function mediaTypeOf(bytes: Uint8Array, contentType: string, name: string): string {
  const header = bareType(contentType);
  if (isSchema1Type(header)) throw schema1Fault(name);
  const json = parse(bytes);
  if (json['schemaVersion'] === 1) throw schema1Fault(name);
  const written = text(json, 'mediaType') ?? '';
  const known = (type: string) => isIndexType(type) || isManifestType(type);
  if (known(written) && known(header) && isIndexType(written) !== isIndexType(header))
    throw broken(undefined, `it came as ${header}, but calls itself ${written}`);
  if (known(written)) return written;
  if (known(header)) return header;
  if (Array.isArray(json['manifests'])) return ociIndex;
  if (Array.isArray(json['blobs'])) return ociArtifact;
  const config = json['config'];
  const docker = isObject(config) && (text(config, 'mediaType') ?? '').startsWith('application/vnd.docker.');
  if (isObject(config)) return docker ? dockerManifest : ociManifest;
  throw broken(undefined, `${header || 'it'} is no image manifest and no index`);
}

/**
 * Reads a manifest; its bytes stay as they are. Faults: registry.refused when it is no manifest or holds both layers and
 * children, registry.schema1.
 */
export function readManifest(manifest: Pick<Manifest, 'bytes' | 'mediaType'> & { digest?: Digest }): ManifestContent {
  const { bytes, mediaType, digest } = manifest;
  const json = parse(bytes, digest);
  if (json['schemaVersion'] === 1) throw schema1Fault(digest ?? 'The manifest');
  const list = (key: string): Descriptor[] => {
    const value = json[key];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw broken(digest, `${key} is no list`);
    return value.map((one, at) => readDescriptor(one, `${key}[${at}]`, digest));
  };
  if (json['manifests'] !== undefined && (json['layers'] !== undefined || json['config'] !== undefined))
    throw broken(digest, 'it is an index and an image at once');
  const kind = isIndexType(mediaType) ? 'index' : mediaType === ociArtifact ? 'artifact' : 'image';
  const config = kind === 'image' ? readDescriptor(json['config'], 'config', digest) : undefined;
  const isImage = /^application\/vnd\.(oci\.image\.config|docker\.container\.image)\./.test(config?.mediaType ?? '');
  const artifactType = text(json, 'artifactType') || (config && !isImage ? config.mediaType : undefined);
  return {
    kind,
    mediaType,
    children: kind === 'index' ? list('manifests') : [],
    ...(config && { config }),
    layers: kind === 'image' ? list('layers') : kind === 'artifact' ? list('blobs') : [],
    ...(isObject(json['subject']) && { subject: readDescriptor(json['subject'], 'subject', digest) }),
    ...(artifactType && { artifactType }),
    annotations: strings(json['annotations']),
  };
}

/** Blobs of an image manifest (config first), each once: the same layer may stand in it several times. */
export function blobsOf({ config, layers }: ManifestContent): Descriptor[] {
  const all = config ? [config, ...layers] : layers;
  return [...new Map(all.map((blob) => [blob.digest, blob])).values()];
}
