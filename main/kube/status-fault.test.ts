import { describe, expect, it } from 'vitest';
import type { Status } from '../../shared/kube.ts';
import { conflictOwners, readStatus, statusFault } from './status-fault.ts';
import { refusal } from './testing/hub-server.ts';

const status = (code: number, reason: string, message: string, details?: object) =>
  refusal(code, reason, message, details) as Status;

describe('refusals', () => {
  it.each([
    [401, 'Unauthorized', 'kube.unauthorized'],
    [403, 'Forbidden', 'kube.forbidden'],
    [404, 'NotFound', 'kube.notFound'],
    [409, 'AlreadyExists', 'kube.alreadyExists'],
    [409, 'Conflict', 'kube.conflict'],
    [410, 'Expired', 'kube.gone'],
    [413, 'RequestEntityTooLarge', 'kube.tooLarge'],
    [422, 'Invalid', 'kube.invalid'],
    [429, 'TooManyRequests', 'kube.tooManyRequests'],
    [500, 'InternalError', 'kube.serverError'],
    [504, 'Timeout', 'kube.timeout'],
  ])('%i %s is %s in the words of the server', (code, reason, expected) => {
    const { fault } = statusFault(status(code, reason, 'as it was said'));
    expect(fault).toMatchObject({ code: expected, message: 'as it was said' });
    expect(fault.remedy).toMatch(/\.$/);
  });
  it("a webhook's no is not a missing right", () => {
    const message = 'admission webhook "x.example" denied the request: too many';
    expect(statusFault(status(403, 'Forbidden', message)).fault.code).toBe('kube.invalid');
  });
  it('names every field of an invalid object', () => {
    const causes = [
      { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.selector' },
      { reason: 'FieldValueInvalid', message: 'Invalid value: 7', field: 'spec.x' },
    ];
    expect(statusFault(status(422, 'Invalid', 'two errors', { causes })).fault).toMatchObject({
      field: 'spec.selector',
      about: ['spec.selector: Required value', 'spec.x: Invalid value: 7'],
    });
  });
  it('a message cannot steer a terminal', () => {
    expect(statusFault(status(403, 'Forbidden', 'a\u001b[31mred\u001b]0;title\u0007\u202eb')).fault.message).toBe(
      'aredb',
    );
  });
  it('an empty body still says its code', () => {
    expect(statusFault(readStatus('', 502), 502).fault).toMatchObject({
      code: 'kube.serverError',
      message: 'HTTP 502',
    });
  });
});

describe('conflicts of server-side apply', () => {
  // As kube-apiserver 1.32 words them.
  const causes = [
    { reason: 'FieldManagerConflict', message: 'conflict with "kubectl" using apps/v1', field: '.spec.replicas' },
    {
      reason: 'FieldManagerConflict',
      message: 'conflict with "a \\"b\\"" with subresource "status" using apps/v1 at 2026-11-22T18:54:43Z',
      field: '.status.x',
    },
  ];
  it('name manager and field', () => {
    const conflict = status(409, 'Conflict', 'Apply failed with 2 conflicts', { causes });
    expect(conflictOwners(conflict)).toEqual([
      { manager: 'kubectl', field: '.spec.replicas' },
      { manager: 'a \\"b\\"', field: '.status.x' },
    ]);
    expect(statusFault(conflict).fault).toMatchObject({
      code: 'kube.applyConflict',
      about: ['kubectl: .spec.replicas', 'a \\"b\\": .status.x'],
    });
  });
});
