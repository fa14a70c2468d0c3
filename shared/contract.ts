import type { z } from 'zod';
import { appCalls, events } from './contract/app.ts';
import { fleetCalls } from './contract/fleet.ts';
import { hubCalls } from './contract/hubs.ts';
import { installCalls, reportCalls } from './contract/install.ts';
import { mirrorCalls } from './contract/mirror-calls.ts';
import { moduleCalls } from './contract/modules.ts';

export { events };

/** Everything that crosses between a window (or shell) and the engine: one entry per call, one per event. */
export const calls = {
  ...appCalls,
  ...hubCalls,
  ...fleetCalls,
  ...installCalls,
  ...moduleCalls,
  ...mirrorCalls,
  ...reportCalls,
} as const;

export type Calls = typeof calls;
export type CallName = keyof Calls;
/** What a caller writes (defaults may be left out). */
export type Input<K extends CallName> = z.input<Calls[K]['input']>;
/** What a handler gets (defaults filled). */
export type Parsed<K extends CallName> = z.output<Calls[K]['input']>;
export type Output<K extends CallName> = z.output<Calls[K]['output']>;
export type EventName = keyof typeof events;
export type Event<K extends EventName> = z.output<(typeof events)[K]>;

/** Every call answered; rooms make parts of this object, engine.ts joins them. */
export type Handlers = { [K in CallName]: (input: Parsed<K>) => Output<K> | Promise<Output<K>> };
export type Emit = <K extends EventName>(name: K, data: Event<K>) => void;

/** What the preload bridge, the WebSocket and the direct function all are. Rejections carry a Fault. */
export interface Transport {
  call(name: string, input: unknown): Promise<unknown>;
  listen(listener: (name: string, data: unknown) => void): () => void;
}
