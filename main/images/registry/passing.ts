import { type Fault, FaultError } from '../../../shared/fault.ts';

/** A fault that may be gone when asked again: a cut connection, a busy registry, a stall. */
export class PassingFault extends FaultError {
  /** The registry asked to wait this long, ms. */
  readonly afterMs: number | undefined;
  constructor(fault: Fault, options: { cause?: unknown; afterMs?: number | undefined } = {}) {
    super(fault, 'cause' in options ? { cause: options.cause } : undefined);
    this.afterMs = options.afterMs;
  }
}

/** Whether trying again (where the last try stood) makes sense. */
export const mayPass = (error: unknown): error is PassingFault => error instanceof PassingFault;
