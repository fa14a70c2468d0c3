import { FaultSchema } from '../../shared/contract/fault.ts';
import { FaultError, fault } from '../../shared/fault.ts';
import { createState, type Link } from './link.ts';

/** The part of a WebSocket that is used, so that a test can drive it. */
export interface SocketLike {
  readyState: number;
  send(text: string): void;
  onopen: (() => void) | null;
  onclose: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
}

const away = () =>
  fault(
    'engine.away',
    'The engine of KMM Bastion does not answer.',
    'This window tries again by itself. If it stays so, start `npm run serve` on the bastion again and open the address it prints.',
  );
const open = 1;
const longest = 8_000;

/** The browser's link: one WebSocket, opened again after 0.5 s, 1 s, 2 s … 8 s for as long as the window lives. */
export function socketLink(
  dial: () => SocketLike,
  now: () => number,
  later: (run: () => void, ms: number) => void,
): Link {
  const state = createState({ up: false, since: now(), sentence: 'Connecting to the engine' });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const queued: (() => void)[] = [];
  const listeners = new Set<(name: string, data: unknown) => void>();
  let socket: SocketLike | undefined;
  let last = 0;
  let pause = 500;
  let first = true;

  function connect() {
    const line = dial();
    socket = line;
    line.onopen = () => {
      pause = 500;
      first = false;
      state.set({ up: true, since: now(), sentence: '' });
      for (const send of queued.splice(0)) send();
    };
    line.onclose = () => {
      first = false;
      state.set({ up: false, since: now(), sentence: 'The engine does not answer' });
      for (const send of queued.splice(0)) send();
      for (const call of waiting.values()) call.reject(away());
      waiting.clear();
      later(connect, pause);
      pause = Math.min(longest, pause * 2);
    };
    line.onmessage = ({ data }) => receive(String(data));
  }
  function receive(text: string) {
    const frame = JSON.parse(text) as { id?: number; ok?: unknown; fault?: unknown; event?: string; data?: unknown };
    if (frame.event !== undefined) {
      for (const listener of [...listeners]) listener(frame.event, frame.data);
      return;
    }
    const call = waiting.get(frame.id ?? -1);
    waiting.delete(frame.id ?? -1);
    if (frame.fault === undefined) call?.resolve(frame.ok);
    else call?.reject(new FaultError(FaultSchema.parse(frame.fault)));
  }
  connect();
  return {
    call: (name, input) =>
      new Promise((resolve, reject) => {
        const send = () => {
          // A closed WebSocket drops what it is given without an error: the call would wait for ever.
          if (socket?.readyState !== open) return reject(away());
          waiting.set(++last, { resolve, reject });
          socket.send(JSON.stringify({ id: last, name, input }));
        };
        // The page paints before the first connection stands: its first questions wait for it instead of failing.
        if (first && socket?.readyState !== open) queued.push(send);
        else send();
      }),
    listen(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    state: state.state,
    watch: state.watch,
  };
}
