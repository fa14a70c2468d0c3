/** `sha256:<64 hex>` or `sha512:<128 hex>`. */
export type Digest = `${'sha256' | 'sha512'}:${string}`;

/** OCI content descriptor (image-spec descriptor.md), as far as a registry looks at it; `size` in bytes. */
export interface Descriptor {
  mediaType: string;
  digest: Digest;
  size: number;
  artifactType?: string;
  annotations?: Record<string, string>;
  urls?: string[];
  platform?: Record<string, unknown>;
}

/** What is served: repositories with tags, manifests and blobs. Either a folder of the registry's own or the application's store. */
export interface Shelf {
  /** Names of all repositories, in lexical order. */
  repositories(): Promise<string[]>;
  /** Tags in lexical order; undefined when there is no such repository. */
  tags(repository: string): Promise<string[] | undefined>;
  /** The manifest behind a tag or digest, without annotations. */
  manifest(repository: string, tagOrDigest: string): Promise<Descriptor | undefined>;
  /** Every manifest of a repository, for the question who refers to whom. */
  manifests(repository: string): Promise<Descriptor[]>;
  /** Size in bytes of a blob of this repository. */
  blob(repository: string, digest: Digest): Promise<number | undefined>;
  /** File of a blob or manifest. */
  path(digest: Digest): string;
  close(): Promise<void>;
}

/** An upload that goes on over several requests. */
export interface Session {
  id: string;
  repository: string;
  /** Bytes that are here. */
  offset: number;
}

/** A shelf that can be written. Everything resolves when it is on the disk. */
export interface Storage extends Shelf {
  begin(repository: string): Promise<Session>;
  session(repository: string, id: string): Promise<Session | undefined>;
  /** Appends what `body` gives, from `offset` on. What arrived before a cut connection stays. Rejects with the body's error. */
  append(session: Session, body: AsyncIterable<Buffer>): Promise<Session>;
  /** Checks the digest and makes the upload a blob of its repository. Throws DIGEST_INVALID, and the upload is gone. */
  finish(session: Session, digest: Digest): Promise<void>;
  cancel(session: Session): Promise<void>;
  /** Makes a blob of `from` (or of any repository) one of this repository too; false when it is not there. */
  mount(repository: string, digest: Digest, from: string | undefined): Promise<boolean>;
  /** `allow` throws where it may not be any more; nothing comes between it and the change. */
  putManifest(
    repository: string,
    manifest: Descriptor,
    bytes: Buffer,
    tags: readonly string[],
    allow?: () => void,
  ): Promise<void>;
  /** What `manifest` resolves to, at once. */
  now(repository: string, tagOrDigest: string): Descriptor | undefined;
  /** Removes a tag, or a manifest with all its tags; false when it is not there. */
  removeManifest(repository: string, tagOrDigest: string): Promise<boolean>;
  removeBlob(repository: string, digest: Digest): Promise<boolean>;
}
