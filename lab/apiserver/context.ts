/** How a write was asked for. */
export interface WriteContext {
  /** Becomes the manager in managedFields. */
  manager: string;
  dryRun?: boolean;
  subresource?: 'status';
  /** PUT of a custom resource then needs a resourceVersion, as over HTTP. */
  strict?: boolean;
  /** What becomes of unknown fields. In-process writes drop them silently. */
  fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
  /** Warnings for the answer's header are put here. */
  warnings?: string[];
}

/** How a deletion was asked for (meta/v1 DeleteOptions). */
export interface DeleteContext {
  dryRun?: boolean;
  propagation?: 'Background' | 'Foreground' | 'Orphan';
  uid?: string;
  resourceVersion?: string;
}
