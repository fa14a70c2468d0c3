import type { Readable } from 'node:stream';

/** `sha256:<64 hex>` or `sha512:<128 hex>`, checked by parseDigest. */
export type Digest = `${'sha256' | 'sha512'}:${string}`;

/** `host[:port]/path[:tag][@digest]`, normalised: Docker Hub's short names are written out, IPv6 stays in brackets. */
export interface Reference {
  registry: string;
  repository: string;
  tag?: string;
  digest?: Digest;
}

/** OCI content descriptor (image-spec descriptor.md); `size` in bytes. */
export interface Descriptor {
  mediaType: string;
  digest: Digest;
  size: number;
  platform?: { os: string; architecture: string; variant?: string };
  annotations?: Record<string, string>;
  artifactType?: string;
  urls?: string[];
  data?: string;
}

/** A manifest as it lies in the registry. `bytes` are never re-serialised; `digest` is their hash. */
export interface Manifest {
  mediaType: string;
  digest: Digest;
  bytes: Buffer;
}

/** How to reach one registry; secrets are held in memory only. */
export interface RegistrySettings {
  /** `host[:port]`. */
  host: string;
  /** Chosen, never guessed: there is no silent downgrade. */
  plainHttp?: boolean;
  insecureTls?: boolean;
  /** PEM. */
  ca?: string;
  /** PEM, mTLS. */
  clientCertificate?: string;
  clientKey?: string;
  /** Overrides what auth files and helpers say. */
  credential?: { user: string; password: string } | { identityToken: string } | { registryToken: string };
  /** No bytes for this long (ms) ends a request; default 60,000. There is no total limit. */
  stallMs?: number;
  /** At most this many requests at once; default 16. */
  parallel?: number;
}

export interface BlobDownload {
  body: Readable;
  /** Where the body starts: `offset` as asked, or 0 when the registry would not resume. */
  offset: number;
}

/**
 * One registry. Every method retries what may pass (429, 5xx, cut connections) behind one gate for all callers, and throws a
 * fault otherwise: registry.unreachable, .tls, .unauthorized, .forbidden (names the repository and the right), .notFound, .quota,
 * .refused (its own words), .digestMismatch, .tooLarge, .schema1, .sparseRefused, .stalled.
 */
export interface Registry {
  readonly host: string;
  /** GET /v2/ with sign-in. `asked`: it wanted one, and took ours. */
  ping(signal?: AbortSignal): Promise<{ asked: boolean }>;
  /** HEAD; undefined when it is not there. */
  resolve(repository: string, tagOrDigest: string, signal?: AbortSignal): Promise<Descriptor | undefined>;
  /** GET with every Accept; bytes are checked against the digest asked for and the one the registry names. */
  manifest(repository: string, tagOrDigest: string, signal?: AbortSignal): Promise<Manifest>;
  /** HEAD; its size in bytes, undefined when it is not there. */
  hasBlob(repository: string, digest: Digest, signal?: AbortSignal): Promise<number | undefined>;
  /** GET, with Range and If-Range when `offset` > 0. The caller hashes. */
  blob(repository: string, blob: Descriptor, options: { offset: number; signal?: AbortSignal }): Promise<BlobDownload>;
  /** Cross-repository mount; false when the registry would not. */
  mount(repository: string, digest: Digest, from: string, signal?: AbortSignal): Promise<boolean>;
  /**
   * POST + PUT; chunked (with resume at chunk boundaries) from `chunkBytes` on when that is given. `open` is asked again on a retry.
   * False: nothing was sent, as the registry found the blob in `mountFrom`.
   */
  upload(
    repository: string,
    blob: Descriptor,
    open: (offset: number) => Promise<Readable>,
    options?: {
      signal?: AbortSignal;
      chunkBytes?: number;
      onBytes?: (bytes: number) => void;
      /** Where an interrupted chunked upload of this blob stood, and being told where it stands now. */
      session?: { location: string; offset: number };
      onSession?: (session: { location: string; offset: number }) => void;
      /** Bytes of `session` that need not be sent; negative when the registry lost them after all. */
      onKept?: (bytes: number) => void;
      /** A repository that the POST asks to mount it from, this one too: where it is not there, that POST begins the upload. Not with chunks. */
      mountFrom?: string;
    },
  ): Promise<boolean>;
  /** PUT by tag or digest; the registry's answer must name the same digest. `subject` is handled: OCI-Subject, else the tag index. */
  putManifest(repository: string, tagOrDigest: string, manifest: Manifest, signal?: AbortSignal): Promise<void>;
  deleteManifest(repository: string, digest: Digest, signal?: AbortSignal): Promise<void>;
  /** All tags, paged by Link. */
  tags(repository: string, signal?: AbortSignal): Promise<string[]>;
  /** All tags where they fit one page, as they were at most 2 s ago; undefined where they do not or are not told. */
  fewTags(repository: string, signal?: AbortSignal): Promise<ReadonlySet<string> | undefined>;
  /** GET /v2/_catalog, paged; undefined where the registry refuses it. */
  repositories(signal?: AbortSignal): Promise<string[] | undefined>;
  /** Referrers API, else the tag fallback `sha256-<hex>`. */
  referrers(repository: string, digest: Digest, signal?: AbortSignal): Promise<Descriptor[]>;
  close(): Promise<void>;
}

