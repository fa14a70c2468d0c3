import { z } from 'zod';
import { type CallName, calls, type Emit, events, type Handlers } from '../shared/contract.ts';
import { fault } from '../shared/fault.ts';

/** Validates every call and every event of the contract. Knows no host, no socket and no room. */
export interface Dispatcher {
  /** Runs one call. Rejects with a FaultError, or with a ZodError for input that does not fit. */
  call(name: string, input: unknown): Promise<unknown>;
  listen(listener: (name: string, data: unknown) => void): () => void;
  readonly emit: Emit;
  /** Gives the handlers of one room; a call that is answered twice is a mistake of ours and throws. */
  answer(handlers: Partial<Handlers>): void;
  /** Calls of the contract that no room answers. */
  unanswered(): string[];
}

export function createDispatcher(): Dispatcher {
  const handlers = new Map<string, (input: unknown) => unknown>();
  const listeners = new Set<(name: string, data: unknown) => void>();
  return {
    async call(name, input) {
      const handler = handlers.get(name);
      if (!Object.hasOwn(calls, name) || !handler) {
        throw fault('call.unknown', `There is no call named ${name}.`, 'See `cli help` for all calls.', {
          field: 'name',
        });
      }
      const { input: accepts, output: gives } = calls[name as CallName];
      const given = accepts.safeParse(input ?? {});
      if (!given.success) throw given.error;
      const result = gives.safeParse(await handler(given.data));
      // Our own answer does not fit: that is a defect here, never the caller's fault.
      if (!result.success) {
        throw fault(
          'internal',
          `${name} gave an answer of the wrong shape: ${z.prettifyError(result.error)}`,
          'Report this.',
        );
      }
      return result.data;
    },
    listen(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    emit(name, data) {
      const value = events[name].parse(data);
      for (const listener of [...listeners]) listener(name, value);
    },
    answer(part) {
      for (const [name, handler] of Object.entries(part)) {
        if (handlers.has(name)) throw new Error(`${name} is answered twice`);
        handlers.set(name, handler as (input: unknown) => unknown);
      }
    },
    unanswered: () => Object.keys(calls).filter((name) => !handlers.has(name)),
  };
}
