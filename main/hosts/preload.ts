import { contextBridge, ipcRenderer } from 'electron';
import type { Fault } from '../../shared/fault.ts';
import { FaultError } from '../../shared/fault.ts';
import { createCaller } from './wire.ts';

/**
 * The window's only way out: two functions over one MessagePort that the main process hands in once, after checking the
 * sender. Errors lose their fields on this bridge, so a call resolves to `{ok}` or `{fault}`.
 */
const queue: unknown[] = [];
let port: MessagePort | undefined;
const caller = createCaller((request) => {
  if (port) port.postMessage(request);
  else queue.push(request);
});

ipcRenderer.on('port', (event) => {
  // A new engine has a new port: what waited on the old one can't be answered any more.
  if (port)
    caller.fail({ code: 'engine.ended', message: 'The engine was started again.', remedy: 'Repeat the command.' });
  port = event.ports[0];
  if (!port) return;
  port.onmessage = ({ data }) => caller.deliver(data);
  for (const request of queue.splice(0)) port.postMessage(request);
});
ipcRenderer.on('engine', (_event, state: unknown) => caller.deliver({ event: 'engine.state', data: state }));
ipcRenderer.send('window-ready');

contextBridge.exposeInMainWorld('bastion', {
  call: (name: string, input: unknown): Promise<{ ok: unknown } | { fault: Fault }> =>
    caller.call(name, input).then(
      (ok) => ({ ok }),
      (error: unknown) => ({
        fault:
          error instanceof FaultError
            ? error.fault
            : { code: 'internal', message: String(error), remedy: 'Report this.' },
      }),
    ),
  listen: (listener: (name: string, data: unknown) => void): (() => void) => caller.listen(listener),
});
