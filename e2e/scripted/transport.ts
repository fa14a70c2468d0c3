import { type CallName, calls, type Handlers, type Parsed, type Transport } from '../../shared/contract.ts';
import { fault } from '../../shared/fault.ts';

/** Handlers that a script gives; what it leaves out is refused as a missing right, so that such screens can be seen too. */
export type Script = { [K in CallName]?: (input: Parsed<K>) => ReturnType<Handlers[K]> };

/** A transport that answers from a script, checked by the contract on both sides. `emit` sends an event to the window. */
export function scriptedTransport(script: Script): Transport & { emit(name: string, data: unknown): void } {
  const listeners = new Set<(name: string, data: unknown) => void>();
  return {
    async call(name, input) {
      if (!Object.hasOwn(calls, name))
        throw fault('call.unknown', `There is no call ${name}.`, 'Use a name of the contract.');
      const key = name as CallName;
      const handler = script[key] as ((input: unknown) => unknown) | undefined;
      const parsed = calls[key].input.parse(input);
      if (!handler)
        throw fault(
          'hub.forbidden',
          `The hub does not let you do this (${name}).`,
          'Ask its administrator for: get modules.',
        );
      return calls[key].output.parse(await handler(parsed));
    },
    listen(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    emit(name, data) {
      for (const listener of [...listeners]) listener(name, data);
    },
  };
}
