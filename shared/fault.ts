/**
 * An error as a value: what both ends of the contract exchange and what a screen shows. No import here, so that the sandboxed
 * preload can use it without carrying zod; the schema is shared/contract/fault.ts.
 */
export interface Fault {
  /** Stable and dotted, e.g. `hub.unreachable`. */
  code: string;
  /** One sentence for a person. */
  message: string;
  /** What to do next. */
  remedy: string;
  /** The input at fault: `spec.selector`, `--home`. */
  field?: string | undefined;
  /** Names of spokes, files or keys concerned, at most 50. */
  about?: string[] | undefined;
}

/** A Fault that is thrown: `error.fault` is the value, `error.message` its sentence. */
export class FaultError extends Error {
  readonly fault: Fault;
  constructor(fault: Fault, options?: { cause?: unknown }) {
    super(fault.message, options);
    this.name = 'FaultError';
    this.fault = fault;
  }
}

/** Makes a throwable fault. Throw it at the place that knows the remedy. */
export function fault(
  code: string,
  message: string,
  remedy: string,
  extra: { field?: string; about?: string[]; cause?: unknown } = {},
): FaultError {
  const { field, about, cause } = extra;
  return new FaultError(
    { code, message, remedy, ...(field !== undefined && { field }), ...(about && { about: about.slice(0, 50) }) },
    cause === undefined ? undefined : { cause },
  );
}

/** Turns anything thrown into a Fault; what no one foresaw becomes `internal` and keeps its own sentence. */
export function toFault(error: unknown): Fault {
  if (error instanceof FaultError) return error.fault;
  if (isFault(error)) return error;
  if (isInvalidInput(error)) {
    const issue = error.issues[0];
    return {
      code: 'input.invalid',
      message: issue ? inputWords(issue) : 'The input is not valid.',
      remedy: 'Correct the field named and try again.',
      ...(issue && { field: issue.path.join('.') }),
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message, remedy: 'Try again; if it stays, report it together with the log file.' };
}

/** A fault that was not thrown but handed on. */
const isFault = (value: unknown): value is Fault =>
  !(value instanceof Error) &&
  (['code', 'message', 'remedy'] as const).every((key) => typeof Object(value)[key] === 'string');

interface Issue {
  path: PropertyKey[];
  message: string;
  code?: string;
  values?: unknown[];
  minimum?: number | bigint;
  maximum?: number | bigint;
  origin?: string;
}

/** What is wrong with a value, for a person; what is not foreseen here keeps its own words. */
function inputWords({ path, message, code, values, minimum, maximum, origin }: Issue): string {
  const name = path.join('.') || 'input';
  if (code === 'invalid_type' && message.endsWith('received undefined')) return `${name} is missing.`;
  if (code === 'invalid_value' && values)
    return `${name} must be ${values.length === 1 ? '' : 'one of '}${values.join(', ')}.`;
  const number = origin === 'number' || origin === 'int';
  if (code === 'too_small' && number) return `${name} must be at least ${minimum}.`;
  if (code === 'too_big' && number) return `${name} must be at most ${maximum}.`;
  if (code === 'too_small' && minimum === 1) return `${name} is empty.`;
  return `${name}: ${message}`;
}

/** A ZodError, told by its shape. */
function isInvalidInput(error: unknown): error is Error & { issues: Issue[] } {
  return (
    error instanceof Error && error.name.includes('ZodError') && Array.isArray((error as { issues?: unknown }).issues)
  );
}
