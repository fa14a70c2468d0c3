/** Codes of the distribution-spec, "Error codes". */
export type ErrorCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'SIZE_INVALID'
  | 'UNAUTHORIZED'
  | 'DENIED'
  | 'UNSUPPORTED';

/** What a request is refused with. */
export class RegistryError extends Error {
  readonly status: number;
  readonly code: ErrorCode;
  readonly headers: Record<string, string>;
  readonly detail: unknown;
  constructor(
    status: number,
    code: ErrorCode,
    message: string,
    { headers = {}, detail }: { headers?: Record<string, string>; detail?: unknown } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.detail = detail;
  }
}

export const blobUnknown = (digest: string) =>
  new RegistryError(404, 'BLOB_UNKNOWN', 'blob unknown to registry', { detail: { digest } });
export const manifestUnknown = (reference: string) =>
  new RegistryError(404, 'MANIFEST_UNKNOWN', 'manifest unknown', { detail: { reference } });
export const nameUnknown = (name: string) =>
  new RegistryError(404, 'NAME_UNKNOWN', 'repository name not known to registry', { detail: { name } });
export const uploadUnknown = () => new RegistryError(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');
export const digestInvalid = (message: string) => new RegistryError(400, 'DIGEST_INVALID', message);
export const unsupported = (message: string) => new RegistryError(405, 'UNSUPPORTED', message);
