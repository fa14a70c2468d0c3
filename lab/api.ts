import type { KubeObject, Status, WatchEvent } from '../shared/kube.ts';
import type { KindSchema } from './apiserver/kind-schema.ts';

/** A served kind as actors name it. */
export interface KindRef {
  group: string;
  version: string;
  plural: string;
  kind: string;
  namespaced: boolean;
}

export interface PatchOptions {
  type: 'merge' | 'json' | 'apply';
  subresource?: 'status';
  /** Required for 'apply'. */
  fieldManager?: string;
  force?: boolean;
}

/** A refused request as a real API server words it: `status` is the HTTP code, `details` those of the Status body. */
export class ApiError extends Error {
  readonly status: number;
  readonly reason: string;
  readonly details: Status['details'] | undefined;
  constructor(status: number, reason: string, message: string, details?: Status['details']) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.reason = reason;
    this.details = details;
  }
}

/**
 * An API server as actors and the HTTP front see it: the lab's own core in process, or a real server over HTTPS.
 * What comes out is shared and immutable: to change an object, write a new one. Refusals are ApiErrors.
 */
export interface Api {
  /** The same API under another user agent, which becomes the manager in managedFields. */
  as(manager: string): Api;
  get(kind: KindRef, name: string, namespace?: string): Promise<KubeObject | undefined>;
  list(
    kind: KindRef,
    options?: { namespace?: string; labels?: Record<string, string> },
  ): Promise<{ items: readonly KubeObject[]; resourceVersion: string }>;
  create(object: KubeObject): Promise<KubeObject>;
  /** PUT: refused with Conflict when metadata.resourceVersion is given and old. */
  update(object: KubeObject, subresource?: 'status'): Promise<KubeObject>;
  patch(kind: KindRef, name: string, namespace: string, body: unknown, options: PatchOptions): Promise<KubeObject>;
  remove(kind: KindRef, name: string, namespace?: string): Promise<void>;
  /** First ADDED for all that is there, then every change in order, asynchronously. Returns the stopper. */
  watch(kind: KindRef, listener: (event: WatchEvent) => void, options?: { namespace?: string }): () => void;
}

/** The API server of a hub: the lab's own core or a real one, to which operators of the lab bring their kinds. */
export interface Hub extends Api {
  /** Serves further kinds, as if their CRDs had been applied; those that are served already stay as they are. */
  serve(kinds: readonly KindSchema[]): void;
  /** Resolves when every open watch has told what stands there; where it is missing, that takes a few turns of the event loop. */
  settled?(): Promise<void>;
}