/** What a closed set of bytes answers: a registry's repository, or the content store. */
export interface ImageSource {
  manifest(tagOrDigest: string, signal?: AbortSignal): Promise<Manifest>;
  blob(blob: Descriptor, options: { offset: number; signal?: AbortSignal }): Promise<BlobDownload>;
}

/** A root the store keeps: `name` is a full reference (it is `org.opencontainers.image.ref.name` of index.json). */
export interface StoreRoot {
  name: string;
  descriptor: Descriptor;
  /** Annotations of ours besides the name, kept in index.json. */
  annotations: Record<string, string>;
}

/**
 * Blobs by digest in a folder that is an OCI image layout (image-layout.md). One process writes; any may read.
 * Faults: store.full, store.unplugged, store.damaged, store.busy.
 */
export interface ContentStore extends ImageSource {
  readonly root: string;
  /** Size in bytes of a committed blob, undefined when it is not there. */
  size(digest: Digest): number | undefined;
  has(digest: Digest): boolean;
  /** Bytes that an earlier write left of a blob that is not here whole; 0 = none. */
  partial(digest: Digest): number;
  read(digest: Digest, range?: { start: number; end?: number }): Readable;
  /** A small blob whole; refuses more than `limit` bytes (default 8 MiB). */
  bytes(digest: Digest, limit?: number): Promise<Buffer>;
  /**
   * Brings a blob in: single flight per digest, temp file beside, hashed while it streams, fsync, rename, fsync of the folder.
   * `open(offset)` is asked to go on where a partial of an earlier run stands. Rejects with registry.digestMismatch and drops the partial.
   */
  write(
    blob: Pick<Descriptor, 'digest' | 'size'>,
    open: (offset: number) => Promise<BlobDownload>,
    options?: { signal?: AbortSignal; onBytes?: (bytes: number) => void },
  ): Promise<'written' | 'here'>;
  /** Small bytes of our own or a manifest. */
  put(bytes: Buffer, digest?: Digest): Promise<Digest>;
  roots(): StoreRoot[];
  /** Written together with others within a moment, atomically; resolves when it is on the disk. */
  setRoot(root: StoreRoot): Promise<void>;
  removeRoots(names: readonly string[]): Promise<void>;
  space(): { freeBytes: number; totalBytes: number };
  usage(): { blobs: number; bytes: number; partialBytes: number };
  /** Every digest here, sorted. */
  digests(): Digest[];
  /** Hashes all blobs at rest; damaged ones are set aside (renamed) and named. */
  verify(onBlob: (digest: Digest, bytes: number, good: boolean) => void, signal?: AbortSignal): Promise<Digest[]>;
  /** Keeps `prune` out (store.busy) while blobs come in that no root reaches yet; call what it gives when the root is set. */
  hold(): () => void;
  /** Blobs no root reaches, roots named in `without` not counted (they go, too). With `dryRun` nothing is removed. */
  prune(dryRun: boolean, without?: readonly string[]): Promise<{ digests: Digest[]; bytes: number }>;
  close(): Promise<void>;
}
