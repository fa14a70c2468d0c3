import type { KubeObject, Resource, WatchEvent } from '../../shared/kube.ts';

/** A kind as we ask for it. `versions` in order of preference; the first one served is used. */
export interface ResourceRef {
  group: string;
  versions: readonly string[];
  plural: string;
  kind: string;
  namespaced: boolean;
}

export interface ListOptions {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** Page size, default 500. */
  limit?: number;
  signal?: AbortSignal;
}

/** One page of a list; `remaining` only where the server says it. */
export interface ListPage {
  items: KubeObject[];
  resourceVersion: string;
  remaining?: number;
}

export interface WatchOptions {
  namespace?: string;
  labelSelector?: string;
  resourceVersion: string;
  /** End the stream when nothing (not even a bookmark) came for so long, ms. */
  idleTimeoutMs?: number;
  /** Called once the server has accepted the watch: from then on silence means that nothing changes. */
  onOpen?: () => void;
  signal?: AbortSignal;
}

export interface ApplyOptions {
  dryRun?: boolean;
  /** Take over fields of other managers. Never without the user's word. */
  force?: boolean;
  fieldManager?: string;
  signal?: AbortSignal;
}

/** Which access is asked about (authorization/v1 ResourceAttributes). */
export interface AccessQuery {
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  namespace?: string;
}

/**
 * A connection to one hub with one identity. Every refusal is thrown as a FaultError with code
 * `kube.<reason>` (notFound, conflict, applyConflict with owners in `about`, forbidden, unauthorized, gone, invalid,
 * tooManyRequests, serverError, unreachable, certificateExpired, certificateHost, certificateUnknown, timeout;
 * rarer: alreadyExists, tooLarge, notServed, notKubernetes, notTls, certificateNotYetValid, certificateRefused,
 * badCredential, signInFailed, closed); the server's Status message is in `message`.
 */
export interface KubeClient {
  readonly server: string;
  /** Server clock now, ms, from the last Date header; our own clock before the first answer. */
  hubNow(): number;
  version(): Promise<string>;
  /** Who the server says we are (SelfSubjectReview), '' where it is not served. */
  identity(): Promise<string>;
  /** Which of the versions is served; undefined when none. Discovery is cached until `refresh()`; a no, for 10 s. */
  served(ref: ResourceRef): Promise<Resource | undefined>;
  /** Finds the resource of a kind for objects read from text. */
  resourceOf(apiVersion: string, kind: string): Promise<Resource | undefined>;
  refresh(): void;
  get(ref: ResourceRef, name: string, namespace?: string): Promise<KubeObject | undefined>;
  /** Pages until the end; restarts nothing on 410, but throws kube.gone. */
  list(ref: ResourceRef, options?: ListOptions): AsyncGenerator<ListPage>;
  watch(ref: ResourceRef, options: WatchOptions): AsyncGenerator<WatchEvent>;
  create(object: KubeObject, options?: { dryRun?: boolean }): Promise<KubeObject>;
  /** Server-side apply with field manager kmm-bastion. Creates the object where it is missing, unless metadata.uid is given. */
  apply(object: KubeObject, options?: ApplyOptions): Promise<KubeObject>;
  /** JSON merge patch. */
  merge(
    ref: ResourceRef,
    name: string,
    patch: object,
    options?: { namespace?: string; dryRun?: boolean; subresource?: string },
  ): Promise<KubeObject>;
  remove(
    ref: ResourceRef,
    name: string,
    options?: {
      namespace?: string;
      propagation?: 'Background' | 'Foreground' | 'Orphan';
      uid?: string;
      dryRun?: boolean;
    },
  ): Promise<void>;
  /** Pod log text, last `tail` lines. */
  logs(namespace: string, pod: string, options?: { container?: string; tail?: number }): Promise<string>;
  /** SelfSubjectAccessReview for each query, in order. */
  may(queries: readonly AccessQuery[]): Promise<boolean[]>;
  /** JSON schema (OpenAPI v3, references resolved) of a served kind, undefined when not published. */
  schema(ref: ResourceRef): Promise<unknown>;
  close(): void;
}
