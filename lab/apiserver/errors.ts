import type { Status } from '../../shared/kube.ts';
import { ApiError } from '../api.ts';
import { type KindSchema, resourceName } from './kind-schema.ts';

/** One fault of one field, with the words of apimachinery's field.Error. */
export interface FieldFault {
  field: string;
  /** A StatusCause type: FieldValueRequired, FieldValueInvalid, FieldValueNotSupported … */
  reason: string;
  message: string;
}

const detailsOf = (kind: KindSchema, name: string) => ({
  ...(name && { name }),
  ...(kind.group && { group: kind.group }),
  kind: kind.plural,
});

export const notFound = (kind: KindSchema, name: string) =>
  new ApiError(404, 'NotFound', `${resourceName(kind)} "${name}" not found`, detailsOf(kind, name));

/** What is answered for a path that no kind is served under. */
export const unknownResource = () =>
  new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});

export const alreadyExists = (kind: KindSchema, name: string) =>
  new ApiError(409, 'AlreadyExists', `${resourceName(kind)} "${name}" already exists`, detailsOf(kind, name));

export const conflict = (kind: KindSchema, name: string, text: string) =>
  new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${resourceName(kind)} "${name}": ${text}`,
    detailsOf(kind, name),
  );

export const modified = (kind: KindSchema, name: string) =>
  conflict(kind, name, 'the object has been modified; please apply your changes to the latest version and try again');

export const badRequest = (message: string) => new ApiError(400, 'BadRequest', message);

export const forbidden = (kind: KindSchema, name: string, text: string, causes?: FieldFault[]) =>
  new ApiError(403, 'Forbidden', `${resourceName(kind)}${name ? ` "${name}"` : ''} is forbidden: ${text}`, {
    ...detailsOf(kind, name),
    ...(causes && { causes }),
  });

/** 422 as NewInvalid words it; the same message twice is said once, more than one stand in brackets. */
export function invalid(kind: KindSchema, name: string, faults: readonly FieldFault[]): ApiError {
  const texts = [...new Set(faults.map(({ field, message }) => `${field}: ${message}`))];
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const full = kind.group ? `${kind.kind}.${kind.group}` : kind.kind;
  const causes = faults.map(({ field, reason, message }) => ({ reason, message, field }));
  return new ApiError(422, 'Invalid', `${full} "${name}" is invalid: ${list}`, {
    ...(name && { name }),
    ...(kind.group && { group: kind.group }),
    kind: kind.kind,
    causes,
  });
}

/** A custom resource of another kind than the path's. */
export const wrongKind = (kind: KindSchema, given: string, name: string) =>
  invalid({ ...kind, kind: given }, name, [
    {
      field: 'kind',
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${JSON.stringify(given)}: must be ${kind.kind}`,
    },
  ]);

/** 422 for a parameter of the query, as `CreateOptions.meta.k8s.io "" is invalid` has it. */
export const badOption = (options: string, field: string, reason: string, message: string) =>
  new ApiError(422, 'Invalid', `${options}.meta.k8s.io "" is invalid: ${field}: ${message}`, {
    group: 'meta.k8s.io',
    kind: options,
    causes: [{ reason, message, field }],
  });

/** The Status body of a refusal. */
export function statusOf(error: ApiError & { continue?: string }): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: error.continue ? { continue: error.continue } : {},
    status: 'Failure',
    message: error.message,
    ...(error.reason && { reason: error.reason }),
    ...(error.details && { details: error.details }),
    code: error.status,
  };
}

/** Anything thrown as a refusal; what no one foresaw is a 500 with its own sentence. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new ApiError(500, 'InternalError', `Internal error occurred: ${text}`, { causes: [{ message: text }] });
}
