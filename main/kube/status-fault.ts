import { type FaultError, fault } from '../../shared/fault.ts';
import type { Status } from '../../shared/kube.ts';
import { plainText } from './plain-text.ts';

/** A field that another manager owns, from the causes of a refused server-side apply. */
export interface FieldOwner {
  manager: string;
  field: string;
}

/** `conflict with "kubectl" using apps/v1` (apimachinery managedfields conflict.go), one cause for each field. */
export function conflictOwners(status: Status): FieldOwner[] {
  return (status.details?.causes ?? []).flatMap(({ reason, message, field }) => {
    if (reason !== 'FieldManagerConflict') return [];
    const manager = /^conflict with "((?:[^"\\]|\\.)*)"/.exec(message ?? '')?.[1] ?? 'another manager';
    return [{ manager, field: field ?? '' }];
  });
}

/** The body of a refusal as a Status; a proxy's page or an empty body is put into words. */
export function readStatus(body: string, code: number): Status {
  try {
    const value: unknown = JSON.parse(body);
    if (value !== null && typeof value === 'object' && (value as Status).kind === 'Status') return value as Status;
  } catch {
    // Not JSON: not the API server itself that answered.
  }
  const text = plainText(body.replace(/<(style|script)[\s\S]*?<\/\1>|<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();
  return {
    apiVersion: 'v1',
    kind: 'Status',
    status: 'Failure',
    code,
    message: `HTTP ${code}${text ? `: ${text.slice(0, 300)}` : ''}`,
  };
}

function kindOf(status: Status, code: number): [code: string, remedy: string] {
  const { reason = '', message = '' } = status;
  if (code === 401)
    return ['unauthorized', 'Sign in again, or take a fresh kubeconfig: the hub does not accept this identity.'];
  // Webhooks answer 403 too; that is no missing right.
  if (/admission webhook|ValidatingAdmissionPolicy/.test(message))
    return ['invalid', "Change what the hub's own check refuses."];
  if (code === 403)
    return ['forbidden', 'Ask the hub’s administrator for this right; the access list of the hub page names it.'];
  if (code === 404) return ['notFound', 'Refresh: it may have been deleted, or its kind is not installed.'];
  if (code === 409 && reason === 'AlreadyExists')
    return ['alreadyExists', 'Choose another name, or change the one that is there.'];
  if (code === 409 && conflictOwners(status).length > 0)
    return ['applyConflict', 'Leave these fields to their owners, or take them over knowingly.'];
  if (code === 409) return ['conflict', 'It was changed meanwhile: look at it again and repeat.'];
  if (code === 410) return ['gone', 'List again from the start.'];
  if (code === 413) return ['tooLarge', 'Make the object smaller.'];
  if (code === 429) return ['tooManyRequests', 'Wait a little: the hub is busy.'];
  if (code === 504 || reason === 'Timeout') return ['timeout', 'Try again in a moment.'];
  if (code >= 500) return ['serverError', 'Try again in a moment; if it stays, look at the API server of the hub.'];
  if (code >= 300 && code < 400) return ['notKubernetes', 'Check the server address: this answers with a redirect.'];
  return ['invalid', 'Correct the fields named.'];
}

/**
 * A refusal as a fault `kube.*` with the server's own words; `about` lists `manager: field` for conflicts of
 * server-side apply and `field: message` for invalid objects.
 */
export function statusFault(status: Status, httpCode: number = status.code ?? 500): FaultError {
  const [code, remedy] = kindOf(status, httpCode);
  const causes = status.details?.causes ?? [];
  const owners = conflictOwners(status);
  const about =
    owners.length > 0
      ? owners.map(({ manager, field }) => `${manager}: ${field}`)
      : causes.map(({ field, message }) => [field, message].filter(Boolean).join(': '));
  const field = causes[0]?.field;
  return fault(`kube.${code}`, plainText(status.message || `HTTP ${httpCode}`), remedy, {
    ...(field && { field }),
    ...(about.length > 0 && { about }),
  });
}
