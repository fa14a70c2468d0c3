import { MessageChannelMain, type WebContents } from 'electron';
import type { EnginePort } from './engine-port.ts';
import type { Request } from './wire.ts';

/** Numbers of carried calls are negative: those of the shell's own calls to the engine are positive. */
let last = 0;

/**
 * Hands a page its port to the engine. A utilityProcess takes the port itself (`direct`), so that rows never pass through here;
 * Node's channel can't carry a port, so there the frames are carried over.
 */
export function handPort(contents: WebContents, engine: EnginePort, direct: boolean): void {
  const { port1, port2 } = new MessageChannelMain();
  if (direct) engine.post({ port: true }, [port1]);
  else {
    const ids = new Map<number, number>();
    const stop = engine.onMessage((message) => {
      const frame = message as { id?: number; event?: string };
      if (typeof frame.event === 'string') return port1.postMessage(frame);
      const id = ids.get(frame.id ?? 0);
      if (id === undefined) return;
      ids.delete(frame.id ?? 0);
      port1.postMessage({ ...frame, id });
    });
    port1.on('message', ({ data }) => {
      const frame = data as Request;
      last -= 1;
      ids.set(last, frame.id);
      engine.post({ ...frame, id: last });
    });
    port1.on('close', stop);
    port1.start();
  }
  contents.postMessage('port', null, [port2]);
}
