import type { Transport } from '../../shared/contract.ts';
import { type Fault, FaultError, toFault } from '../../shared/fault.ts';

/** The frames that a WebSocket, a MessagePort and a child process's channel all carry. */
export type Request = { id: number; name: string; input: unknown };
export type Reply = { id: number; ok: unknown } | { id: number; fault: Fault };
export type Notice = { event: string; data: unknown };

/** Answers one frame; whatever goes wrong becomes a fault, so that nothing a window sends can end the host. */
export async function reply(transport: Transport, request: Request): Promise<Reply> {
  try {
    return { id: request.id, ok: await transport.call(request.name, request.input) };
  } catch (error) {
    return { id: request.id, fault: toFault(error) };
  }
}

/** Whether something from the other side is a request at all. */
export function isRequest(value: unknown): value is Request {
  const frame = value as Request | null;
  return typeof frame === 'object' && frame !== null && typeof frame.id === 'number' && typeof frame.name === 'string';
}

/** The asking end: turns a channel of frames into a Transport. `deliver` takes what comes in; `fail` ends all waiting calls. */
export function createCaller(
  send: (request: Request) => void,
): Transport & { deliver(frame: unknown): void; fail(why: Fault): void } {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const listeners = new Set<(name: string, data: unknown) => void>();
  let last = 0;
  return {
    call: (name, input) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, { resolve, reject });
        send({ id, name, input });
      }),
    listen(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    deliver(frame) {
      const message = frame as Partial<Notice> & { id?: number; ok?: unknown; fault?: Fault };
      if (typeof message.event === 'string') {
        for (const listener of [...listeners]) listener(message.event, message.data);
        return;
      }
      const call = waiting.get(message.id ?? -1);
      waiting.delete(message.id ?? -1);
      if (message.fault) call?.reject(new FaultError(message.fault));
      else call?.resolve(message.ok);
    },
    fail(why) {
      for (const call of waiting.values()) call.reject(new FaultError(why));
      waiting.clear();
    },
  };
}
