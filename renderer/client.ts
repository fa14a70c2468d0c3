import {
  type CallName,
  calls,
  type Event,
  type EventName,
  events,
  type Input,
  type Output,
} from '../shared/contract.ts';
import { fault } from '../shared/fault.ts';
import { type Bridge, bridgeLink } from './link/bridge.ts';
import type { Link } from './link/link.ts';
import { type SocketLike, socketLink } from './link/socket.ts';

/** The typed way to the engine. Every answer and event is checked against the contract; refusals are FaultErrors. */
export interface Client {
  call<K extends CallName>(name: K, input: Input<K>): Promise<Output<K>>;
  on<K extends EventName>(name: K, listener: (data: Event<K>) => void): () => void;
  link: Pick<Link, 'state' | 'watch'>;
}

/** Wraps a link with the contract's types and checks. Fault: contract.mismatch when the engine answers something else. */
export function createClient(link: Link): Client {
  return {
    async call<K extends CallName>(name: K, input: Input<K>): Promise<Output<K>> {
      const answer = calls[name].output.safeParse(await link.call(name, input));
      if (answer.success) return answer.data as Output<K>;
      const issue = answer.error.issues[0];
      throw fault(
        'contract.mismatch',
        `The engine's answer to ${name} is not what this window expects (${issue?.path.join('.') || 'value'}: ${issue?.message}).`,
        'Window and engine are of different versions: reload this page, or start the application again.',
      );
    },
    on(name, listener) {
      return link.listen((got, data) => {
        if (got !== name) return;
        const said = events[name].safeParse(data);
        if (said.success) listener(said.data as Event<typeof name>);
      });
    },
    link,
  };
}

/** The link this window has: the preload's bridge where there is one, else a WebSocket to where the page came from. */
export function connect(): Link {
  const { bastion } = globalThis as { bastion?: Bridge };
  if (bastion) return bridgeLink(bastion, Date.now);
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  return socketLink(
    () => new WebSocket(`${scheme}://${location.host}/rpc`) as unknown as SocketLike,
    Date.now,
    (run, ms) => void setTimeout(run, ms),
  );
}
